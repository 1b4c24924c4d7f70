import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { SSHConnection } from '@seashell/connection'
import {
  type ClientTransportOptions,
  type ServerTransportOptions,
  SSHClientTransport,
  SSHServerTransport,
  type Signer,
} from '@seashell/core'
import { attachStream, connectSocket } from '@seashell/node'
import { publicKey, UserAuthClient, UserAuthServer, type UserAuthServerOptions } from '@seashell/userauth'

/** A server of ours that sends back what each command reads, and then says 7. */
export interface EchoServer {
  readonly port: number
  /** The transport of the connection that was made last. */
  readonly last: () => SSHServerTransport
  readonly stop: () => void
}

/** Serves on 127.0.0.1. Where no ways to log in are given, everybody may. */
export async function serveEcho(
  options: Omit<ServerTransportOptions, 'getService'>,
  methods: UserAuthServerOptions['methods'] = { none: () => true },
): Promise<EchoServer> {
  let last: SSHServerTransport | undefined
  const listener = createServer((socket) => {
    last = new SSHServerTransport({
      ...options,
      getService: () => new UserAuthServer({ methods, services: { 'ssh-connection': echoingConnection } }),
    })
    attachStream(last, socket)
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  return { port: (listener.address() as AddressInfo).port, last: () => last!, stop: () => void listener.close() }
}

function echoingConnection(): SSHConnection {
  return new SSHConnection({
    onSession: (session) => ({
      async exec() {
        for await (const chunk of session) await session.write(chunk)
        return 7
      },
    }),
  })
}

/** Has a server's `cat` send bytes back, and then say 7. All that the key can sign with is used, also where it is insecure. */
export async function echoThrough(
  server: { readonly port: number; readonly user: string },
  key: Signer,
  options: ClientTransportOptions,
  bytes: Uint8Array,
) {
  const transport = new SSHClientTransport(options)
  attachStream(transport, await connectSocket({ host: '127.0.0.1', port: server.port }))
  await transport.secured
  await using connection = new SSHConnection()
  const auth = new UserAuthClient({ user: server.user, service: connection, methods: [publicKey(key, { algorithms: key.algorithms })] })
  transport.requestService(auth)
  await auth.authenticated
  const session = await connection.exec('cat; exit 7')
  const writing = session.write(bytes).then(() => session.end())
  const { stdout, code } = await session.output()
  await writing
  return { stdout, code, transport }
}

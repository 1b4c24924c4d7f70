import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { type ServerTransportOptions, SSHServerTransport } from '@seashell/core'
import { attachStream } from '@seashell/node'
import { UserAuthServer } from '@seashell/userauth'
import { echoingConnection } from '../../src/matrix/index.ts'

/** A server of ours that sends back what each command reads, and then says 7. */
export interface EchoServer {
  readonly port: number
  /** The transport of the connection that was made last. */
  readonly last: () => SSHServerTransport
  readonly stop: () => void
}

/** Serves on 127.0.0.1, and lets everybody in. */
export async function serveEcho(options: Omit<ServerTransportOptions, 'getService'>): Promise<EchoServer> {
  let last: SSHServerTransport | undefined
  const listener = createServer((socket) => {
    last = new SSHServerTransport({
      ...options,
      getService: () => new UserAuthServer({ methods: { none: () => true }, services: { 'ssh-connection': echoingConnection } }),
    })
    attachStream(last, socket)
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  return { port: (listener.address() as AddressInfo).port, last: () => last!, stop: () => void listener.close() }
}

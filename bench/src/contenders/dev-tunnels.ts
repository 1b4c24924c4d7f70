import { createServer, connect as connectSocket, type Socket } from 'node:net'
import { once } from 'node:events'
import type { ByteChannel, Connection, Contender, EndOptions, Program, RemoteProgram, Server } from '../contract.ts'
import { USER } from '../keys.ts'
import { listeningPort } from '../sockets.ts'
import { suites } from '../suites.ts'
import { requireContender } from './npm.ts'

type Listen<Value> = (listener: (value: Value) => void) => void

interface Request {
  convertTo<Message>(message: Message): Message
}

interface Channel {
  readonly onDataReceived: Listen<Buffer>
  readonly onEof: Listen<void>
  readonly onClosed: Listen<{ exitStatus?: number }>
  readonly onRequest: Listen<{ requestType: string; request: Request; isAuthorized: boolean }>
  readonly maxWindowSize: number
  adjustWindow(length: number): void
  send(data: Buffer): Promise<void>
  close(exitStatus?: number): Promise<void>
  request(message: object): Promise<boolean>
}

interface Authenticating {
  readonly publicKey?: object
  authenticationPromise?: Promise<object>
}

interface Session {
  readonly onAuthenticating: Listen<Authenticating>
  readonly onChannelOpening: Listen<{ channel: Channel }>
  readonly onClosed: Listen<unknown>
  credentials: object
  connect(stream: object): Promise<void>
  authenticate(credentials: object): Promise<boolean>
  openChannel(): Promise<Channel>
  close(reason: number): Promise<void>
}

interface Configuration {
  readonly encryptionAlgorithms: unknown[]
  readonly protocolExtensions: string[]
}

interface DevTunnels {
  readonly SshSessionConfiguration: new () => Configuration
  readonly SshServerSession: new (configuration: Configuration) => Session
  readonly SshClientSession: new (configuration: Configuration) => Session
  readonly NodeStream: new (socket: Socket) => object
  readonly CommandRequestMessage: new () => { command: string; wantReply: boolean }
  readonly SshDisconnectReason: { readonly byApplication: number }
  readonly SshAlgorithms: {
    readonly encryption: Readonly<Record<string, { readonly name: string } | null>>
    readonly publicKey: { readonly ecdsaSha2Nistp384: { generateKeyPair(): Promise<object> } }
  }
}

/**
 * Microsoft's SSH of npm. It has neither Curve25519 nor Ed25519, so its handshakes are ECDH and ECDSA on P-384, its own first choices.
 */
export function devTunnels(): Contender {
  const library = requireContender('@microsoft/dev-tunnels-ssh') as DevTunnels
  const { version } = requireContender('@microsoft/dev-tunnels-ssh/package.json') as { version: string }
  return {
    describe: () => `dev-tunnels-ssh ${version}`,
    serve: (program, options) => serve(library, program, options),
    connect: (port, options) => connect(library, port, options),
  }
}

function configurationOf(library: DevTunnels, { suite }: EndOptions): Configuration {
  const configuration = new library.SshSessionConfiguration()
  const encryption = Object.values(library.SshAlgorithms.encryption).find((algorithm) => algorithm?.name === suites[suite].cipher)
  if (encryption === undefined) throw new Error(`dev-tunnels-ssh has no ${suite}`)
  configuration.encryptionAlgorithms.splice(0, Number.POSITIVE_INFINITY, encryption)
  return configuration
}

async function serve(library: DevTunnels, program: Program, options: EndOptions): Promise<Server> {
  const publicKeys = [await library.SshAlgorithms.publicKey.ecdsaSha2Nistp384.generateKeyPair()]
  const configuration = configurationOf(library, options)
  const server = createServer({ noDelay: options.noDelay }, (socket) => {
    const session = new library.SshServerSession(configuration)
    session.credentials = { publicKeys }
    session.onAuthenticating((request) => {
      request.authenticationPromise = Promise.resolve({})
    })
    session.onChannelOpening(({ channel }) => startPrograms(library, channel, program))
    session.connect(new library.NodeStream(socket)).catch(() => socket.destroy())
  }).listen(0, '127.0.0.1')
  const port = await listeningPort(server)
  return {
    port,
    close: async () => {
      server.close()
    },
  }
}

function startPrograms(library: DevTunnels, channel: Channel, program: Program): void {
  const bytes = channelOf(channel) // from now on, so that nothing is lost that comes before the program reads
  channel.onRequest((request) => {
    request.isAuthorized = request.requestType === 'exec'
    if (!request.isAuthorized) return
    const { command } = request.request.convertTo(new library.CommandRequestMessage())
    setImmediate(() => void program(command, bytes).then((code) => channel.close(code)))
  })
}

let clientKey: Promise<object> | undefined

async function connect(library: DevTunnels, port: number, options: EndOptions): Promise<Connection> {
  clientKey ??= library.SshAlgorithms.publicKey.ecdsaSha2Nistp384.generateKeyPair()
  const publicKeys = [await clientKey]
  const socket = connectSocket({ host: '127.0.0.1', port, noDelay: options.noDelay })
  await once(socket, 'connect')
  const closed = once(socket, 'close')
  const session = new library.SshClientSession(configurationOf(library, options))
  session.onAuthenticating((request) => {
    request.authenticationPromise = Promise.resolve({})
  })
  await session.connect(new library.NodeStream(socket))
  if (!(await session.authenticate({ username: USER, publicKeys }))) throw new Error('dev-tunnels-ssh: not authenticated')
  return {
    exec: (command) => exec(library, session, command),
    async close() {
      await session.close(library.SshDisconnectReason.byApplication)
      await closed
    },
  }
}

async function exec(library: DevTunnels, session: Session, command: string): Promise<RemoteProgram> {
  const channel = await session.openChannel()
  const exit = new Promise<number | undefined>((resolve) => {
    channel.onClosed(({ exitStatus }) => resolve(exitStatus))
  })
  const bytes = channelOf(channel)
  const message = new library.CommandRequestMessage()
  message.command = command
  message.wantReply = true
  if (!(await channel.request(message))) throw new Error(`dev-tunnels-ssh: ${command} was refused`)
  return { ...bytes, exit }
}

function channelOf(channel: Channel): ByteChannel {
  const early: Buffer[] = []
  let take: (chunk: Buffer) => void = (chunk) => void early.push(Buffer.from(chunk))
  let ended = false
  let onEnd: (() => void) | undefined
  channel.onDataReceived((chunk) => take(chunk))
  for (const listen of [channel.onEof, channel.onClosed]) {
    listen(() => {
      ended = true
      onEnd?.()
    })
  }
  return {
    read: (consume) =>
      new Promise((resolve, reject) => {
        // The window is adjusted when the reader has the bytes, which is all the flow control that the library has.
        take = (chunk) => {
          const wait = consume(chunk)
          if (wait === undefined) channel.adjustWindow(chunk.length)
          else wait.then(() => channel.adjustWindow(chunk.length), reject)
        }
        onEnd = resolve
        for (const chunk of early.splice(0)) take(chunk)
        if (ended) resolve()
      }),
    write: (chunk) => channel.send(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)),
    end: () => channel.send(Buffer.alloc(0)),
  }
}

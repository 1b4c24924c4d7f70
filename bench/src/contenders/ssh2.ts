import { once } from 'node:events'
import { connect as connectSocket, createServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { ByteChannel, Connection, Contender, EndOptions, Program, RemoteProgram, Server } from '../contract.ts'
import { readKey, USER } from '../keys.ts'
import { listeningPort } from '../sockets.ts'
import { macsOf, suites } from '../suites.ts'
import { requireContender } from './npm.ts'

interface Channel extends Duplex {
  exit(code: number): void
}

interface Session {
  on(event: 'exec', listener: (accept: () => Channel, reject: () => void, info: { command: string }) => void): this
}

interface PublicKey {
  readonly type: string
  getPublicSSH(): Buffer
  verify(data: Buffer, signature: Buffer, hash: string | undefined): boolean | Error
}

interface Authentication {
  readonly method: string
  /** What a client of the method publickey shows; before it has been told that the key would do, without a signature. */
  readonly key: { readonly algo: string; readonly data: Buffer }
  readonly blob?: Buffer
  readonly signature?: Buffer
  readonly hashAlgo?: string
  accept(): void
  reject(methods: string[]): void
}

interface ServerClient {
  on(event: 'authentication', listener: (context: Authentication) => void): this
  on(event: 'session', listener: (accept: () => Session) => void): this
  on(event: 'error', listener: (error: Error) => void): this
}

interface SSH2Client {
  once(event: 'ready', listener: () => void): this
  on(event: 'error', listener: (error: Error) => void): this
  connect(options: Readonly<Record<string, unknown>>): void
  exec(command: string, done: (error: Error | undefined, channel: Channel) => void): void
  end(): void
}

interface SSH2 {
  readonly utils: { parseKey(key: string): PublicKey | Error }
  readonly Client: new () => SSH2Client
  readonly Server: new (
    options: Readonly<Record<string, unknown>>,
    accept: (client: ServerClient) => void,
  ) => { injectSocket(socket: Socket): void }
}

/** ssh2 of npm. Whether it has its add-on is decided by who starts the process: Node's `--no-addons` keeps it out. */
export function ssh2(): Contender {
  const library = requireContender('ssh2') as SSH2
  return {
    describe: () => `ssh2 ${version()}, ${hasAddOn() ? 'with' : 'without'} its add-on`,
    hasAddOn,
    serve: (program, options) => serve(library, program, options),
    connect: (port, options) => connect(library, port, options),
  }
}

function hasAddOn(): boolean {
  return (requireContender('ssh2/lib/protocol/crypto.js') as { bindingAvailable: boolean }).bindingAvailable
}

function version(): string {
  return (requireContender('ssh2/package.json') as { version: string }).version
}

function algorithmsOf({ suite, kex }: EndOptions): object {
  return { cipher: [suites[suite].cipher], hmac: macsOf(suites[suite]), kex: [kex], compress: ['none'] }
}

async function serve(library: SSH2, program: Program, options: EndOptions): Promise<Server> {
  const { privateKey } = await readKey(options.keys, 'host')
  const allowed = library.utils.parseKey((await readKey(options.keys, 'client')).publicKey)
  if (allowed instanceof Error) throw allowed
  const ssh = new library.Server({ hostKeys: [privateKey], algorithms: algorithmsOf(options) }, (client) => {
    client.on('error', () => {}) // a client that hangs up shows at its own end
    client.on('authentication', (context) => (isAllowed(context, allowed) ? context.accept() : context.reject(['publickey'])))
    client.on('session', (accept) => {
      accept().on('exec', (start, _reject, { command }) => {
        const channel = start()
        void program(command, channelOf(channel)).then((code) => {
          channel.exit(code)
          channel.end()
        })
      })
    })
  })
  const server = createServer({ noDelay: options.noDelay }, (socket) => ssh.injectSocket(socket)).listen(0, '127.0.0.1')
  const port = await listeningPort(server)
  return {
    port,
    close: async () => {
      server.close()
    },
  }
}

/** ssh2 leaves to its caller what the other libraries do themselves: that the key is the one, and the signature right. */
function isAllowed({ method, key, blob, signature, hashAlgo }: Authentication, allowed: PublicKey): boolean {
  if (method !== 'publickey' || key.algo !== allowed.type || !key.data.equals(allowed.getPublicSSH())) return false
  return signature === undefined || blob === undefined || allowed.verify(blob, signature, hashAlgo) === true
}

async function connect(library: SSH2, port: number, options: EndOptions): Promise<Connection> {
  const { privateKey } = await readKey(options.keys, 'client')
  const client = new library.Client()
  const sock = connectSocket({ host: '127.0.0.1', port, noDelay: options.noDelay })
  const closed = once(sock, 'close')
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve)
    client.on('error', reject)
    client.connect({ sock, username: USER, privateKey, algorithms: algorithmsOf(options) })
  })
  return {
    exec: (command) => exec(client, command),
    async close() {
      client.end()
      await closed
    },
  }
}

function exec(client: SSH2Client, command: string): Promise<RemoteProgram> {
  return new Promise((resolve, reject) => {
    // The program may have ended in the same turn: its listeners are there before anybody waits.
    client.exec(command, (error, channel) => (error ? reject(error) : resolve({ ...channelOf(channel), exit: exitOf(channel) })))
  })
}

function exitOf(channel: Channel): Promise<number | undefined> {
  return new Promise((resolve) => {
    let code: number | undefined
    channel.once('exit', (given: number | null) => {
      code = given ?? undefined
    })
    channel.once('close', () => resolve(code))
  })
}

function channelOf(channel: Channel): ByteChannel {
  return {
    read: (take) =>
      new Promise((resolve, reject) => {
        channel.on('data', (chunk: Uint8Array) => {
          const wait = take(chunk)
          if (wait === undefined) return
          channel.pause()
          wait.then(() => channel.resume(), reject)
        })
        channel.once('end', resolve)
        channel.once('error', reject)
      }),
    write: (chunk) => (channel.write(chunk) ? undefined : once(channel, 'drain').then(() => undefined)),
    end: () => void channel.end(),
  }
}

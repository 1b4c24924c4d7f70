import { connect as connectTCP, createServer as createTCPServer, type Socket } from 'node:net'
import { type Duplex, duplexPair } from 'node:stream'
import { once } from 'node:events'
import { formatPrivateKey, generatePrivateKey, KnownHosts } from '@seashell/keys'
import {
  connect,
  type ConnectOptions,
  createServer,
  type ServerOptions,
  type SSHClient,
  type SSHError,
  type SSHServer,
} from '@seashell/ssh'
import { nodeAlgorithms } from './algorithms.ts'
import { account, Peer } from './peer.ts'
import type { PeerOptions, Role } from './transport-peer.ts'

/** How peer and target are joined: by TCP on 127.0.0.1, or by two streams in memory where there are very many connections. */
export type Join = 'socket' | 'memory'

/** What is different about a target from what `createServer` and `connect` make of the least options and {@link nodeAlgorithms}. */
export interface TargetOptions {
  readonly server?: Partial<ServerOptions>
  readonly client?: Partial<ConnectOptions>
}

/** What became of one connection, as the code under test tells it. */
export interface TargetEnd {
  readonly error: SSHError | undefined
}

/** A peer and the target that it is connected to. */
export interface Encounter {
  readonly peer: Peer
  /** How the target's side of the connection has ended. */
  readonly ended: Promise<TargetEnd>
  /** Where the target is a client: it, once it has logged in. */
  readonly client: Promise<SSHClient> | undefined
}

const host = '127.0.0.1'
const { publicKeys } = nodeAlgorithms
const hostKeys = await Promise.all(
  ['ssh-ed25519', 'ecdsa-sha2-nistp256'].map(async (name) => await formatPrivateKey(await generatePrivateKey(publicKeys.get(name)))),
)

/**
 * The code under test in one process with its attackers: a server, and a bystander logged in to it who must not notice anything. Clients
 * under attack are made for each encounter.
 */
export class Arena implements AsyncDisposable {
  /** The server under attack. */
  readonly server: SSHServer
  /** Its port. */
  readonly port: number
  readonly #bystander: SSHClient
  readonly #target: TargetOptions
  readonly #ends: ((end: TargetEnd) => void)[]

  private constructor(
    parts: Pick<Arena, 'server' | 'port'>,
    target: TargetOptions,
    bystander: SSHClient,
    ends: ((end: TargetEnd) => void)[],
  ) {
    this.server = parts.server
    this.port = parts.port
    this.#target = target
    this.#bystander = bystander
    this.#ends = ends
  }

  /** Starts the server and logs the bystander in. */
  static async open(target: TargetOptions = {}): Promise<Arena> {
    const ends: ((end: TargetEnd) => void)[] = []
    const ended = new Map<number, (end: TargetEnd) => void>()
    const server = await createServer({
      algorithms: nodeAlgorithms,
      hostKeys,
      auth: { password: ({ password }, { user }) => user === account.user && password === account.password },
      onSession: (session) => ({
        async exec(command) {
          await session.write(`out: ${command}`)
          return 0
        },
      }),
      ...target.server,
      onConnection: (connection) => connection !== undefined && ended.set(connection.id, ends.shift() ?? (() => {})),
      onEvent: (event, { id }) => event.type === 'ended' && ended.get(id)?.({ error: event.error }),
    })
    const { port } = await server.listen()
    const bystander = await connect({ ...clientOptions(port), ...account })
    return new Arena({ server, port }, target, bystander, ends)
  }

  /** Has a peer meet the target of the other role. */
  async meet(role: Role, options: PeerOptions = {}, join: Join = 'socket', client: Partial<ConnectOptions> = {}): Promise<Encounter> {
    return role === 'client' ? await this.#attackServer(options, join) : await this.#attackClient(options, join, client)
  }

  /** Runs a command for the bystander, whose connection has seen every case so far. */
  async askBystander(): Promise<string> {
    const { stdout } = await (await this.#bystander.exec('still here')).output()
    return Buffer.from(stdout).toString()
  }

  /** Ends everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#bystander.close()
    await this.server.close()
  }

  async #attackServer(options: PeerOptions, join: Join): Promise<Encounter> {
    const ended = new Promise<TargetEnd>((resolve) => {
      this.#ends.push(resolve)
    })
    const stream = join === 'socket' ? await tcp(this.port) : this.#joinServer()
    return { peer: new Peer('client', stream, options), ended, client: undefined }
  }

  #joinServer(): Duplex {
    const [ours, theirs] = duplexPair()
    this.server.accept(theirs)
    return ours
  }

  async #attackClient(options: PeerOptions, join: Join, changes: Partial<ConnectOptions>): Promise<Encounter> {
    const [stream, under] = join === 'socket' ? await tcpPair() : duplexPair()
    let end!: (end: TargetEnd) => void
    const ended = new Promise<TargetEnd>((resolve) => {
      end = resolve
    })
    const client = connect({
      ...clientOptions(this.port),
      ...account,
      ...this.#target.client,
      ...changes,
      stream: under,
      onEvent: (event) => event.type === 'ended' && end({ error: event.error }),
    })
    // A case that is about its end alone does not look at it.
    client.catch(() => {})
    return { peer: new Peer('server', stream, options), ended, client }
  }
}

function clientOptions(port: number): Pick<ConnectOptions, 'host' | 'port' | 'knownHosts' | 'verifyHostKey' | 'algorithms'> {
  return { algorithms: nodeAlgorithms, host, port, knownHosts: new KnownHosts(), verifyHostKey: () => true }
}

async function tcp(port: number): Promise<Socket> {
  const socket = connectTCP({ host, port, noDelay: true })
  await once(socket, 'connect')
  return socket
}

async function tcpPair(): Promise<[Socket, Socket]> {
  const listener = createTCPServer({ noDelay: true }).listen(0, host)
  await once(listener, 'listening')
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  const accepted = once(listener, 'connection') as Promise<[Socket]>
  const under = await tcp(address.port)
  const [stream] = await accepted
  listener.close()
  return [stream, under]
}

import type { Duplex } from 'node:stream'
import { SSHConnection, type ConnectionOptions, type ServerSession, type SessionHandlers } from '@seashell/connection'
import {
  type AlgorithmRegistry,
  invalidArgument,
  type ServerTransportOptions,
  SSHServerTransport,
  type SSHTransportAddress,
  type TransportEvent,
} from '@seashell/core'
import { attachStream, listen, type Listener, type ListenOptions } from '@seashell/node'
import { type Login, type ServerAttempt, type ServerMethods, UserAuthServer, type UserAuthServerOptions } from '@seashell/userauth'
import { type AlgorithmChoices, defaultAlgorithms, resolveChoices, SERVER_KEY_EXCHANGES } from './algorithms.ts'
import { type PrivateKeySource, signersOf } from './keys.ts'

/** How many connections may be open whose users have not authenticated. */
const DEFAULT_MAX_STARTUPS = 100

/** One connection to a server, for logs and for closing it. */
export interface ServerConnection {
  /** Its number, from 1. */
  readonly id: number
  /** Where the client is. */
  readonly peer: SSHTransportAddress
  /** The transport below. */
  readonly transport: SSHServerTransport
  /** Who has logged in; undefined before. */
  readonly login: Login | undefined
}

/** What a server is made of. */
export interface ServerOptions extends Pick<ServerTransportOptions, 'limits' | 'rekey' | 'strictKeyExchange' | 'version'> {
  /** The host keys: one of each type that clients shall be able to ask for. */
  readonly hostKeys: readonly PrivateKeySource[]
  /** The ways to log in. */
  readonly auth: ServerMethods
  /** Says what a session can do; where absent there are no sessions. */
  readonly onSession?: (session: ServerSession, login: Login) => SessionHandlers
  /** Everything else that a connection can do: forwarding, channels and requests of other types. */
  readonly connection?: (login: Login) => ConnectionOptions
  /** Of {@link UserAuthServer}: the factors to start with, a banner, the number of attempts, the time that a refusal takes. */
  readonly userAuth?: Pick<UserAuthServerOptions, 'startWith' | 'banner' | 'maxAttempts' | 'failureTime'>
  /** The algorithms; where absent `defaultAlgorithms()`, of which finite-field Diffie-Hellman is offered only if `choices` has it. */
  readonly algorithms?: AlgorithmRegistry
  /** What of them to offer, in OpenSSH's list syntax or as arrays. */
  readonly choices?: AlgorithmChoices
  /** Beyond so many connections that are not authenticated a new one is closed at once; 100 where absent. */
  readonly maxStartups?: number
  /** Is told that a connection was made, or was turned away because of `maxStartups`. */
  readonly onConnection?: (connection: ServerConnection | undefined) => void
  /** Is told what happens on a connection. */
  readonly onEvent?: (event: TransportEvent, connection: ServerConnection) => void
  /** Is told of each attempt to log in, as it ends. */
  readonly onAttempt?: (attempt: ServerAttempt, connection: ServerConnection) => void
}

/** An SSH server. {@link createServer} makes it. */
export class SSHServer implements AsyncDisposable {
  readonly #surroundings: Surroundings
  readonly #listeners: Listener[] = []
  #count = 0

  /** @internal */
  constructor(options: ServerOptions, transportOptions: SharedTransportOptions) {
    this.#surroundings = { options, transportOptions, connections: new Set(), startups: new Set() }
  }

  /** The connections that are open. */
  get connections(): Iterable<ServerConnection> {
    return this.#surroundings.connections
  }

  /**
   * Listens for connections, on 127.0.0.1 and a free port where nothing else is said.
   *
   * @throws SSHError `ARGUMENT`, fault 'local', where that address cannot be listened on
   */
  async listen(options?: ListenOptions): Promise<Listener> {
    const listener = await listen((socket) => this.accept(socket), options)
    this.#listeners.push(listener)
    return listener
  }

  /** Serves a client on a byte stream, wherever it comes from. */
  accept(stream: Duplex): void {
    const { options, startups } = this.#surroundings
    if (startups.size >= (options.maxStartups ?? DEFAULT_MAX_STARTUPS)) {
      stream.on('error', () => {})
      stream.destroy()
      options.onConnection?.(undefined)
      return
    }
    const connection = new Connection(++this.#count, this.#surroundings)
    this.#surroundings.connections.add(connection)
    this.#surroundings.startups.add(connection)
    attachStream(connection.transport, stream)
    options.onConnection?.(connection)
  }

  /** Stops listening, and closes all connections. It waits for each of them, however it ends. */
  async close(): Promise<void> {
    const listeners = this.#listeners.splice(0)
    await Promise.all(listeners.map((listener) => listener.close()))
    await Promise.allSettled([...this.#surroundings.connections].map((connection) => connection.close()))
  }

  /** The same. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/**
 * Makes an SSH server. It listens when `listen` is called.
 *
 * @throws SSHError `KEY` where a host key is not what it should be; `ARGUMENT` or `UNKNOWN_ALGORITHM` where the options do not fit together
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import { createServer } from '@seashell/ssh'
 *
 * // By hash and in constant time: scrypt and timingSafeEqual of node:crypto, for example.
 * declare function isPassword(user: string, password: string): Promise<boolean>
 *
 * const server = await createServer({
 *   hostKeys: [await readFile('/etc/ssh/ssh_host_ed25519_key')],
 *   auth: { password: ({ password }, { user }) => isPassword(user, password) },
 *   onSession: (session, login) => ({
 *     async exec(command) {
 *       await session.write(`${login.user} asked for ${command}\n`)
 *       return 0
 *     },
 *   }),
 * })
 * const { port } = await server.listen()
 * console.log(`listening on 127.0.0.1:${port}`)
 * ```
 */
export async function createServer(options: ServerOptions): Promise<SSHServer> {
  const { maxStartups = DEFAULT_MAX_STARTUPS, limits, rekey, strictKeyExchange, version } = options
  if (!(maxStartups >= 1)) throw invalidArgument(`expected maxStartups to be 1 or more; got ${maxStartups}`)
  const algorithms = options.algorithms ?? defaultAlgorithms()
  const hostKeys = await signersOf(options.hostKeys, algorithms)
  const defaults = options.algorithms === undefined ? { keyExchanges: SERVER_KEY_EXCHANGES } : {}
  const supported = resolveChoices(algorithms, options.choices, defaults)
  const transportOptions = { algorithms, hostKeys, supported, limits, rekey, strictKeyExchange, version }
  // What does not fit together is said here, not to the first client. What it has made of the lists is what all connections share.
  const first = new SSHServerTransport(transportOptions)
  first.connectionLost()
  const publicKeys = first.supportedPublicKeys
  return new SSHServer(options, { ...transportOptions, hostKeys: Object.freeze(hostKeys), supported: { ...supported, publicKeys } })
}

type SharedTransportOptions = Omit<ServerTransportOptions, 'getService' | 'onEvent'>

/** What the connections of a server share. */
interface Surroundings {
  readonly options: ServerOptions
  readonly transportOptions: SharedTransportOptions
  readonly connections: Set<Connection>
  /** Those of them whose users have not authenticated. */
  readonly startups: Set<Connection>
}

class Connection implements ServerConnection {
  readonly id: number
  readonly transport: SSHServerTransport
  readonly #surroundings: Surroundings
  #login: Login | undefined
  #service: SSHConnection | undefined

  constructor(id: number, surroundings: Surroundings) {
    this.id = id
    this.#surroundings = surroundings
    const { algorithms, hostKeys, supported, limits, rekey, strictKeyExchange, version } = surroundings.transportOptions
    this.transport = new SSHServerTransport({
      algorithms,
      hostKeys,
      supported,
      limits,
      rekey,
      strictKeyExchange,
      version,
      getService: (name) => (name === 'ssh-userauth' ? this.#userAuth() : undefined),
      onEvent: (event) => this.#happened(event),
    })
  }

  get peer(): SSHTransportAddress {
    return this.transport.getPeer()
  }

  get login(): Login | undefined {
    return this.#login
  }

  async close(): Promise<void> {
    if (this.#service === undefined) this.transport.sendDisconnect(11, 'the server is closing')
    else await this.#service.close()
  }

  #happened(event: TransportEvent): void {
    const { options, connections, startups } = this.#surroundings
    if (event.type === 'ended') {
      connections.delete(this)
      startups.delete(this)
    }
    options.onEvent?.(event, this)
  }

  #userAuth(): UserAuthServer {
    const { auth, userAuth, onAttempt } = this.#surroundings.options
    return new UserAuthServer({
      ...userAuth,
      methods: auth,
      services: { 'ssh-connection': (login) => this.#connection(login) },
      onAttempt: (attempt) => onAttempt?.(attempt, this),
    })
  }

  #connection(login: Login): SSHConnection {
    const { options, startups } = this.#surroundings
    const { onSession, connection } = options
    this.#login = login
    startups.delete(this)
    this.#service = new SSHConnection({
      ...(onSession && { onSession: (session: ServerSession) => onSession(session, login) }),
      ...connection?.(login),
    })
    return this.#service
  }
}

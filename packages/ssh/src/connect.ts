import type { Duplex } from 'node:stream'
import { SSHConnection, type ConnectionOptions } from '@seashell/connection'
import {
  type AlgorithmLists,
  type AlgorithmRegistry,
  checkServerPreferences,
  type ClientTransportOptions,
  invalidArgument,
  type MaybePromise,
  type ServerPreferences,
  SSHClientTransport,
  SSHError,
} from '@seashell/core'
import { KnownHosts } from '@seashell/keys'
import { attachStream, connectSocket, defaultKnownHostsFile, readKnownHostsFile } from '@seashell/node'
import {
  type AuthAttempt,
  type AuthMethod,
  keyboardInteractive,
  password,
  publicKey,
  type QuestionHandler,
  UserAuthClient,
} from '@seashell/userauth'
import { type AlgorithmChoices, defaultAlgorithms, resolveChoices } from './algorithms.ts'
import { SSHClient } from './client.ts'
import { type HostKeyDecision, hostKeyVerifier, preferKnown } from './host-keys.ts'
import { type PrivateKeySource, signersOf } from './keys.ts'
import { type GuessedLists, preferWhatServerDoes } from './server-preferences.ts'

type PassedOn = Pick<ClientTransportOptions, 'limits' | 'rekey' | 'strictKeyExchange' | 'onEvent' | 'version' | 'serverPreferences'>

/** Where to connect to, as whom, and how. */
export interface ConnectOptions extends PassedOn {
  /** A name or an address; also what the host key is looked up by. */
  readonly host: string
  /** The port; 22 where absent. */
  readonly port?: number
  /** Whom to log in as. */
  readonly user: string
  /** Keys to log in with, in this order, before anything else. */
  readonly privateKeys?: readonly PrivateKeySource[]
  /** The password, or what asks for it. */
  readonly password?: string | (() => MaybePromise<string | undefined>)
  /** Answers a server's questions (RFC 4256). */
  readonly keyboardInteractive?: QuestionHandler
  /** Ways to authenticate in place of the three above: methods of your own among them. */
  readonly methods?: readonly AuthMethod[]
  /** The known hosts: themselves, or the path of their file; `~/.ssh/known_hosts` where absent. */
  readonly knownHosts?: string | KnownHosts
  /** Decides about a host key that is not known; where absent it is refused. One that is known to be another is always refused. */
  readonly verifyHostKey?: HostKeyDecision
  /** The algorithms; `defaultAlgorithms()` where absent. */
  readonly algorithms?: AlgorithmRegistry
  /** What of them to offer, in OpenSSH's list syntax or as arrays. */
  readonly choices?: AlgorithmChoices
  /**
   * What this server preferred the last time: `serverPreferences` of an earlier client, two names to keep beside its host key. The first message
   * of the key exchange then leaves together with KEXINIT, as a guess (RFC 4253 §7), and the connection stands one round trip sooner; a wrong
   * guess costs that message and nothing else. So that it is right, what the server prefers is offered first, where `choices` says nothing
   * else, the method is no weaker against a quantum computer than our own first, and the host key is the one that `knownHosts` has come first:
   * where that knows keys of several types, and the server prefers another of them, nothing is guessed. Unknown names are ignored; what is no
   * pair of names is refused with `ARGUMENT`.
   */
  readonly serverPreferences?: ServerPreferences | undefined
  /** A byte stream to use in place of a TCP connection of our own: a proxy's, a channel of another connection. */
  readonly stream?: Duplex
  /** What to do with what the server asks for: forwarded channels, global requests. */
  readonly connection?: ConnectionOptions
  /** Is given what the server has to say to everybody, fit for a terminal. */
  readonly onBanner?: (text: string) => void
  /** Is told of each attempt to log in, as it ends. */
  readonly onAttempt?: (attempt: AuthAttempt) => void
  /** Gives up, until the connection stands. */
  readonly signal?: AbortSignal
  /**
   * Gives up after so many milliseconds, until the connection stands, whoever took them: people too. Where absent, only the times of `limits` count,
   * and they are the server's: 30 s for its identification, 120 s for the key exchange, 600 s for logging in; `Infinity` lifts them.
   */
  readonly timeout?: number
}

/**
 * Connects to an SSH server, verifies its host key, and logs in.
 *
 * @throws SSHError `CONNECTION_LOST` where there is no connection, `HOST_KEY`, `NEGOTIATION`, `AUTHENTICATION`, `TIMEOUT`, `ABORTED`,
 *   `DISCONNECTED`, …: its message says what was expected and what came
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import { connect } from '@seashell/ssh'
 *
 * await using client = await connect({
 *   host: 'example.org',
 *   user: 'alice',
 *   privateKeys: [await readFile('/home/alice/.ssh/id_ed25519')],
 * })
 * const session = await client.exec('uname -a')
 * const { stdout, code } = await session.output()
 * console.log(code, new TextDecoder().decode(stdout))
 * ```
 */
export async function connect(options: ConnectOptions): Promise<SSHClient> {
  const algorithms = options.algorithms ?? defaultAlgorithms()
  const { host, port = 22 } = options
  const methods = await methodsOf(options, algorithms)
  const knownHosts = await knownHostsOf(options.knownHosts)
  const chosen = resolveChoices(algorithms, options.choices)
  const transport = new SSHClientTransport({
    ...passedOn(options),
    algorithms,
    supported: { ...chosen, ...offered(options, algorithms, chosen, knownHosts) },
    verifyHostKey: hostKeyVerifier(knownHosts, { host, port }, options.verifyHostKey, algorithms.publicKeys),
  })
  const signal = giveUp(options)
  attachStream(transport, options.stream ?? (await timed(connectSocket({ host, port, ...(signal && { signal }) }), options)))
  return await untilStanding(transport, signal, options, methods)
}

function offered(
  { host, port = 22, serverPreferences }: ConnectOptions,
  algorithms: AlgorithmRegistry,
  chosen: Partial<AlgorithmLists>,
  knownHosts: KnownHosts,
): GuessedLists {
  const lists = {
    keyExchanges: chosen.keyExchanges ?? algorithms.keyExchanges.defaults,
    publicKeys: chosen.publicKeys ?? preferKnown(algorithms.publicKeys.defaults, algorithms, knownHosts, { host, port }),
  }
  if (serverPreferences === undefined) return lists
  checkServerPreferences(serverPreferences)
  return preferWhatServerDoes(lists, serverPreferences, algorithms, chosen)
}

async function untilStanding(
  transport: SSHClientTransport,
  signal: AbortSignal | undefined,
  options: ConnectOptions,
  methods: readonly AuthMethod[],
): Promise<SSHClient> {
  const abort = (): void => transport.fail(gaveUp(signal?.reason, options))
  signal?.addEventListener('abort', abort, { once: true })
  if (signal?.aborted === true) abort()
  try {
    await transport.secured
    const connection = new SSHConnection(options.connection)
    const auth = new UserAuthClient({
      user: options.user,
      service: connection,
      methods,
      ...(options.onBanner && { onBanner: options.onBanner }),
      ...(options.onAttempt && { onAttempt: options.onAttempt }),
    })
    transport.requestService(auth)
    // A connection that ends before the service is accepted never starts it.
    const ended = await Promise.race([auth.authenticated.then(() => undefined), endOf(transport)])
    if (ended !== undefined) throw ended.error()
    return new SSHClient(transport, connection)
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

/** The end of a connection. Most come long after it stood, when nobody waits for this: what would tell of it is made where somebody does. */
async function endOf(transport: SSHClientTransport): Promise<{ error(): SSHError }> {
  const error = await transport.closed
  return { error: () => error ?? new SSHError('CLOSED', 'the connection was closed before it stood', { fault: 'local' }) }
}

async function methodsOf(options: ConnectOptions, algorithms: AlgorithmRegistry): Promise<readonly AuthMethod[]> {
  if (options.methods !== undefined) return options.methods
  const methods: AuthMethod[] = []
  const sources = options.privateKeys ?? []
  const signers = await signersOf(sources, algorithms)
  // A key that is at hand signs at once; one that signs by itself may have to ask somebody, so the server is asked first.
  if (signers.length > 0) methods.push(publicKey(signers, { query: (signer) => sources.includes(signer) }))
  if (options.password !== undefined) methods.push(password(options.password))
  if (options.keyboardInteractive !== undefined) methods.push(keyboardInteractive(options.keyboardInteractive))
  if (methods.length === 0) throw invalidArgument('expected a way to log in: privateKeys, password, keyboardInteractive or methods')
  return methods
}

async function knownHostsOf(source: string | KnownHosts | undefined): Promise<KnownHosts> {
  return source instanceof KnownHosts ? source : await readKnownHostsFile(source ?? defaultKnownHostsFile())
}

function passedOn({ limits, rekey, strictKeyExchange, onEvent, version, serverPreferences }: PassedOn): PassedOn {
  return { limits, rekey, strictKeyExchange, onEvent, version, serverPreferences }
}

function giveUp({ signal, timeout }: ConnectOptions): AbortSignal | undefined {
  if (timeout === undefined) return signal
  const timer = AbortSignal.timeout(timeout)
  return signal === undefined ? timer : AbortSignal.any([signal, timer])
}

/** What connecting was given up for: time, or the caller. */
function gaveUp(reason: unknown, { host, timeout }: ConnectOptions): SSHError {
  const timedOut = reason instanceof DOMException && reason.name === 'TimeoutError'
  return timedOut
    ? new SSHError('TIMEOUT', `the connection to ${host} did not stand ${timeout === undefined ? 'in time' : `after ${timeout} ms`}`, {
        fault: 'peer',
      })
    : new SSHError('ABORTED', `the connection to ${host} was given up`, { fault: 'caller', cause: reason })
}

async function timed<T>(connecting: Promise<T>, options: ConnectOptions): Promise<T> {
  try {
    return await connecting
  } catch (error) {
    throw error instanceof SSHError && error.code === 'ABORTED' ? gaveUp(error.cause, options) : error
  }
}

import { type Channel, type ServerSession, SSHConnection } from '@seashell/connection'
import { SSHClientTransport, SSHServerTransport, type TransportOptions } from '@seashell/core'
import { equalBytes, WireWriter } from '@seashell/core/wire'
import { createSigner, generatePrivateKey } from '@seashell/keys'
import { defaultAlgorithms } from '@seashell/ssh'
import { seededRandom } from '@seashell/test-support'
import { password, UserAuthClient, UserAuthServer } from '@seashell/userauth'
import { HandClock } from '../clock.ts'
import { Ledger } from './ledger.ts'
import { type Fault, Link, startExchange } from './link.ts'

const algorithms = defaultAlgorithms()
const hostKey = createSigner(
  await generatePrivateKey(algorithms.publicKeys.get('ssh-ed25519'), { random: seededRandom('host key') }),
  algorithms.publicKeys,
)

/** What goes to the program and comes back; larger than the stream likes at once, and than the window. */
const CHUNKS: readonly Uint8Array[] = Array.from({ length: 4 }, (_, index) => seededRandom(`chunk ${index}`)(12_000))
const ALL = join(CHUNKS)
const CODE = 7

/** The limits of both sides: also of the client, for nobody is asked about anything. */
const limits = { identificationTime: 30_000, keyExchangeTime: 60_000, authenticationTime: 120_000 }

/** What became of a session. */
export interface Outcome {
  /** How many writes and ends of streams there were. */
  readonly events: number
  /** Promises that never settled. */
  readonly waiting: readonly string[]
  /** Promises that were rejected, and with what. */
  readonly rejections: readonly string[]
  /** What was promised and is not so. */
  readonly broken: readonly string[]
  /** Timers that are still set. */
  readonly timers: number
  /** How often keys were exchanged. */
  readonly exchanges: number
}

/** What the server saw. */
interface Seen {
  user?: string
  requests: number
  readonly input: Uint8Array[]
  inputEnded: boolean
  readonly sunk: Uint8Array[]
  sinkEnded: boolean
}

/**
 * Runs a session from connecting to closing, over a link with a fault, and lets the clock go on until everybody has given up:
 * authentication, a program with data both ways, an exchange of keys in the middle, a second channel, a global request, a ping.
 *
 * @param at the number of the event at which the fault strikes, from 1
 */
export async function runSession(fault: Fault, at: number): Promise<Outcome> {
  const run = new Run()
  const link = run.connect(fault, at)
  await quiet(link)
  // Three rings a side end it: an hour until keys are exchanged anew, a minute for that. Whoever needs a hundred never ends.
  for (let rings = 0; rings < 100 && run.ledger.waiting.length > 0; rings++) {
    if (!run.clock.advanceToNext()) break
    await quiet(link)
  }
  return {
    events: link.events,
    waiting: run.ledger.waiting,
    rejections: run.ledger.rejections,
    broken: run.broken(),
    timers: run.clock.pending,
    exchanges: run.exchanges,
  }
}

/** Both sides of one session. */
class Run {
  readonly clock = new HandClock()
  readonly ledger = new Ledger()
  /** How often the client has new keys. */
  exchanges = 0
  readonly #seen: Seen = { requests: 0, input: [], inputEnded: false, sunk: [], sinkEnded: false }
  readonly #acknowledged = new Set<string>()
  #output: Uint8Array | undefined

  connect(fault: Fault, at: number): Link {
    const server = this.#createServer()
    const client = new SSHClientTransport({
      ...this.#transportOptions('client'),
      verifyHostKey: () => decided(true),
      onEvent: ({ type }) => void (this.exchanges += type === 'keys' ? 1 : 0),
    })
    const link = new Link(fault, at, { client, server })
    for (const [side, transport] of Object.entries({ client, server })) {
      void this.ledger.track(`${side} closed`, transport.closed)
      void this.ledger.track(`${side} secured`, transport.secured)
    }
    void this.ledger.track('client', this.#client(client))
    return link
  }

  /** What was acknowledged, and is not so at the other end. */
  broken(): string[] {
    const { user, requests, input, inputEnded, sunk, sinkEnded } = this.#seen
    const facts: Record<string, boolean> = {
      authenticated: user === 'alice',
      requested: requests === 1,
      exit: inputEnded && equalBytes(join(input), ALL),
      output: this.#output !== undefined && equalBytes(this.#output, ALL),
      sunk: sinkEnded && equalBytes(join(sunk), ALL),
    }
    const untrue = [...this.#acknowledged].filter((name) => facts[name] === false)
    // Whatever was acknowledged: what arrives is what was sent, from its beginning on.
    const mixed = Object.entries({ input, sunk }).filter(([, chunks]) => !isPrefix(join(chunks)))
    return [...untrue.map((name) => `${name} was acknowledged`), ...mixed.map(([name]) => `${name} is not what was sent`)]
  }

  #transportOptions(side: string): TransportOptions {
    const supported = { keyExchanges: ['curve25519-sha256'], publicKeys: ['ssh-ed25519'] }
    return { algorithms, supported, limits, clock: this.clock, random: seededRandom(side) }
  }

  async #client(transport: SSHClientTransport): Promise<void> {
    const { ledger } = this
    const connection = new SSHConnection({ windowLength: 20_000 })
    void ledger.track('client connection closed', connection.closed)
    const auth = new UserAuthClient({ user: 'alice', service: connection, methods: [password(() => decided('x'))] })
    try {
      await ledger.track('secured', transport.secured)
      transport.requestService(auth)
      await Promise.race([ledger.track('authenticated', auth.authenticated), transport.closed.then((error) => Promise.reject(error))])
      this.#acknowledged.add('authenticated')
      await this.#use(transport, connection)
    } finally {
      await ledger.track('close', connection.close())
    }
  }

  async #use(transport: SSHClientTransport, connection: SSHConnection): Promise<void> {
    const { ledger } = this
    const session = await ledger.track('exec', connection.exec('cat'))
    const output = ledger.track('output', session.output())
    void ledger.track('exit', session.exit)
    void ledger.track('session closed', session.channel.closed)
    for (const [index, chunk] of CHUNKS.entries()) {
      if (index === 2) startExchange(transport)
      await ledger.track(`write ${index}`, session.write(chunk))
    }
    await ledger.track('end', session.end())
    const { stdout, code } = await output
    if (code === CODE) this.#acknowledged.add('exit').add('output')
    this.#output = stdout
    await ledger.track('request', connection.globalRequest('count@example.org'))
    this.#acknowledged.add('requested')
    await ledger.track('ping', transport.sendPing())
    await this.#sink(await ledger.track('open', connection.openChannel('sink@example.org')))
  }

  async #sink(channel: Channel): Promise<void> {
    const { ledger } = this
    const writes = CHUNKS.map((chunk, index) => ledger.track(`sink ${index}`, channel.write(chunk)))
    const closed = ledger.track('sink closed', channel.close())
    await Promise.all(writes)
    await closed
    this.#acknowledged.add('sunk')
  }

  #createServer(): SSHServerTransport {
    const { ledger } = this
    const makeConnection = (user: string): SSHConnection => {
      this.#seen.user = user
      const connection = new SSHConnection({
        windowLength: 20_000,
        onSession: (session) => ({ exec: async () => await ledger.track('cat', this.#cat(session)) }),
        channelTypes: { 'sink@example.org': (opening) => void ledger.track('sink', this.#drain(opening.accept())) },
        globalRequests: {
          'count@example.org': (request) => {
            this.#seen.requests++
            request.reply(true)
          },
        },
      })
      void ledger.track('server connection closed', connection.closed)
      return connection
    }
    const userAuth = (): UserAuthServer =>
      new UserAuthServer({ methods: { password: () => decided(true) }, services: { 'ssh-connection': ({ user }) => makeConnection(user) } })
    return new SSHServerTransport({
      ...this.#transportOptions('server'),
      hostKeys: [hostKey],
      getService: (name) => (name === 'ssh-userauth' ? userAuth() : undefined),
    })
  }

  async #cat(session: ServerSession): Promise<number> {
    void this.ledger.track('server session closed', session.closed)
    for await (const chunk of session) {
      this.#seen.input.push(chunk)
      await this.ledger.track('server write', session.write(chunk))
    }
    this.#seen.inputEnded = true
    return CODE
  }

  async #drain(channel: Channel): Promise<void> {
    void this.ledger.track('server sink closed', channel.closed)
    for await (const chunk of channel) this.#seen.sunk.push(chunk)
    this.#seen.sinkEnded = true
  }
}

/** Whoever decides takes some turns of the event loop for it. */
async function decided<Decision>(decision: Decision): Promise<Decision> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
  return decision
}

/** Waits until nothing happens any more but by the clock. */
async function quiet(link: Link): Promise<void> {
  for (let idle = 0, events = link.events; idle < 10; idle++) {
    await new Promise((resolve) => setImmediate(resolve))
    if (link.events !== events) idle = 0
    events = link.events
  }
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  return chunks.reduce((writer, chunk) => writer.writeBytes(chunk), new WireWriter()).finish()
}

function isPrefix(bytes: Uint8Array): boolean {
  return bytes.length <= ALL.length && equalBytes(bytes, ALL.subarray(0, bytes.length))
}

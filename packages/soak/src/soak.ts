import { getEventListeners, setMaxListeners } from 'node:events'
import { setTimeout as after } from 'node:timers/promises'
import { Dice } from './dice.ts'
import { type Reading, read, TimerCount } from './gauge.ts'
import { type Scene, scenarios } from './scenarios.ts'
import { IMPATIENT, type SoakServer, startServer, type Tally } from './server.ts'

/** So many scenarios run at a time. */
const AT_ONCE = 8
/** Longer than this no scenario takes: whatever waits is stuck. */
const STUCK_TIME = 30_000
/** The part of the time that goes by before what is held is read for the first time: code is compiled, caches are filled. */
const WARM_UP = 0.5

/** What a soak came to. */
export interface Report {
  readonly seed: string
  /** How often each scenario ran. */
  readonly runs: Readonly<Record<string, number>>
  /** What the server has counted. */
  readonly tally: Readonly<Tally>
  /** What went wrong. */
  readonly failures: readonly string[]
  /** What the process held after the warm-up, and at the end. */
  readonly before: Reading
  readonly after: Reading
  /** Scenarios between the two. */
  readonly between: number
}

/** What is left at the end and was not there at the start, and more memory than is allowed; nothing where all is well. */
export function leaks({ before, after: end }: Report, heapAllowance: number, bufferAllowance: number): readonly string[] {
  const kinds = Object.entries(end.resources)
  return [
    ...kinds.flatMap(([kind, count]) => grown(kind, before.resources[kind] ?? 0, count)),
    ...grown('timers', before.timers, end.timers),
    ...grown('listeners of the process', before.listeners, end.listeners),
    ...grown('bytes of heap', before.heapLength, end.heapLength, heapAllowance),
    ...grown('bytes of buffers', before.bufferLength, end.bufferLength, bufferAllowance),
  ]
}

function grown(what: string, from: number, to: number, allowance = 0): string[] {
  return to > from + allowance ? [`${what}: ${from}, then ${to}`] : []
}

/** Leaves something behind. */
export type Leak = (signal: AbortSignal) => void

/**
 * Lets connections come and go for some time. The same seed does the same, but for what the system's timing makes of it.
 *
 * @param leak is called between the two readings, to see that they tell
 */
export async function soak(milliseconds: number, seed: string, leak?: Leak): Promise<Report> {
  const course = new Course(seed, await startServer(), await startServer(IMPATIENT))
  const unhandled = (reason: unknown): void => course.failed('nobody handled a rejection', reason)
  process.on('unhandledRejection', unhandled)
  await course.run(milliseconds * WARM_UP)
  const before = await course.read()
  const warm = course.count
  leak?.(course.signal)
  await course.run(milliseconds * (1 - WARM_UP))
  const end = await course.read()
  process.off('unhandledRejection', unhandled)
  await course.end()
  const { runs, tally, failures } = course
  return { seed, runs, tally, failures, before, after: end, between: course.count - warm }
}

class Course {
  readonly runs: Record<string, number> = {}
  readonly failures: string[] = []
  count = 0
  readonly #seed: string
  readonly #servers: Pick<Scene, 'server' | 'impatient'>
  readonly #timers = new TimerCount()
  readonly #never = new AbortController()

  constructor(seed: string, server: SoakServer, impatient: SoakServer) {
    this.#seed = seed
    this.#servers = { server, impatient }
    // Many clients at a time listen to it; what is left when they have gone is counted.
    setMaxListeners(0, this.#never.signal)
  }

  /** Never fires. */
  get signal(): AbortSignal {
    return this.#never.signal
  }

  get tally(): Readonly<Tally> {
    const [one, other] = [this.#servers.server.tally, this.#servers.impatient.tally]
    return {
      connections: one.connections + other.connections,
      exchanges: one.exchanges + other.exchanges,
      bytes: one.bytes + other.bytes,
    }
  }

  failed(what: string, error: unknown): void {
    this.failures.push(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  }

  /** Runs scenarios for so long, and waits until the last has ended. */
  async run(milliseconds: number): Promise<void> {
    const end = performance.now() + milliseconds
    const worker = async (): Promise<void> => {
      while (performance.now() < end) await this.#one(this.count++)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
    await this.#emptied()
  }

  /** What the process holds while nothing happens. */
  async read(): Promise<Reading> {
    const listeners = getEventListeners(this.#never.signal, 'abort').length
    if (listeners > 0) this.failures.push(`${listeners} listeners are left on the signal`)
    return await read(this.#timers)
  }

  async end(): Promise<void> {
    for (const server of Object.values(this.#servers)) await server.close()
  }

  async #one(number: number): Promise<void> {
    const dice = new Dice(`${this.#seed}:${number}`)
    // Every other one is work that goes well.
    const name = dice.below(2) === 0 ? 'work' : dice.oneOf(Object.keys(scenarios))
    this.runs[name] = (this.runs[name] ?? 0) + 1
    const scene: Scene = { ...this.#servers, dice, signal: this.#never.signal }
    const stop = new AbortController()
    const stuck = after(STUCK_TIME, undefined, { signal: stop.signal }).then(
      () => Promise.reject(new Error('it does not end')),
      () => {},
    )
    await Promise.race([scenarios[name]!(scene), stuck]).catch((error: unknown) => this.failed(`${number}, ${name}`, error))
    stop.abort()
  }

  /** Waits until the server has seen the end of every connection, and no socket is on its way out. */
  async #emptied(): Promise<void> {
    const end = performance.now() + STUCK_TIME
    for (const { ssh, sockets } of Object.values(this.#servers)) {
      while (sockets.size > 0 || [...ssh.connections].length > 0) {
        if (performance.now() > end) return this.failed('connections that do not end', `${sockets.size} sockets`)
        await after(20)
      }
    }
    await after(100)
  }
}

import { SSHError } from '../errors.ts'
import type { Clock, Timer } from '../platform.ts'

/** The times of {@link Limits} that run from the beginning of a connection. */
type Deadline = 'keyExchangeTime' | 'authenticationTime'

/** Ends a connection that does not get on in time. */
export class Deadlines {
  readonly #clock: Clock
  readonly #fail: (error: SSHError) => void
  readonly #timers = new Map<Deadline, Timer>()

  constructor(clock: Clock, fail: (error: SSHError) => void) {
    this.#clock = clock
    this.#fail = fail
  }

  /** Starts one. */
  start(name: Deadline, milliseconds: number, what: string): void {
    if (!Number.isFinite(milliseconds)) return
    const message = `${what} was not complete after ${milliseconds} ms, the limit ${name}`
    const timer = this.#clock.setTimeout(() => this.#fail(new SSHError('TIMEOUT', message, { fault: 'peer' })), milliseconds)
    this.#timers.set(name, timer)
  }

  /** What it was for has come. */
  stop(name: Deadline): void {
    const timer = this.#timers.get(name)
    if (timer !== undefined) this.#clock.clearTimeout(timer)
    this.#timers.delete(name)
  }

  /** The connection has ended. */
  stopAll(): void {
    for (const name of this.#timers.keys()) this.stop(name)
  }
}

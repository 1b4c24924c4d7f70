import { SSHError } from '../errors.ts'
import type { Clock, Timer } from '../platform.ts'
import type { Limits } from './limits.ts'

/** The times of {@link Limits}, and what has to be complete in each. */
const tasks: Readonly<Record<Deadline, string>> = {
  identificationTime: 'the identification line',
  keyExchangeTime: 'the key exchange',
  authenticationTime: 'authentication',
}

type Deadline = 'authenticationTime' | 'identificationTime' | 'keyExchangeTime'

/** Ends a connection that does not get on in time. */
export class Deadlines {
  readonly #clock: Clock
  readonly #limits: Limits
  readonly #fail: (error: SSHError) => void
  readonly #timers = new Map<Deadline, Timer>()

  constructor(clock: Clock, limits: Limits, fail: (error: SSHError) => void) {
    this.#clock = clock
    this.#limits = limits
    this.#fail = fail
  }

  /** Starts some; one that runs goes on as it is. */
  start(...names: readonly Deadline[]): void {
    for (const name of names) {
      const milliseconds = this.#limits[name]
      if (this.#timers.has(name) || !Number.isFinite(milliseconds)) continue
      const message = `${tasks[name]} was not complete after ${milliseconds} ms, the limit ${name}`
      const timer = this.#clock.setTimeout(() => this.#fail(new SSHError('TIMEOUT', message, { fault: 'peer' })), milliseconds)
      this.#timers.set(name, timer)
    }
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

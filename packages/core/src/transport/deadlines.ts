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

/** How often a time may be renewed as a whole: whoever gets on gets so much more, and no more. */
const RENEWALS = 9

interface Running {
  /** Milliseconds that are left, as of `since`. */
  left: number
  since: number
  /** Milliseconds that renewals have added since then, behind these. */
  more: number
  /** Milliseconds that renewals may add yet. */
  spare: number
  timer: { readonly handle: Timer } | undefined
}

/** Ends a connection that does not get on in time. */
export class Deadlines {
  readonly #clock: Clock
  readonly #limits: Limits
  readonly #fail: (error: SSHError) => void
  readonly #running = new Map<Deadline, Running>()
  #suspended = false

  constructor(clock: Clock, limits: Limits, fail: (error: SSHError) => void) {
    this.#clock = clock
    this.#limits = limits
    this.#fail = fail
  }

  /** Starts some; one that runs goes on as it is. */
  start(...names: readonly Deadline[]): void {
    for (const name of names) {
      const left = this.#limits[name]
      if (this.#running.has(name) || !Number.isFinite(left)) continue
      const running: Running = { left, since: this.#clock.now(), more: 0, spare: RENEWALS * left, timer: undefined }
      this.#running.set(name, running)
      if (!this.#suspended) this.#run(name, running)
    }
  }

  /** It gets on: one that runs begins anew, ten times as long in all at most. */
  renew(name: Deadline): void {
    const running = this.#running.get(name)
    if (running === undefined) return
    // The timer stays as it is: there may be a renewal for every packet.
    const used = this.#limits[name] - this.#leftOf(running) - running.more
    const more = Math.min(Math.max(0, used), running.spare)
    running.more += more
    running.spare -= more
  }

  /** What it was for has come. */
  stop(name: Deadline): void {
    this.#halt(this.#running.get(name))
    this.#running.delete(name)
  }

  /** The connection has ended. */
  stopAll(): void {
    for (const name of this.#running.keys()) this.stop(name)
  }

  /** Time stands still, or goes on: while something of ours is waited for, the peer cannot get on. */
  suspend(suspended: boolean): void {
    if (this.#suspended === suspended) return
    this.#suspended = suspended
    for (const [name, running] of this.#running) {
      if (suspended) this.#halt(running)
      else this.#run(name, running)
    }
  }

  #run(name: Deadline, running: Running): void {
    running.since = this.#clock.now()
    running.timer = { handle: this.#clock.setTimeout(() => this.#ring(name, running), running.left) }
  }

  #ring(name: Deadline, running: Running): void {
    const late = Math.max(0, this.#clock.now() - running.since - running.left)
    running.left = running.more - late
    running.more = 0
    if (running.left <= 0) return this.#fail(this.#tooLate(name))
    this.#run(name, running)
  }

  #halt(running: Running | undefined): void {
    if (running?.timer === undefined) return
    this.#clock.clearTimeout(running.timer.handle)
    running.left = this.#leftOf(running) + running.more
    running.more = 0
    running.timer = undefined
  }

  #leftOf({ left, since, timer }: Running): number {
    return timer === undefined ? left : Math.max(0, left - (this.#clock.now() - since))
  }

  #tooLate(name: Deadline): SSHError {
    return new SSHError('TIMEOUT', `${tasks[name]} was not complete after ${this.#limits[name]} ms, the limit ${name}`, { fault: 'peer' })
  }
}

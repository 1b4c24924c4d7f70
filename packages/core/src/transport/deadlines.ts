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
  readonly name: Deadline
  /** Milliseconds that are left, as of `since`. */
  left: number
  since: number
  /** Milliseconds that renewals have added since then, behind these. */
  more: number
  /** Milliseconds that renewals may add yet. */
  spare: number
  timer: { readonly handle: Timer } | undefined
}

const NONE: readonly Running[] = /* @__PURE__ */ Object.freeze([])

/** Ends a connection that does not get on in time. */
export class Deadlines {
  readonly #clock: Clock
  readonly #limits: Limits
  readonly #connection: { fail(error: SSHError): void }
  #running: readonly Running[] = NONE
  #suspended = false

  /** @param connection what to end */
  constructor(clock: Clock, limits: Limits, connection: { fail(error: SSHError): void }) {
    this.#clock = clock
    this.#limits = limits
    this.#connection = connection
  }

  /** Starts some; one that runs goes on as it is. */
  start(...names: readonly Deadline[]): void {
    for (const name of names) {
      const left = this.#limits[name]
      if (this.#find(name) !== undefined || !Number.isFinite(left)) continue
      const running: Running = { name, left, since: this.#clock.now(), more: 0, spare: RENEWALS * left, timer: undefined }
      this.#running = [...this.#running, running]
      if (!this.#suspended) this.#run(running)
    }
  }

  /** It gets on: one that runs begins anew, ten times as long in all at most. */
  renew(name: Deadline): void {
    const running = this.#find(name)
    if (running === undefined) return
    // The timer stays as it is: there may be a renewal for every packet.
    const used = this.#limits[name] - this.#leftOf(running) - running.more
    const more = Math.min(Math.max(0, used), running.spare)
    running.more += more
    running.spare -= more
  }

  /** What it was for has come. */
  stop(name: Deadline): void {
    const running = this.#find(name)
    if (running === undefined) return
    this.#halt(running)
    this.#running = this.#running.length === 1 ? NONE : this.#running.filter((other) => other !== running)
  }

  /** The connection has ended. */
  stopAll(): void {
    for (const running of this.#running) this.#halt(running)
    this.#running = NONE
  }

  /** Time stands still, or goes on: while something of ours is waited for, the peer cannot get on. */
  suspend(suspended: boolean): void {
    if (this.#suspended === suspended) return
    this.#suspended = suspended
    for (const running of this.#running) {
      if (suspended) this.#halt(running)
      else this.#run(running)
    }
  }

  #find(name: Deadline): Running | undefined {
    return this.#running.find((running) => running.name === name)
  }

  #run(running: Running): void {
    running.since = this.#clock.now()
    running.timer = { handle: this.#clock.setTimeout(() => this.#ring(running), running.left) }
  }

  #ring(running: Running): void {
    const late = Math.max(0, this.#clock.now() - running.since - running.left)
    running.left = running.more - late
    running.more = 0
    if (running.left <= 0) return this.#connection.fail(this.#tooLate(running.name))
    this.#run(running)
  }

  #halt(running: Running): void {
    if (running.timer === undefined) return
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

import type { Clock, Timer } from '../platform.ts'

/** Who waits for a time to pass. */
export interface Waiting {
  /** When it will have passed, on the clock; the timer sets it. */
  due: number
  /** It has passed. */
  timeOver(): void
}

/** A clock that was set back by more milliseconds says no more about who has waited for how long. */
const SET_BACK = 1000

const timersOf = /* @__PURE__ */ new WeakMap<Clock, Map<number, SharedTimer>>()

/**
 * One timer of the clock for all who wait for the same time: who came first is due first. A thousand idle connections wait for an hour each, and a
 * timer for each would be a twentieth of what they cost.
 */
export class SharedTimer {
  readonly #clock: Clock
  readonly #time: number
  /** In the order in which they are due. */
  readonly #waiting = new Set<Waiting>()
  /** Whose time has passed, and who are being told: one of them may end another. */
  readonly #due = new Set<Waiting>()
  #timer: { readonly handle: Timer; readonly rings: number } | undefined

  /** @param time milliseconds, finite */
  constructor(clock: Clock, time: number) {
    this.#clock = clock
    this.#time = time
  }

  /** The one of a clock, for so many milliseconds. */
  static of(clock: Clock, time: number): SharedTimer {
    const timers = timersOf.get(clock) ?? new Map<number, SharedTimer>()
    const timer = timers.get(time) ?? new SharedTimer(clock, time)
    timersOf.set(clock, timers.set(time, timer))
    return timer
  }

  /** Begins to wait, or begins anew. */
  add(waiting: Waiting): void {
    waiting.due = this.#clock.now() + this.#time
    this.#due.delete(waiting)
    this.#waiting.delete(waiting)
    this.#waiting.add(waiting)
    if (this.#timer === undefined) this.#start()
  }

  /** Waits no more. */
  remove(waiting: Waiting): void {
    this.#due.delete(waiting)
    if (!this.#waiting.delete(waiting) || this.#waiting.size > 0) return
    this.#clock.clearTimeout(this.#timer?.handle)
    this.#forget()
  }

  #forget(): void {
    this.#timer = undefined
    timersOf.get(this.#clock)?.delete(this.#time)
  }

  #start(): void {
    const [first] = this.#waiting
    if (first === undefined) return this.#forget()
    const now = this.#clock.now()
    const delay = Math.min(first.due - now, this.#time)
    this.#timer = { handle: this.#clock.setTimeout(() => this.#ring(), delay), rings: now + delay }
  }

  #ring(): void {
    const now = this.#clock.now()
    // Too early does less harm than too late.
    const wasSetBack = now < this.#timer!.rings - SET_BACK
    for (const waiting of this.#waiting) {
      if (waiting.due > now && !wasSetBack) break
      this.#due.add(waiting)
      this.#waiting.delete(waiting)
    }
    this.#start()
    for (const waiting of this.#due) {
      this.#due.delete(waiting)
      waiting.timeOver()
    }
  }
}

import type { Clock, Timer } from '@seashell/core'

/** A clock that stands still until an input moves it. */
export class StoppedClock implements Clock {
  #now = 0
  #next = 1
  readonly #timers = new Map<number, { readonly due: number; readonly ring: () => void }>()

  /** How many timers are set. */
  get pending(): number {
    return this.#timers.size
  }

  now(): number {
    return this.#now
  }

  setTimeout(ring: () => void, milliseconds: number): Timer {
    this.#timers.set(this.#next, { due: this.#now + milliseconds, ring })
    return this.#next++
  }

  clearTimeout(timer: Timer): void {
    this.#timers.delete(timer as number)
  }

  /** Lets so many milliseconds pass; timers that are due ring, those that are set meanwhile the next time. */
  advance(milliseconds: number): void {
    this.#now += milliseconds
    for (const [id, { due, ring }] of this.#timers) {
      if (due > this.#now) continue
      this.#timers.delete(id)
      ring()
    }
  }
}

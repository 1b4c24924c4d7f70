import type { Clock, Timer } from '@seashell/core'

/** A clock that stands still until it is moved. */
export class HandClock implements Clock {
  #now = 0
  #next = 1
  readonly #timers = new Map<Timer, { readonly due: number; readonly ring: () => void }>()

  /** How many timers are set. */
  get pending(): number {
    return this.#timers.size
  }

  now(): number {
    return this.#now
  }

  setTimeout(ring: () => void, milliseconds: number): Timer {
    const timer = this.#next++
    this.#timers.set(timer, { due: this.#now + milliseconds, ring })
    return timer
  }

  clearTimeout(timer: Timer): void {
    this.#timers.delete(timer)
  }

  /** Lets so many milliseconds pass; what is due rings. */
  advance(milliseconds: number): void {
    this.#now += milliseconds
    for (const [timer, { due, ring }] of this.#timers) {
      if (due > this.#now) continue
      this.#timers.delete(timer)
      ring()
    }
  }

  /** Moves on to the first moment at which something rings, and lets it ring. Returns false where no timer is set. */
  advanceToNext(): boolean {
    if (this.#timers.size === 0) return false
    this.advance(Math.min(...[...this.#timers.values()].map(({ due }) => due)) - this.#now)
    return true
  }
}

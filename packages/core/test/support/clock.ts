import type { Clock, Timer } from '../../src/index.ts'

/** A clock that stands still until a test moves it. */
export class ToyClock implements Clock {
  #now = 0
  #next = 1
  readonly #timers = new Map<number, { readonly due: number; readonly callback: () => void }>()

  /** How many timers are set. */
  get pending(): number {
    return this.#timers.size
  }

  now(): number {
    return this.#now
  }

  setTimeout(callback: () => void, milliseconds: number): Timer {
    this.#timers.set(this.#next, { due: this.#now + milliseconds, callback })
    return this.#next++
  }

  clearTimeout(timer: Timer): void {
    this.#timers.delete(timer as number)
  }

  /** Lets so many milliseconds pass; timers that are due ring. */
  advance(milliseconds: number): void {
    this.#now += milliseconds
    for (const [id, { due, callback }] of this.#timers) {
      if (due > this.#now) continue
      this.#timers.delete(id)
      callback()
    }
  }
}

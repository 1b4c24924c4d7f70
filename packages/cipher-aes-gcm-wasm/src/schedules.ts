import type { Engine, Schedule } from './engine.ts'

/** How many schedules are kept, 1,264 bytes each: the directions that are busy at a time, as a rule. Another is made in less than 2 µs. */
const KEPT = 64

/** One direction's key. */
export interface KeyHolder {
  /** 16 or 32 bytes. */
  readonly key: Uint8Array
}

/** The schedules that were made last, of all connections: a thousand that are idle need none. */
export class Schedules {
  readonly #engine: Engine
  readonly #kept = new Map<KeyHolder, Schedule>()

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** The schedule of a key: one that is kept, or another in place of the oldest. */
  of(holder: KeyHolder): Schedule {
    const kept = this.#kept.get(holder)
    if (kept !== undefined) return kept
    const oldest = this.#kept.size < KEPT ? undefined : this.#kept.keys().next().value
    if (oldest !== undefined) this.forget(oldest)
    const made = this.#engine.makeSchedule(holder.key)
    this.#kept.set(holder, made)
    return made
  }

  /** Wipes it, where it is kept. */
  forget(holder: KeyHolder): void {
    this.#kept.get(holder)?.bytes.fill(0)
    this.#kept.delete(holder)
  }
}

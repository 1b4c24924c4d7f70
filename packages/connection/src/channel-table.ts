import type { ChannelPhase } from './messages.ts'

/** What one of our channel numbers stands for: an open channel, or one whose OPEN is unanswered. */
export interface ChannelSlot {
  /** Where it stands; see {@link ChannelPhase}. */
  readonly phase: ChannelPhase
  /** The connection is gone. */
  lost(error: unknown): void
}

/** Our channel numbers and what they stand for. A number is used again only after it was removed. */
export class ChannelTable {
  readonly #slots: (ChannelSlot | undefined)[] = []
  readonly #free: number[] = []

  /** How many numbers are in use. */
  get size(): number {
    return this.#slots.length - this.#free.length
  }

  /** Takes a free number for what `make` returns. */
  add<T extends ChannelSlot>(make: (localId: number) => T): T {
    const localId = this.#free.pop() ?? this.#slots.length
    const slot = make(localId)
    this.#slots[localId] = slot
    return slot
  }

  /** What a number stands for. */
  get(localId: number): ChannelSlot | undefined {
    return this.#slots[localId]
  }

  /** Lets a number in use stand for something else. */
  replace(localId: number, slot: ChannelSlot): void {
    this.#slots[localId] = slot
  }

  /** Frees a number. */
  remove(localId: number): void {
    if (this.#slots[localId] === undefined) return
    this.#slots[localId] = undefined
    this.#free.push(localId)
  }

  /** All that the numbers stand for, as of now. */
  values(): ChannelSlot[] {
    return this.#slots.filter((slot) => slot !== undefined)
  }
}

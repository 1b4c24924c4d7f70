/** Numbers that look random and are the same in every run with the same seed: mulberry32. Mutation needs speed, and nobody to be fooled. */
export class SeededNumbers {
  #state: number

  /** @param seed another seed, other numbers; a uint32 */
  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** A whole number from 0 up, below `bound`. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b_79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound
  }

  /** One of several; there must be one. */
  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!
  }
}

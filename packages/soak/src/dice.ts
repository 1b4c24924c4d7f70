import { seededRandom } from '@seashell/test-support'

/** Bytes to send: any part of it. */
const pool = seededRandom('pool')(262_144)

/** Chance that is the same in every run of the same seed. */
export class Dice {
  readonly #random: (length: number) => Uint8Array

  /** @param seed another seed, other throws */
  constructor(seed: string) {
    this.#random = seededRandom(seed)
  }

  /** A whole number from 0 up to but not including `end`. */
  below(end: number): number {
    return Buffer.from(this.#random(6)).readUIntBE(0, 6) % end
  }

  /** One of several. */
  oneOf<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!
  }

  /** So many bytes at most, and none at least. */
  bytes(maximumLength: number): Uint8Array {
    const length = this.below(Math.min(maximumLength, pool.length) + 1)
    const start = this.below(pool.length - length + 1)
    return pool.subarray(start, start + length)
  }
}

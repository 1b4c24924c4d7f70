import { readUint32 } from '@seashell/core/wire'

const TWO_TO_36 = 2 ** 36

/** p = 2^36 − 5, the greatest prime below 2^36 (RFC 4418 §2.2). */
const OFFSET = 5
const PRIME = TWO_TO_36 - OFFSET

/**
 * L3-HASH (RFC 4418 §5.4): hashes 64 bits to 32, as the inner product of four words of 16 bits with four numbers modulo 2^36 − 5.
 *
 * The RFC hashes 128 bits, of which the upper half is zero for any message that SSH has; so is its half of the product.
 */
export class InnerProduct {
  /** Numbers below 2^36, for the most significant word first. */
  readonly #factors: Float64Array
  #mask: number

  /**
   * @param factors the part of L3Key1 that belongs to the iteration: eight words of 64 bits, of which the last four count
   * @param mask the part of L3Key2: 32 bits
   */
  constructor(factors: Uint8Array, mask: number) {
    this.#factors = Float64Array.from({ length: 4 }, (_, index) => factorAt(factors, 32 + 8 * index))
    this.#mask = mask
  }

  /** The hash, 32 bits, of a number of 64. */
  hash(upper: number, lower: number): number {
    const [f0, f1, f2, f3] = this.#factors
    // A product has 52 bits, and the sum of two is exact.
    const first = reduce((upper >>> 16) * f0! + (upper & 0xffff) * f1!)
    const second = reduce((lower >>> 16) * f2! + (lower & 0xffff) * f3!)
    const sum = reduce(first + second)
    // At p or above, and only there, adding 5 carries out of 36 bits.
    const canonical = sum - PRIME * Math.floor((sum + OFFSET) / TWO_TO_36)
    return (canonical ^ this.#mask) >>> 0
  }

  /** Wipes the keys. */
  destroy(): void {
    this.#factors.fill(0)
    this.#mask = 0
  }
}

/** Something equal modulo 2^36 − 5, below 2^36, of a word of 64 bits. */
function factorAt(bytes: Uint8Array, offset: number): number {
  const upper = readUint32(bytes, offset)
  const lower = readUint32(bytes, offset + 4)
  // 2^32 · upper = 2^36 · (upper >> 4) + 2^32 · (upper & 15), and 2^36 = 5 modulo p.
  const sum = OFFSET * (upper >>> 4) + (upper & 15) * 2 ** 32 + lower
  return reduce(sum)
}

/** Something equal modulo 2^36 − 5, below 2^36 + 2^20, of a number below 2^53. */
function reduce(value: number): number {
  const above = Math.floor(value / TWO_TO_36)
  return value - above * PRIME
}

const TWO_TO_16 = 2 ** 16

/** p = 2^64 − 59, the greatest prime below 2^64 (RFC 4418 §2.2). */
const OFFSET = 59

/** From here on, by their upper 32 bits, words might not be below p, and are hashed as two (RFC 4418 §5.3.2). */
const MARKED = 0xffff_ffff

/**
 * POLY with words of 64 bits (RFC 4418 §5.3.2): the words of a message are the coefficients of a polynomial modulo p = 2^64 − 59, whose
 * value at a secret place is the hash.
 *
 * The value is kept in four parts of 16 bits. The key has 25 bits in each half (RFC 4418 §5.3), so that a product of a half and a part has
 * 41, and sums of them, times 59, are exact in a number.
 */
export class Polynomial {
  /** Halves of the key, k64. */
  #upper: number
  #lower: number
  /** The value so far, least significant part first: below 2^64, not always below p. */
  readonly #value = new Float64Array(4)

  /** @param key the words of k64, before they are masked */
  constructor(upper: number, lower: number) {
    this.#upper = upper & 0x01ff_ffff
    this.#lower = lower & 0x01ff_ffff
  }

  /** Begins another message. */
  restart(): void {
    this.#value.set([1, 0, 0, 0])
  }

  /** Goes on with one word of 64 bits. */
  update(upper: number, lower: number): void {
    // Once in 2^32 words, then, the time taken tells that a word was such; RFC 4418 has it so.
    if (upper === MARKED) {
      this.#step(MARKED, 0xffff_ffff - OFFSET) // p − 1, the marker
      const borrow = lower < OFFSET ? 1 : 0
      this.#step(upper - borrow, (lower - OFFSET) >>> 0)
    } else {
      this.#step(upper, lower)
    }
  }

  /** @param result receives the upper and the lower 32 bits of the value, below p */
  finish(result: Uint32Array): void {
    const value = this.#value
    // At p or above, and only there, adding 59 carries out of 64 bits, and what stays is the value modulo p.
    let carry = OFFSET
    for (let index = 0; index < 4; index++) carry = Math.floor((value[index]! + carry) / TWO_TO_16)
    carry *= OFFSET
    for (let index = 0; index < 4; index++) {
      const sum = value[index]! + carry
      carry = Math.floor(sum / TWO_TO_16)
      value[index] = sum - carry * TWO_TO_16
    }
    result[0] = value[3]! * TWO_TO_16 + value[2]!
    result[1] = value[1]! * TWO_TO_16 + value[0]!
  }

  /** Wipes key and value. */
  destroy(): void {
    this.#upper = this.#lower = 0
    this.#value.fill(0)
  }

  /** value = key · value + word, modulo p. What is above 2^64 counts 59 times, since 2^64 = 59 modulo p. */
  #step(upper: number, lower: number): void {
    const [value, keyUpper, keyLower] = [this.#value, this.#upper, this.#lower]
    const [v0, v1, v2, v3] = [value[0]!, value[1]!, value[2]!, value[3]!]
    value[0] = (lower & 0xffff) + keyLower * v0 + OFFSET * keyUpper * v2
    value[1] = (lower >>> 16) + keyLower * v1 + OFFSET * keyUpper * v3
    value[2] = (upper & 0xffff) + keyLower * v2 + keyUpper * v0
    value[3] = (upper >>> 16) + keyLower * v3 + keyUpper * v1
    // The first round leaves at most 2^28 to count 59 times, the second at most 1; after that the value is small, and nothing is left.
    for (let round = 0; round < 3; round++) this.#carry()
  }

  /** Leaves 16 bits in each part. */
  #carry(): void {
    const value = this.#value
    let carry = 0
    for (let index = 0; index < 4; index++) {
      const sum = value[index]! + carry
      carry = Math.floor(sum / TWO_TO_16)
      value[index] = sum - carry * TWO_TO_16
    }
    value[0]! += carry * OFFSET
  }
}

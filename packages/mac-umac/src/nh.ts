const TWO_TO_32 = 2 ** 32

/**
 * So many words may be hashed before the sums are folded: 32 products of 48 bits stay below 2^53, where numbers are exact.
 */
const WORDS_PER_FOLD = 64

/**
 * NH (RFC 4418 §5.2.2): sums of two words are multiplied, 32 bits by 32, and the products added modulo 2^64. It is nearly all of the work
 * of UMAC.
 *
 * A product of 64 bits is made of two of 48, which numbers hold exactly, with one factor split into halves of 16 bits.
 *
 * @param key the key's words; those from `offset` are used, as many as there are words of message
 * @param words the message's, of which the first `length` count, a multiple of 8
 * @param bitLength bits of message before padding, which are added to the sum
 * @param result receives the upper and the lower 32 bits
 */
export function nh(key: Uint32Array, offset: number, words: Uint32Array, length: number, bitLength: number, result: Uint32Array): void {
  let upper = 0
  let lower = bitLength
  for (let start = 0; start < length; start += WORDS_PER_FOLD) {
    const end = Math.min(start + WORDS_PER_FOLD, length)
    let highs = 0 // of weight 2^16
    let lows = 0
    for (let group = start; group < end; group += 8) {
      for (let index = group; index < group + 4; index++) {
        const left = (words[index]! + key[offset + index]!) >>> 0
        const right = (words[index + 4]! + key[offset + index + 4]!) >>> 0
        highs += left * (right >>> 16)
        lows += left * (right & 0xffff)
      }
    }
    const highsLow = highs >>> 0
    const lowsLow = lows >>> 0
    upper += (lows - lowsLow) / TWO_TO_32 + (highsLow >>> 16) + ((highs - highsLow) / TWO_TO_32) * 2 ** 16
    lower += lowsLow + ((highsLow << 16) >>> 0)
  }
  result[1] = lower
  result[0] = upper + Math.floor(lower / TWO_TO_32)
}

import { readUint32, writeUint32 } from '@seashell/core/wire'
import type { BlockCipher } from './block-cipher.ts'
import { fractionOfPi } from './pi.ts'

const ROUNDS = 16
/** Words of the P-array; the four S-boxes, of 256 words each, follow it. */
const P_LENGTH = ROUNDS + 2
const LENGTH = P_LENGTH + 4 * 256

/**
 * Blowfish (Schneier, "Description of a New Variable-Length Key, 64-Bit Block Cipher", 1993).
 *
 * @param key 4 to 56 bytes; SSH's have 16
 */
export function createBlowfish(key: Uint8Array): BlockCipher {
  const words = expandKey(key)
  const decryption = Uint32Array.from(words)
  // Decryption is encryption with the P-array in reverse.
  decryption.set(words.subarray(0, P_LENGTH).toReversed())
  return {
    encryptBlock: (block) => transform(words, block),
    decryptBlock: (block) => transform(decryption, block),
    destroy() {
      words.fill(0)
      decryption.fill(0)
    },
  }
}

/** The tables begin as the digits of π, and are replaced by what encryption with them makes of zeros, two words at a time. */
function expandKey(key: Uint8Array): Uint32Array {
  const words = fractionOfPi(LENGTH)
  for (let index = 0, next = 0; index < P_LENGTH; index++) {
    let word = 0
    for (let byte = 0; byte < 4; byte++, next++) word = (word << 8) | key[next % key.length]!
    words[index]! ^= word
  }
  const block = new Uint8Array(8)
  for (let index = 0; index < LENGTH; index += 2) {
    transform(words, block)
    words[index] = readUint32(block, 0)
    words[index + 1] = readUint32(block, 4)
  }
  block.fill(0)
  return words
}

function transform(words: Uint32Array, block: Uint8Array): void {
  let left = readUint32(block, 0)
  let right = readUint32(block, 4)
  for (let round = 0; round < ROUNDS; round += 2) {
    left ^= words[round]!
    right ^= feistel(words, left)
    right ^= words[round + 1]!
    left ^= feistel(words, right)
  }
  writeUint32(block, 0, right ^ words[ROUNDS + 1]!)
  writeUint32(block, 4, left ^ words[ROUNDS]!)
}

function feistel(words: Uint32Array, half: number): number {
  const a = words[P_LENGTH + (half >>> 24)]!
  const b = words[P_LENGTH + 256 + ((half >>> 16) & 0xff)]!
  const c = words[P_LENGTH + 512 + ((half >>> 8) & 0xff)]!
  const d = words[P_LENGTH + 768 + (half & 0xff)]!
  return ((a + b) ^ c) + d
}

import type { Hash } from '@seashell/core'
import { concatBytes, writeUint32 } from '@seashell/core/wire'

/**
 * EME-OAEP encoding with an empty label (RFC 8017 §7.1.1): `0 ‖ masked seed ‖ masked (hash of the label ‖ zeros ‖ 1 ‖ message)`.
 *
 * @param message at most `length` − 2 − 2 · digest bytes
 * @param seed as many random bytes as the digest has
 * @param length bytes of the result: those of the modulus
 */
export function encodeOaep(hash: Hash, message: Uint8Array, seed: Uint8Array, length: number): Uint8Array {
  const encoded = new Uint8Array(length)
  const block = encoded.subarray(1 + seed.length)
  block.set(hash(new Uint8Array(0)))
  block[block.length - message.length - 1] = 1
  block.set(message, block.length - message.length)
  xor(block, maskFrom(hash, seed, block.length))
  const maskedSeed = encoded.subarray(1, 1 + seed.length)
  maskedSeed.set(seed)
  xor(maskedSeed, maskFrom(hash, block, seed.length))
  return encoded
}

/**
 * EME-OAEP decoding (RFC 8017 §7.1.2, step 3).
 *
 * It looks at every byte whatever it finds, and does not tell what is wrong: whoever learns whether the first byte was zero can decrypt
 * (Manger, 2001).
 *
 * @param encoded as many bytes as the modulus
 * @returns the message, or undefined
 */
export function decodeOaep(hash: Hash, encoded: Uint8Array): Uint8Array | undefined {
  const labelHash = hash(new Uint8Array(0))
  const seed = encoded.slice(1, 1 + labelHash.length)
  const block = encoded.slice(1 + labelHash.length)
  xor(seed, maskFrom(hash, block, seed.length))
  xor(block, maskFrom(hash, seed, block.length))
  let wrong = encoded[0]!
  for (let index = 0; index < labelHash.length; index++) wrong |= block[index]! ^ labelHash[index]!
  let start = 0
  let isPadding = 1
  for (let index = labelHash.length; index < block.length; index++) {
    const isOne = isEqual(block[index]!, 1) & isPadding
    wrong |= isPadding & ~(isOne | isEqual(block[index]!, 0))
    start |= -isOne & (index + 1)
    isPadding &= ~isOne
  }
  return (wrong | isPadding) === 0 ? block.subarray(start) : undefined
}

/** MGF1 (RFC 8017 B.2.1). */
function maskFrom(hash: Hash, seed: Uint8Array, length: number): Uint8Array {
  const blocks: Uint8Array[] = []
  const counter = new Uint8Array(4)
  for (let made = 0; made < length; made += blocks.at(-1)!.length) {
    writeUint32(counter, 0, blocks.length)
    blocks.push(hash(concatBytes(seed, counter)))
  }
  return concatBytes(...blocks).subarray(0, length)
}

function xor(target: Uint8Array, mask: Uint8Array): void {
  for (let index = 0; index < target.length; index++) target[index]! ^= mask[index]!
}

/** 1 or 0, without a branch. */
function isEqual(a: number, b: number): number {
  return ((a ^ b) - 1) >>> 31
}

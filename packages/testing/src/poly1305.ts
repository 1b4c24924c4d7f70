import { numberOf } from './wire.ts'

const prime = (1n << 130n) - 5n
const clamp = 0x0ffffffc0ffffffc0ffffffc0fffffffn

/**
 * Poly1305 (RFC 8439 §2.5), which node:crypto has no function for.
 *
 * @param key 32 bytes, used once
 * @returns 16 bytes
 */
export function poly1305(key: Uint8Array, message: Uint8Array): Buffer {
  const r = littleEndian(key.subarray(0, 16)) & clamp
  let sum = 0n
  for (let start = 0; start < message.length; start += 16) {
    const block = message.subarray(start, start + 16)
    sum = ((sum + littleEndian(block) + (1n << BigInt(8 * block.length))) * r) % prime
  }
  const tag = (sum + littleEndian(key.subarray(16, 32))) & ((1n << 128n) - 1n)
  return Buffer.from(Buffer.from(tag.toString(16).padStart(32, '0'), 'hex').toReversed())
}

function littleEndian(bytes: Uint8Array): bigint {
  return numberOf(bytes.toReversed())
}

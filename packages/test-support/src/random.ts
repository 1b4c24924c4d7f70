import { createHash } from 'node:crypto'

/**
 * A source of bytes that look random and are the same in every run: SHA-256 over seed and counter. For tests only.
 *
 * @param seed another seed, other bytes
 */
export function seededRandom(seed: string): (length: number) => Uint8Array {
  let counter = 0
  return (length) => {
    const bytes = new Uint8Array(length)
    for (let offset = 0; offset < length; offset += 32) {
      const block = createHash('sha256').update(`${seed}:${counter++}`).digest()
      bytes.set(block.subarray(0, Math.min(32, length - offset)), offset)
    }
    return bytes
  }
}

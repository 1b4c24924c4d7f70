import type { Random } from '@seashell/core'

/**
 * A source of bytes that look random and are the same in every run (Chris Doty-Humphrey's sfc32). No byte of it is a secret.
 *
 * @param seed another seed, other bytes
 */
export function seededRandom(seed: string): Random {
  let [a, b, c, counter] = [0x9e37_79b9, 0x243f_6a88, 0xb7e1_5162, 1]
  const next = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum
  }
  for (const character of seed) {
    a ^= character.codePointAt(0)!
    for (let round = 0; round < 4; round++) next()
  }
  for (let round = 0; round < 12; round++) next()
  return (length) => Uint8Array.from({ length }, () => next() & 0xff)
}

/** A source that hands out recorded bytes, in order. It throws where more are asked for than there are. */
export function recordedRandom(recorded: Uint8Array): Random {
  let offset = 0
  return (length) => {
    if (offset + length > recorded.length) {
      throw new Error(`expected to be asked for ${recorded.length} random bytes; was asked for ${offset + length} and maybe more`)
    }
    return recorded.slice(offset, (offset += length))
  }
}

import { bytesToBigInt, trimLeadingZeros } from '@seashell/core/wire'
import type { DiffieHellmanGroup } from './groups.ts'

/** Bytes of a private exponent, up to 4096 bits of p and above; groups.ts says why. */
const EXPONENT_LENGTH = 64
const LONG_EXPONENT_LENGTH = 80

/**
 * A group from the numbers that somebody else chose. Nothing is checked.
 *
 * @param prime p, big-endian
 */
export function groupOf(prime: Uint8Array, generator: bigint): DiffieHellmanGroup {
  const primeLength = trimLeadingZeros(prime).length
  const exponentLength = primeLength <= 512 ? EXPONENT_LENGTH : LONG_EXPONENT_LENGTH
  return Object.freeze({ prime: bytesToBigInt(prime), primeLength, generator, exponentLength })
}

/** How many bits the prime of a group has. */
export function bitLengthOf({ prime, primeLength }: DiffieHellmanGroup): number {
  const lower = (primeLength - 1) * 8
  return lower + 32 - Math.clz32(Number(prime >> BigInt(lower)))
}

import { pow } from '@noble/curves/abstract/modular.js'
import type { KeyPair, Random } from '@seashell/core'
import { bytesToBigInt, invalidArgument } from '@seashell/core/wire'
import { isProbablePrime } from '@seashell/key-rsa/arithmetic'
import { encodeKeyPair, MIN_BITS, Q_LENGTH } from './dsa-keys.ts'

/** FIPS 186-4 table C.1: rounds of Miller and Rabin's test for a q of 160 bits, and for a p of 1024. */
const Q_ROUNDS = 40
const P_ROUNDS = 40

/**
 * Makes a DSA key of 1024 bits, OpenSSH's only size: primes drawn at random, q first (as FIPS 186-4 A.1.1, without the seed by which others
 * could see that they were).
 *
 * @throws SSHError `ARGUMENT` where another size is asked for
 */
export function generateDsaKey(random: Random, { bits = MIN_BITS }: { readonly bits?: number } = {}): KeyPair {
  if (bits !== MIN_BITS) throw invalidArgument(`expected a DSA key of ${MIN_BITS} bits to be asked for; got ${bits}`)
  const q = randomPrimeFor(random)
  const p = randomModulusFor(q, random)
  let g = 1n
  for (let base = 2n; g === 1n; base++) g = pow(base, (p - 1n) / q, p)
  // Eight bytes more than q has leave no bias after reduction (FIPS 186-4 B.1.1).
  const x = (bytesToBigInt(random(Q_LENGTH + 8)) % (q - 1n)) + 1n
  return encodeKeyPair({ p, q, g, y: pow(g, x, p), x })
}

/** A prime of 160 bits. */
function randomPrimeFor(random: Random): bigint {
  for (;;) {
    const candidate = bytesToBigInt(random(Q_LENGTH)) | (1n << BigInt(Q_LENGTH * 8 - 1)) | 1n
    if (isProbablePrime(candidate, random, Q_ROUNDS)) return candidate
  }
}

/** A prime of 1024 bits that is 1 modulo 2q. */
function randomModulusFor(q: bigint, random: Random): bigint {
  const highest = 1n << BigInt(MIN_BITS - 1)
  for (;;) {
    const drawn = bytesToBigInt(random(MIN_BITS / 8)) | highest
    const candidate = drawn - (drawn % (2n * q)) + 1n
    if (candidate >= highest && !hasSmallFactor(candidate) && isProbablePrime(candidate, random, P_ROUNDS)) return candidate
  }
}

/** Finds most composites sooner than the test does. */
function hasSmallFactor(candidate: bigint): boolean {
  for (let divisor = 3n; divisor < 1000n; divisor += 2n) if (candidate % divisor === 0n) return true
  return false
}

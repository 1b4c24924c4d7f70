import { pow } from '@noble/curves/abstract/modular.js'
import type { Random } from '@seashell/core'
import { bytesToBigInt } from '@seashell/core/wire'

/** FIPS 186-5 table B.1 asks for 5 rounds on primes of 1024 bits, the smallest made here, and for fewer on larger ones. */
const MILLER_RABIN_ROUNDS = 5

/**
 * A random prime p for RSA (FIPS 186-5 A.1.3): its two highest bits set, so that the product of two has exactly twice as many bits, and
 * p − 1 not divisible by e.
 *
 * @param bits its size
 * @param e the public exponent, a prime
 */
export function randomPrime(bits: number, e: bigint, random: Random): bigint {
  const smallPrimes = primesBelow(2000)
  const top = 3n << BigInt(bits - 2)
  for (;;) {
    const candidate = BigInt.asUintN(bits, bytesToBigInt(random(Math.ceil(bits / 8)))) | top | 1n
    if (smallPrimes.some((prime) => candidate % prime === 0n) || (candidate - 1n) % e === 0n) continue
    if (isProbablePrime(candidate, random)) return candidate
  }
}

/**
 * Miller and Rabin's test with random bases (FIPS 186-5 B.3.1). Its odds hold for candidates drawn at random, not for numbers that somebody
 * chose.
 *
 * @param candidate an odd number above 3
 * @param rounds how many bases to try
 */
export function isProbablePrime(candidate: bigint, random: Random, rounds: number = MILLER_RABIN_ROUNDS): boolean {
  let shift = 1n
  while (((candidate - 1n) >> shift) % 2n === 0n) shift++
  for (let round = 0; round < rounds; round++) {
    if (isWitness(randomBase(candidate, random), candidate, shift)) return false
  }
  return true
}

/** Whether a base proves a candidate composite, where candidate − 1 is an odd number shifted left by `shift`. */
function isWitness(base: bigint, candidate: bigint, shift: bigint): boolean {
  let power = pow(base, (candidate - 1n) >> shift, candidate)
  if (power === 1n || power === candidate - 1n) return false
  for (let step = 1n; step < shift; step++) {
    power = (power * power) % candidate
    if (power === candidate - 1n) return false
  }
  return true
}

/** A number from 2 to candidate − 2; eight bytes more than it has leave no bias after reduction. */
function randomBase(candidate: bigint, random: Random): bigint {
  const length = Math.ceil(candidate.toString(16).length / 2) + 8
  return (bytesToBigInt(random(length)) % (candidate - 3n)) + 2n
}

/** The odd primes below a limit: most composites have one of them as a factor, which is found sooner than a witness. */
function primesBelow(limit: number): bigint[] {
  const primes: bigint[] = []
  for (let number = 3; number < limit; number += 2) {
    const candidate = BigInt(number)
    if (primes.every((prime) => candidate % prime !== 0n)) primes.push(candidate)
  }
  return primes
}

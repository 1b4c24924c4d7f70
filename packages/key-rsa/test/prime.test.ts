import { checkPrimeSync } from 'node:crypto'
import { seededRandom } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { isProbablePrime, randomPrime } from '../src/prime.ts'

const random = seededRandom('primes')

describe('isProbablePrime', () => {
  it('agrees with OpenSSL about the odd numbers from 5 to 5000', () => {
    for (let number = 5n; number < 5000n; number += 2n) {
      expect(isProbablePrime(number, random), String(number)).toBe(checkPrimeSync(number))
    }
  })

  it('knows Carmichael numbers and strong pseudoprimes for composite', () => {
    // OEIS A002997; A014233: strong pseudoprimes to the first 1, 2, 3, … primes as bases.
    for (const number of [561n, 1105n, 1729n, 41041n, 825265n, 2047n, 1373653n, 25326001n, 3215031751n, 3825123056546413051n]) {
      expect(isProbablePrime(number, random), String(number)).toBe(false)
    }
  })

  it('knows large primes for prime', () => {
    for (const prime of [2n ** 521n - 1n, 2n ** 1279n - 1n, 2n ** 255n - 19n]) expect(isProbablePrime(prime, random)).toBe(true)
    expect(isProbablePrime((2n ** 521n - 1n) * (2n ** 607n - 1n), random)).toBe(false)
  })
})

describe('randomPrime', () => {
  it('has the two highest bits set, is prime for OpenSSL, and is no multiple of e away from 1', () => {
    for (let round = 0; round < 3; round++) {
      const prime = randomPrime(1024, 65537n, random)
      expect(prime >> 1022n).toBe(3n)
      expect(checkPrimeSync(prime)).toBe(true)
      expect((prime - 1n) % 65537n).not.toBe(0n)
    }
  })

  it('keeps away from primes p where e divides p − 1', () => {
    for (let round = 0; round < 20; round++) expect((randomPrime(64, 3n, random) - 1n) % 3n).not.toBe(0n)
  })
})

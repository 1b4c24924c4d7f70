import type { Random } from '@seashell/core'
import { degree, type SmallPolynomial } from './ring.ts'
import { sortInt32 } from './sort.ts'

/** w, the weight of short polynomials: so many of their coefficients are not zero. */
export const weight = 286

/** A random small polynomial, from 3044 random bytes. */
export function randomSmall(random: Random): SmallPolynomial {
  const numbers = randomNumbers(random)
  const polynomial = Int8Array.from(numbers, (number) => (Math.imul(number & 0x3fff_ffff, 3) >>> 30) - 1)
  numbers.fill(0)
  return polynomial
}

/**
 * A random short polynomial, from 3044 random bytes: a small one of weight 286.
 *
 * Coefficients are put behind random numbers, in their two lowest bits, and come into random order as these are sorted.
 */
export function randomShort(random: Random): SmallPolynomial {
  // The reference sorts numbers without a sign. With their highest bit turned round, those with a sign have the same order.
  const numbers = randomNumbers(random).map((number) => number ^ 0x8000_0000)
  for (let i = 0; i < weight; i++) numbers[i]! &= ~1 // 0 or 2, that is −1 or 1
  for (let i = weight; i < degree; i++) numbers[i] = (numbers[i]! & ~2) | 1 // 1, that is 0
  sortInt32(numbers)
  const polynomial = Int8Array.from(numbers, (number) => (number & 3) - 1)
  numbers.fill(0)
  return polynomial
}

/** The polynomial itself if its weight is 286, and otherwise a fixed one of that weight. */
export function forceWeight(polynomial: SmallPolynomial): SmallPolynomial {
  let found = 0
  for (const coefficient of polynomial) found += coefficient & 1
  // All ones where the weight is another.
  const mask = -((found - weight) & 0xffff) >> 31
  return polynomial.map((coefficient, index) => {
    const instead = index < weight ? 1 : 0
    return coefficient ^ (mask & (coefficient ^ instead))
  })
}

function randomNumbers(random: Random): Int32Array {
  const bytes = random(4 * degree)
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const numbers = Int32Array.from({ length: degree }, (_, index) => view.getInt32(4 * index, true))
  bytes.fill(0)
  return numbers
}

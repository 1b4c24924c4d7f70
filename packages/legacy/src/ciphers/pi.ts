/** Bits computed beyond those that are returned, for the rounding of each term. */
const GUARD_BITS = 64n

let computed = new Uint32Array(0)

/**
 * The first words behind the point of π in binary: 243f6a88, 85a308d3, … Computing those of Blowfish takes some
 * tenth of a second, once, and there is no table in which a digit could be wrong.
 *
 * @returns a new array
 */
export function fractionOfPi(length: number): Uint32Array {
  if (computed.length < length) computed = compute(length)
  return computed.slice(0, length)
}

/** By Machin's formula (1706): π/4 = 4 arctan 1/5 − arctan 1/239. */
function compute(length: number): Uint32Array<ArrayBuffer> {
  const one = 1n << (BigInt(length * 32) + GUARD_BITS)
  const pi = 4n * (4n * arctanOfInverse(5n, one) - arctanOfInverse(239n, one))
  const digits = ((pi - 3n * one) >> GUARD_BITS).toString(16).padStart(length * 8, '0')
  return Uint32Array.from({ length }, (_, index) => Number.parseInt(digits.slice(index * 8, index * 8 + 8), 16))
}

/** arctan 1/x = 1/x − 1/3x³ + 1/5x⁵ − …, as a multiple of 1/one. */
function arctanOfInverse(x: bigint, one: bigint): bigint {
  let power = one / x
  let sum = 0n
  for (let divisor = 1n; power !== 0n; divisor += 2n) {
    sum += power / divisor
    power = -power / (x * x)
  }
  return sum
}

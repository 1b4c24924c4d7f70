import { fromNibble, invert, multiply, toNibble, toNibbles, u } from './field.ts'

// The S-box (FIPS 197 §5.1.1) by tables of 16 entries, which fit into vectors: after Mike Hamburg, "Accelerating AES with Vector Permute
// Instructions" (CHES 2009), §3. Every table here is computed from the field.
//
// A byte x = i·u + j·(u + 1) with k = i + j has the inverse
//
//     1/x = (1/p + (1 + a)/q)·u/a + ((1 + a)/p + 1/q)·(u + 1)/a,  where  a = 1/(u·(u + 1)),
//     p = 1/(1/i + a/k) + j   and   q = 1/(1/j + a/k) + i,
//
// as one sees by putting p = n/(k + a·i) and q = n/(k + a·j) with n = k² + a·i·j, which is a times the product of x and its 16th power. Where
// one divides by 0 the result is infinite, stays so if anything is added, and has the inverse 0.

/** A table: what stands for each nibble. */
export type Table = readonly number[]

/** Not a nibble, nor is the sum of it and any: a vector's `swizzle` then gives 0. Two of them make 0; only x = 0 comes to that, and gives 0. */
const INFINITE = 0x80

/** What is added to all results of the S-box. It is part of round keys here, so that what remains is linear in 1/x. */
export const SUMMAND = 0x63

const a = invert(multiply(u, u ^ 1))

/** A table of a function, for the nibbles from 0 to 15. */
function tabulate(value: (nibble: number) => number): Table {
  return Array.from({ length: 16 }, (_, nibble) => value(nibble))
}

/** 1/i by the nibble of i. */
export const inverses: Table = tabulate((nibble) => (nibble === 0 ? INFINITE : toNibble(invert(fromNibble(nibble)))))

/** a/k by the nibble of k. */
export const scaledInverses: Table = tabulate((nibble) => (nibble === 0 ? INFINITE : toNibble(multiply(a, invert(fromNibble(nibble))))))

/** Two tables whose entries, added, are a linear function of something. */
export type Pair = readonly [Table, Table]

/** Nibbles of i and k, for the low nibble of a byte and its high one. */
export const nibblesOfByte: Pair = [tabulate((nibble) => toNibbles(nibble)), tabulate((nibble) => toNibbles(nibble << 4))]

/** A linear function of 1/x, for p and q. Neither is ever 0. */
function ofInverse(linear: (byte: number) => number): Pair {
  const part = (factor: number): Table =>
    tabulate((nibble) => (nibble === 0 ? 0 : linear(multiply(invert(fromNibble(nibble)), multiply(factor, invert(a))))))
  return [part(1 ^ multiply(a, u ^ 1)), part(1 ^ multiply(a, u))]
}

/** The S-box, without its summand. */
export const substituted: Pair = ofInverse(affine)

/** The same, as nibbles of i and k. */
export const substitutedNibbles: Pair = ofInverse((byte) => toNibbles(affine(byte)))

/** Twice the same, in the field, as nibbles of i and k. */
export const doubledNibbles: Pair = ofInverse((byte) => toNibbles(multiply(2, affine(byte))))

/** What the S-box does after inverting, without its summand: each bit becomes the sum of itself and the four before it, cyclically. */
function affine(byte: number): number {
  return [0, 1, 2, 3, 4].reduce((sum, bits) => sum ^ (((byte << bits) | (byte >> (8 - bits))) & 0xff), 0)
}

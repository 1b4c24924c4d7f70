// The field of AES, GF(2^8), as a table-maker sees it: none of this is fast, nor needs to be.

/** The product of two bytes: polynomials over GF(2) modulo x^8 + x^4 + x^3 + x + 1 (FIPS 197 §4.2). */
export function multiply(a: number, b: number): number {
  let [product, multiple] = [0, a]
  for (let bit = 0; bit < 8; bit++) {
    if ((b >> bit) & 1) product ^= multiple
    multiple = (multiple << 1) ^ (multiple & 0x80 ? 0x11b : 0)
  }
  return product
}

/** A product of so many times the same byte. */
function power(base: number, exponent: number): number {
  return Array.from({ length: exponent }).reduce<number>((product) => multiply(product, base), 1)
}

/** The multiplicative inverse. */
export const invert = (byte: number): number => power(byte, 254)

const bytes: readonly number[] = Array.from({ length: 256 }, (_, byte) => byte)

/** β, which with 1, β² and β³ is a basis of the one subfield that has 16 elements: those that are their own 16th power. */
const beta = bytes.find((byte) => byte > 1 && power(byte, 16) === byte)!

/** The byte that a nibble stands for: the sum of those of 1, β, β² and β³ for which it has a bit. So nibbles are added as bytes are. */
export function fromNibble(nibble: number): number {
  return [0, 1, 2, 3].reduce((sum, bit) => sum ^ ((nibble >> bit) & 1 ? power(beta, bit) : 0), 0)
}

/** The nibble that stands for a byte of the subfield. */
export const toNibble = (byte: number): number => bytes.findIndex((nibble) => nibble < 16 && fromNibble(nibble) === byte)

/** u, whose 16th power is u + 1. Every byte is i·u + j·(u + 1) for an i and a j of the subfield. */
export const u: number = bytes.find((byte) => (byte ^ power(byte, 16)) === 1)!

/**
 * The nibbles of i and of k = i + j, high and low, for the byte i·u + j·(u + 1), which is i + k·(u + 1). The 16th power exchanges i and j,
 * and so adds k. These are added as bytes are.
 */
export function toNibbles(byte: number): number {
  const k = byte ^ power(byte, 16)
  const i = byte ^ multiply(k, u ^ 1)
  return (toNibble(i) << 4) | toNibble(k)
}

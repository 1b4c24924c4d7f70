import { decodeMixedRadix, encodeMixedRadix } from './mixed-radix.ts'
import { degree, halfModulus, modulus, type Polynomial, reduceModulo3, type SmallPolynomial } from './ring.ts'

/** Bytes of a small polynomial. */
export const smallLength: number = Math.ceil(degree / 4)

/** Bytes of a polynomial modulo q: a public key. */
export const polynomialLength = 1158

/** Bytes of a polynomial modulo q whose coefficients are multiples of 3: of a ciphertext, the part that is encrypted. */
export const roundedLength = 1007

const radices: Int32Array = /* @__PURE__ */ new Int32Array(degree).fill(modulus)
const roundedRadices: Int32Array = /* @__PURE__ */ new Int32Array(degree).fill((modulus + 2) / 3)

/** A polynomial modulo q in 1158 bytes. */
export function encodePolynomial(polynomial: Polynomial): Uint8Array {
  return encodeMixedRadix(
    Int32Array.from(polynomial, (coefficient) => coefficient + halfModulus),
    radices,
  )
}

/** Reads 1158 bytes; whatever they are, they are a polynomial. */
export function decodePolynomial(bytes: Uint8Array): Polynomial {
  return Int16Array.from(decodeMixedRadix(bytes, radices), (value) => value - halfModulus)
}

/** Rounds each coefficient to the nearest multiple of 3, and encodes the result in 1007 bytes. */
export function encodeRounded(polynomial: Polynomial): Uint8Array {
  const values = Int32Array.from(polynomial, (coefficient) => {
    // A division by 3, which leaves nothing: 10923 / 2^15 is nearly a third.
    return Math.imul(coefficient - reduceModulo3(coefficient) + halfModulus, 10923) >> 15
  })
  return encodeMixedRadix(values, roundedRadices)
}

/** Reads 1007 bytes; whatever they are, they are a polynomial of multiples of 3. */
export function decodeRounded(bytes: Uint8Array): Polynomial {
  return Int16Array.from(decodeMixedRadix(bytes, roundedRadices), (value) => 3 * value - halfModulus)
}

/** A small polynomial in 191 bytes: four coefficients a byte, each plus one, the lowest bits first. */
export function encodeSmall(polynomial: SmallPolynomial): Uint8Array {
  const bytes = new Uint8Array(smallLength)
  for (let i = 0; i < degree; i++) bytes[i >> 2]! |= (polynomial[i]! + 1) << (2 * (i & 3))
  return bytes
}

/** Reads 191 bytes that {@link encodeSmall} wrote. */
export function decodeSmall(bytes: Uint8Array): SmallPolynomial {
  return Int8Array.from({ length: degree }, (_, i) => ((bytes[i >> 2]! >> (2 * (i & 3))) & 3) - 1)
}

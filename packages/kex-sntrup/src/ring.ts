/** p, the degree of the polynomials: those of the ring ℤ[x] / (x^p − x − 1) have so many coefficients. */
export const degree = 761

/** q, the modulus of the ring in which keys and ciphertexts are. */
export const modulus = 4591

/** Half of q: its numbers are −2295 … 2295. */
export const halfModulus: number = (modulus - 1) / 2

/** A polynomial with coefficients modulo q, each the one nearest to zero; least power first. */
export type Polynomial = Int16Array

/** A polynomial with coefficients −1, 0 and 1; least power first. */
export type SmallPolynomial = Int8Array

/**
 * The number nearest to zero that is the same modulo 3.
 *
 * As everywhere here, no step depends on the value: what a division would give is close to a multiplication and a shift.
 *
 * @param value −2295 … 2295
 */
export function reduceModulo3(value: number): number {
  return value - 3 * ((Math.imul(10923, value) + 16384) >> 15)
}

/**
 * The number nearest to zero that is the same modulo q.
 *
 * @param value at most 14 000 000 either way
 */
export function reduceModuloQ(value: number): number {
  // 57 / 2^18 and 29235 / 2^27 are nearly 1 / q: the first leaves some thousands, the second rounds to the nearest.
  const rough = value - modulus * (Math.imul(57, value) >> 18)
  return rough - modulus * ((Math.imul(29235, rough) + (1 << 26)) >> 27)
}

/** The product of a polynomial and a small one, modulo q and x^p − x − 1. */
export function multiplyModuloQ(left: Polynomial, right: SmallPolynomial): Polynomial {
  // Three sums of 761 products, each at most 2295: 5 239 485.
  return Int16Array.from(multiply(left, right), reduceModuloQ)
}

/** The product of two small polynomials, modulo 3 and x^p − x − 1. */
export function multiplyModulo3(left: SmallPolynomial, right: SmallPolynomial): SmallPolynomial {
  // Three sums of 761 products, each at most 1: 2283.
  return Int8Array.from(multiply(left, right), reduceModulo3)
}

/**
 * The reciprocal of a small polynomial modulo 3 and x^p − x − 1.
 *
 * @returns undefined where it has none, which is rare
 */
export function reciprocalModulo3(polynomial: SmallPolynomial): SmallPolynomial | undefined {
  const { delta, leading, cofactor } = divisionSteps(polynomial, 1, eliminateModulo3)
  if (delta !== 0) return undefined
  // A leading coefficient of 1 or −1 is its own reciprocal.
  return Int8Array.from({ length: degree }, (_, index) => leading * cofactor[degree - 1 - index]!)
}

/**
 * The reciprocal of 3 times a small polynomial, modulo q and x^p − x − 1. There is one for any but zero: modulo q, x^p − x − 1 has no
 * divisors, and the ring is a field.
 */
export function reciprocalOf3TimesModuloQ(polynomial: SmallPolynomial): Polynomial {
  const { leading, cofactor } = divisionSteps(polynomial, reciprocalOfNumber(3), eliminateModuloQ)
  const scale = reciprocalOfNumber(leading)
  return Int16Array.from({ length: degree }, (_, index) => reduceModuloQ(Math.imul(scale, cofactor[degree - 1 - index]!)))
}

/** The product modulo x^p − x − 1, with coefficients that are not reduced. */
function multiply(left: Polynomial | SmallPolynomial, right: SmallPolynomial): Int32Array {
  const product = new Int32Array(2 * degree - 1)
  for (let i = 0; i < degree; i++) {
    const factor = left[i]!
    for (let j = 0; j < degree; j++) product[i + j]! += Math.imul(factor, right[j]!)
  }
  // x^p = x + 1
  for (let i = 2 * degree - 2; i >= degree; i--) {
    product[i - degree]! += product[i]!
    product[i - degree + 1]! += product[i]!
  }
  return product.subarray(0, degree)
}

/**
 * The extended Euclidean algorithm in the form of Bernstein and Yang ("Fast constant-time gcd computation and modular inversion", 2019):
 * 2p − 1 steps, each the same whatever the numbers are, on polynomials whose order is turned round.
 *
 * @param start what the cofactor begins with: the reciprocal comes multiplied by it
 * @param eliminate a step's arithmetic, modulo 3 or q
 * @returns `delta` is 0 where the greatest common divisor is a number, which then is `leading`; `cofactor`, highest power first, is the
 *   reciprocal times that number
 */
function divisionSteps(polynomial: SmallPolynomial, start: number, eliminate: typeof eliminateModulo3) {
  const f = new Int16Array(degree + 1)
  const g = new Int16Array(degree + 1)
  const v = new Int16Array(degree + 1)
  const r = new Int16Array(degree + 1)
  // x^p − x − 1
  f[0] = 1
  f[degree - 1] = f[degree] = -1
  for (let i = 0; i < degree; i++) g[degree - 1 - i] = polynomial[i]!
  r[0] = start
  let delta = 1
  for (let step = 0; step < 2 * degree - 1; step++) {
    v.copyWithin(1, 0, degree)
    v[0] = 0
    // All ones where delta is above zero and g[0] is not zero: then f and g change places.
    const swap = negativeMask(-delta) & nonzeroMask(g[0]!)
    delta = (delta ^ (swap & (delta ^ -delta))) + 1
    const difference = swap & (f[0] ^ g[0]!)
    const [f0, g0] = [f[0] ^ difference, g[0]! ^ difference]
    eliminate(swap, f0, g0, f, g)
    eliminate(swap, f0, g0, v, r)
    g.copyWithin(0, 1)
    g[degree] = 0
  }
  const result = { delta, leading: f[0], cofactor: v.slice(0, degree) }
  for (const secret of [f, g, v, r]) secret.fill(0)
  return result
}

/** Exchanges two polynomials where `swap` is all ones; then right = f0 · right − g0 · left, modulo 3, which makes g begin with zero. */
function eliminateModulo3(swap: number, f0: number, g0: number, left: Int16Array, right: Int16Array): void {
  for (let i = 0; i <= degree; i++) {
    const difference = swap & (left[i]! ^ right[i]!)
    const ours = left[i]! ^ difference
    const theirs = right[i]! ^ difference
    left[i] = ours
    right[i] = reduceModulo3(Math.imul(f0, theirs) - Math.imul(g0, ours))
  }
}

/** The same modulo q: a function of its own, for in the innermost loop a reduction that is passed as an argument takes as long again. */
function eliminateModuloQ(swap: number, f0: number, g0: number, left: Int16Array, right: Int16Array): void {
  for (let i = 0; i <= degree; i++) {
    const difference = swap & (left[i]! ^ right[i]!)
    const ours = left[i]! ^ difference
    const theirs = right[i]! ^ difference
    left[i] = ours
    right[i] = reduceModuloQ(Math.imul(f0, theirs) - Math.imul(g0, ours))
  }
}

/** The reciprocal of a number modulo q: its power of q − 2. */
function reciprocalOfNumber(value: number): number {
  let power = value
  for (let exponent = 1; exponent < modulus - 2; exponent++) power = reduceModuloQ(Math.imul(power, value))
  return power
}

/** All ones for a number below zero. */
function negativeMask(value: number): number {
  return value >> 31
}

/** All ones for any number but zero. */
function nonzeroMask(value: number): number {
  return negativeMask(value | -value)
}

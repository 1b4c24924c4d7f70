import { invert } from '@noble/curves/abstract/modular.js'
import type { KeyPair, Random } from '@seashell/core'
import { invalidArgument } from '@seashell/core/wire'
import { randomPrime } from './prime.ts'
import { encodeKeyPair } from './private-key.ts'
import { MAX_MODULUS_BITS, MIN_MODULUS_BITS } from './public-key.ts'

const PUBLIC_EXPONENT = 65_537n
const DEFAULT_BITS = 3072

/**
 * Makes an RSA key pair (FIPS 186-5 A.1.3) with exponent 65537.
 *
 * @param options.bits the size of the modulus: even, 2048 to 16384; 3072, ssh-keygen's default, where absent
 * @throws SSHError `ARGUMENT` where it is another
 */
export function generatePrivateKey(random: Random, options: { readonly bits?: number } = {}): KeyPair {
  const bits = options.bits ?? DEFAULT_BITS
  if (!Number.isInteger(bits) || bits % 2 !== 0 || bits < MIN_MODULUS_BITS || bits > MAX_MODULUS_BITS) {
    throw invalidArgument(`expected an even number of bits from ${MIN_MODULUS_BITS} to ${MAX_MODULUS_BITS} for an RSA key; got ${bits}`)
  }
  const e = PUBLIC_EXPONENT
  const half = bits / 2
  for (;;) {
    const p = randomPrime(half, e, random)
    const q = randomPrime(half, e, random)
    // Primes too near each other could be found from their product (step 5.5); so short an exponent from n and e (A.1.1, criterion 3).
    const distance = p > q ? p - q : q - p
    const d = invert(e, leastCommonMultiple(p - 1n, q - 1n))
    if (distance >> BigInt(half - 100) === 0n || d >> BigInt(half) === 0n) continue
    return encodeKeyPair({ n: p * q, e, length: Math.ceil(bits / 8), d, iqmp: invert(q, p), p, q })
  }
}

function leastCommonMultiple(a: bigint, b: bigint): bigint {
  let [divisor, rest] = [a, b]
  while (rest > 0n) [divisor, rest] = [rest, divisor % rest]
  return (a / divisor) * b
}

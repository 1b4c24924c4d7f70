import { invert, pow } from '@noble/curves/abstract/modular.js'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { bigIntToBytes, bytesToBigInt, encodeAscii, SSHError } from '@seashell/core/wire'
import type { RsaPrivateKey } from './private-key.ts'
import type { RsaPublicKey } from './public-key.ts'

/**
 * The public operation of RSA (RFC 8017 §5.1.1 and §5.2.2).
 *
 * @param message a number below n
 */
export function publicOperation({ n, e }: RsaPublicKey, message: bigint): bigint {
  return pow(message, e, n)
}

/**
 * The private operation of RSA (RFC 8017 §5.1.2 and §5.2.1), with the Chinese remainder theorem.
 *
 * BigInt's time depends on its numbers. Blinding hides them: what is raised to the private exponents is `message · r^e`, for an r that an
 * observer does not know. The result is checked, because one wrong half of a CRT signature gives the primes away (Boneh, DeMillo and
 * Lipton, 1997).
 *
 * @param message big-endian, a number below n
 * @throws SSHError `KEY` (fault: local) where the result is not right: the key or the machine is broken
 */
export function privateOperation(key: RsaPrivateKey, message: Uint8Array): bigint {
  const { n, e, d, iqmp, p, q } = key
  const m = bytesToBigInt(message)
  const { r, inverse } = blinding(key, message)
  const blinded = (m * pow(r, e, n)) % n
  const sp = pow(blinded, d % (p - 1n), p)
  const sq = pow(blinded, d % (q - 1n), q)
  const h = (iqmp * (sp - (sq % p) + p)) % p
  const s = ((sq + q * h) * inverse) % n
  if (pow(s, e, n) !== m) throw new SSHError('KEY', 'an RSA computation came out wrong and was withheld', { fault: 'local' })
  return s
}

/**
 * A number below n for blinding, and its inverse. It is derived from the private exponent and the message, rather than drawn, because
 * signing is given no source of randomness: to those without the key it is as good as random, and the same message gives the same
 * computation again, of which they learn nothing new. Sixteen bytes more than the modulus has leave no bias after reduction.
 */
function blinding({ n, d, length }: RsaPrivateKey, message: Uint8Array): { readonly r: bigint; readonly inverse: bigint } {
  const bytes = hkdf(sha512, bigIntToBytes(d, length), message, encodeAscii('seashell rsa blinding'), length + 16)
  const r = bytesToBigInt(bytes) % n
  try {
    return { r, inverse: invert(r, n) }
  } catch (cause) {
    // With two large primes this happens to nobody.
    throw new SSHError('KEY', 'expected an RSA modulus of two large primes; found a small factor', { fault: 'caller', cause })
  }
}

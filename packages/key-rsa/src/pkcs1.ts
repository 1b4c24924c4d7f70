import { invert, pow } from '@noble/curves/abstract/modular.js'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { bigIntToBytes, bytesToBigInt, encodeAscii, equalBytes, SSHError } from '@seashell/core/wire'
import type { RsaPrivateKey } from './private-key.ts'
import type { RsaPublicKey } from './public-key.ts'

/**
 * EMSA-PKCS1-v1_5 (RFC 8017 §9.2): `0 ‖ 1 ‖ 0xff … ‖ 0 ‖ DigestInfo`.
 *
 * @param digest the hash of the data
 * @param digestInfo what stands before it in the DigestInfo
 * @param length bytes of the result: those of the modulus, at least 256, so that eight bytes of 0xff or more are in it always
 */
export function encodeMessage(digest: Uint8Array, digestInfo: Uint8Array, length: number): Uint8Array {
  const message = new Uint8Array(length).fill(0xff)
  const digestStart = length - digest.length
  const infoStart = digestStart - digestInfo.length
  message.set([0, 1])
  message[infoStart - 1] = 0
  message.set(digestInfo, infoStart)
  message.set(digest, digestStart)
  return message
}

/**
 * RSASSA-PKCS1-v1_5 verification (RFC 8017 §8.2.2): the message is encoded anew and compared as a whole, so there is nothing to parse.
 *
 * A signature shorter than the modulus is taken as having lost zeros in front, as OpenSSH takes it, since some peers write it as a number.
 */
export function verifyMessage({ n, e, length }: RsaPublicKey, signature: Uint8Array, message: Uint8Array): boolean {
  if (signature.length > length) return false
  const s = bytesToBigInt(signature)
  return s < n && equalBytes(bigIntToBytes(pow(s, e, n), length), message)
}

/**
 * RSASSA-PKCS1-v1_5 signing (RFC 8017 §8.2.1), with the Chinese remainder theorem.
 *
 * BigInt's time depends on its numbers. Blinding hides them: what is raised to the private exponents is `message · r^e`, for an r that an
 * observer does not know. The result is checked, because one wrong half of a CRT signature gives the primes away (Boneh, DeMillo and
 * Lipton, 1997).
 *
 * @throws SSHError `KEY` (fault: local) where the result is not right: the key or the machine is broken
 */
export function signMessage(key: RsaPrivateKey, message: Uint8Array): Uint8Array {
  const { n, e, d, iqmp, p, q, length } = key
  const m = bytesToBigInt(message)
  const { r, inverse } = blinding(key, message)
  const blinded = (m * pow(r, e, n)) % n
  const sp = pow(blinded, d % (p - 1n), p)
  const sq = pow(blinded, d % (q - 1n), q)
  const h = (iqmp * (sp - (sq % p) + p)) % p
  const s = ((sq + q * h) * inverse) % n
  if (pow(s, e, n) !== m) throw new SSHError('KEY', 'an RSA signature came out wrong and was withheld', { fault: 'local' })
  return bigIntToBytes(s, length)
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

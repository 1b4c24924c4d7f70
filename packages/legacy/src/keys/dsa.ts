import { pow } from '@noble/curves/abstract/modular.js'
import { createHmacDrbg } from '@noble/curves/utils.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha1 } from '@noble/hashes/legacy.js'
import { bigIntToBytes, bytesToBigInt, concatBytes } from '@seashell/core/wire'
import { type DsaPrivateKey, type DsaPublicKey, Q_LENGTH } from './dsa-keys.ts'

/**
 * Whether `r ‖ s` is a DSA signature over the SHA-1 hash of the data (FIPS 186-4 §4.7).
 *
 * @param value 40 bytes
 */
export function verifyDsa({ p, q, g, y }: DsaPublicKey, data: Uint8Array, value: Uint8Array): boolean {
  const [r, s] = [bytesToBigInt(value.subarray(0, Q_LENGTH)), bytesToBigInt(value.subarray(Q_LENGTH))]
  if (value.length !== 2 * Q_LENGTH || r === 0n || s === 0n || r >= q || s >= q) return false
  const hash = bytesToBigInt(sha1(data))
  // By Fermat: where a key's owner has chosen a q that is no prime, nothing verifies, and nothing is thrown.
  const w = pow(s, q - 2n, q)
  return ((pow(g, (hash * w) % q, p) * pow(y, (r * w) % q, p)) % p) % q === r
}

/**
 * Signs with DSA over SHA-1 (FIPS 186-4 §4.6), with the nonce of RFC 6979: no source of randomness can give the key away.
 *
 * @returns 40 bytes
 */
export function signDsa({ p, q, g, x }: DsaPrivateKey, data: Uint8Array): Uint8Array {
  const hash = bytesToBigInt(sha1(data)) % q
  const drbg = createHmacDrbg<Uint8Array>(sha1.outputLen, Q_LENGTH, (key: Uint8Array, message: Uint8Array) => hmac(sha1, key, message))
  const seed = concatBytes(bigIntToBytes(x, Q_LENGTH), bigIntToBytes(hash, Q_LENGTH))
  return drbg(seed, (bytes) => {
    const k = bytesToBigInt(bytes)
    if (k === 0n || k >= q) return undefined
    // As long always as can be: from how long a power takes, with nonces of different lengths, the key can be found.
    const exponent = k + q >= 1n << BigInt(Q_LENGTH * 8) ? k + q : k + 2n * q
    const r = pow(g, exponent, p) % q
    // By Fermat again, for its steps do not depend on k.
    const s = (pow(k, q - 2n, q) * (hash + x * r)) % q
    return r === 0n || s === 0n ? undefined : concatBytes(bigIntToBytes(r, Q_LENGTH), bigIntToBytes(s, Q_LENGTH))
  })
}

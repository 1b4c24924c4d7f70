import type { ECDH } from '@noble/curves/abstract/weierstrass.js'
import { p256, p384, p521 } from '@noble/curves/nist.js'
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js'
import type { Hash, KemKeyExchangeDefinition, Random } from '@seashell/core'
import { invalidArgument } from '@seashell/core/wire'
import { decodePoint } from './point.ts'

/**
 * ecdh-sha2-nistp256 (RFC 5656 §4, §6.2.1): NIST P-256 with SHA-256. Points have 65 bytes, private key and shared secret 32.
 *
 * As with all three, a public key that is not an uncompressed point of the curve is refused: SSHError `KEY_EXCHANGE`, fault 'peer'.
 *
 * @example
 * ```ts
 * import { ecdhSha2Nistp256 } from '@seashell/kex-ecdh'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const client = await ecdhSha2Nistp256.generate(random)
 * const server = await ecdhSha2Nistp256.encapsulate(client.publicKey, random)
 * const secret = await ecdhSha2Nistp256.decapsulate(client.privateKey, server.ciphertext) // equals server.sharedSecret
 * ```
 */
export const ecdhSha2Nistp256: KemKeyExchangeDefinition = /* @__PURE__ */ defineEcdh('ecdh-sha2-nistp256', p256, sha256)

/** ecdh-sha2-nistp384: NIST P-384 with SHA-384. Points have 97 bytes, private key and shared secret 48. */
export const ecdhSha2Nistp384: KemKeyExchangeDefinition = /* @__PURE__ */ defineEcdh('ecdh-sha2-nistp384', p384, sha384)

/** ecdh-sha2-nistp521: NIST P-521 with SHA-512. Points have 133 bytes, private key and shared secret 66. */
export const ecdhSha2Nistp521: KemKeyExchangeDefinition = /* @__PURE__ */ defineEcdh('ecdh-sha2-nistp521', p521, sha512)

/** The NIST curves, most preferred first: the fastest, as with OpenSSH, for all of them are strong enough. */
export const ecdhKeyExchanges: readonly KemKeyExchangeDefinition[] = /* @__PURE__ */ Object.freeze([
  ecdhSha2Nistp256,
  ecdhSha2Nistp384,
  ecdhSha2Nistp521,
])

/** ECDH over a curve, with the message flow of RFC 5656 §4. */
export function defineEcdh(name: string, curve: ECDH, hash: Hash): KemKeyExchangeDefinition {
  return Object.freeze({
    kind: 'key-exchange',
    shape: 'kem',
    apiVersion: 1,
    name,
    provider: 'noble',
    hash,
    publicFormat: 'string',
    secretFormat: 'mpint',
    postQuantum: false,
    generate(random) {
      const privateKey = generatePrivateKey(curve, random)
      return { publicKey: curve.getPublicKey(privateKey, false), privateKey }
    },
    encapsulate(publicKey, random) {
      const privateKey = generatePrivateKey(curve, random)
      try {
        return { sharedSecret: agree(curve, privateKey, publicKey), ciphertext: curve.getPublicKey(privateKey, false) }
      } finally {
        privateKey.fill(0)
      }
    },
    decapsulate: (privateKey, ciphertext) => agree(curve, privateKey, ciphertext),
  } satisfies KemKeyExchangeDefinition)
}

/** A scalar from 1 to n−1, from half as many random bytes again as it has, so that reducing them leaves no bias (FIPS 186-5 A.2.1). */
function generatePrivateKey(curve: ECDH, random: Random): Uint8Array {
  const scalarLength = curve.Point.Fn.BYTES
  const seed = random(scalarLength + Math.ceil(scalarLength / 2))
  const privateKey = curve.utils.randomSecretKey(seed)
  seed.fill(0)
  return privateKey
}

/** The x coordinate of the shared point (RFC 5656 §4). The cofactor of these curves is 1, so that plain and cofactor ECDH are the same. */
function agree(curve: ECDH, privateKey: Uint8Array, peerKey: Uint8Array): Uint8Array {
  if (!curve.utils.isValidSecretKey(privateKey)) {
    const expected = `a private key of ${curve.Point.Fn.BYTES} bytes, a number from 1 to n−1, as generate() makes them`
    throw invalidArgument(`expected ${expected}; got another of ${privateKey.length} bytes`)
  }
  const point = decodePoint(curve, peerKey)
  const { x } = point.multiply(curve.Point.Fn.fromBytes(privateKey)).toAffine()
  return curve.Point.Fp.toBytes(x)
}

import type { ECDH } from 'node:crypto'
import type { Hash, KemKeyExchangeDefinition } from '@seashell/core'
import { invalidArgument, keyExchangeFailed } from '@seashell/core/wire'
import { plainBytes } from '../bytes.ts'
import { sha256, sha384, sha512 } from '../hash.ts'
import { importScalar, isScalar, isUncompressed, type NistCurve, nistp256, nistp384, nistp521, randomScalar } from '../nist-curves.ts'

/** Elliptic curve Diffie-Hellman over the NIST curves (RFC 5656 §4). */
export const ecdhKeyExchanges: readonly KemKeyExchangeDefinition[] = /* @__PURE__ */ Object.freeze([
  /* @__PURE__ */ defineEcdh('ecdh-sha2-nistp256', nistp256, sha256),
  /* @__PURE__ */ defineEcdh('ecdh-sha2-nistp384', nistp384, sha384),
  /* @__PURE__ */ defineEcdh('ecdh-sha2-nistp521', nistp521, sha512),
])

function defineEcdh(name: string, curve: NistCurve, hash: Hash): KemKeyExchangeDefinition {
  return Object.freeze({
    kind: 'key-exchange',
    shape: 'kem',
    apiVersion: 1,
    name,
    provider: 'node:crypto',
    hash,
    publicFormat: 'string',
    secretFormat: 'mpint',
    postQuantum: false,
    generate(random) {
      const privateKey = randomScalar(curve, random)
      return { publicKey: plainBytes(importScalar(curve, privateKey).getPublicKey()), privateKey }
    },
    encapsulate(publicKey, random) {
      const scalar = randomScalar(curve, random)
      const ecdh = importScalar(curve, scalar)
      scalar.fill(0)
      return { sharedSecret: agree(curve, ecdh, publicKey), ciphertext: plainBytes(ecdh.getPublicKey()) }
    },
    decapsulate(privateKey, ciphertext) {
      if (!isScalar(curve, privateKey)) {
        const expected = `a private key of ${curve.length} bytes, a number from 1 to n−1, as generate() makes them`
        throw invalidArgument(`expected ${expected}; got another of ${privateKey.length} bytes`)
      }
      return agree(curve, importScalar(curve, privateKey), ciphertext)
    },
  } satisfies KemKeyExchangeDefinition)
}

/** The x coordinate of the shared point. OpenSSL would take compressed and hybrid points too, which SSH has no use for. */
function agree(curve: NistCurve, ecdh: ECDH, peerKey: Uint8Array): Uint8Array {
  if (!isUncompressed(curve, peerKey)) {
    const found = peerKey.length === 0 ? 'no byte' : `${peerKey.length} that begin with 0x${peerKey[0]!.toString(16).padStart(2, '0')}`
    throw keyExchangeFailed(`expected an uncompressed point of ${1 + 2 * curve.length} bytes, which begins with 0x04; got ${found}`)
  }
  try {
    return plainBytes(ecdh.computeSecret(peerKey))
  } catch (cause) {
    throw keyExchangeFailed('expected a point of the negotiated curve (RFC 5656 §4); got one that is not on it', cause)
  }
}

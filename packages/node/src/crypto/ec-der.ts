import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { bitString, CONTEXT_0, CONTEXT_1, encode, OCTET_STRING, SEQUENCE } from './der.ts'
import type { NistCurve } from './nist-curves.ts'

// Node multiplies the point of an EC key in a JSON Web Key with the order, which on these curves, of cofactor 1, says nothing that being on
// the curve does not, and takes as long as a signature. It asks no such thing of DER.

/** The OBJECT IDENTIFIER id-ecPublicKey (RFC 5480 §2.1.1). */
const ID_EC_PUBLIC_KEY = [0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]

/** The INTEGER 1, the version of ECPrivateKey. */
const VERSION = [0x02, 0x01, 0x01]

/**
 * A public key for node:crypto, by way of SubjectPublicKeyInfo (RFC 5480 §2).
 *
 * @param point an uncompressed point
 * @throws what node:crypto throws where it is not on the curve
 */
export function importPoint({ objectIdentifier }: NistCurve, point: Uint8Array): KeyObject {
  const algorithm = encode(SEQUENCE, ID_EC_PUBLIC_KEY, objectIdentifier)
  return createPublicKey({ key: encode(SEQUENCE, algorithm, bitString(point)), format: 'der', type: 'spki' })
}

/**
 * A private key for node:crypto, by way of ECPrivateKey (RFC 5915 §3).
 *
 * @param scalar as many bytes as the order has, in range
 * @param point its point, uncompressed
 * @throws what node:crypto throws where that is not on the curve
 */
export function importScalarAndPoint({ objectIdentifier }: NistCurve, scalar: Uint8Array, point: Uint8Array): KeyObject {
  const [parameters, publicKey] = [encode(CONTEXT_0, objectIdentifier), encode(CONTEXT_1, bitString(point))]
  const key = encode(SEQUENCE, VERSION, encode(OCTET_STRING, scalar), parameters, publicKey)
  return createPrivateKey({ key, format: 'der', type: 'sec1' })
}

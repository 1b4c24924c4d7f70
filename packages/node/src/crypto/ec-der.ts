import { Buffer } from 'node:buffer'
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
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

const BIT_STRING = 0x03
const OCTET_STRING = 0x04
const SEQUENCE = 0x30
const CONTEXT_0 = 0xa0
const CONTEXT_1 = 0xa1

/** Whole bytes: none of the last one's bits is unused. */
function bitString(bytes: Uint8Array): Buffer {
  return encode(BIT_STRING, [0], bytes)
}

/** One element of DER (X.690 §8.1), of at most 255 bytes within. */
function encode(tag: number, ...parts: readonly (Uint8Array | readonly number[])[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Uint8Array.from(part)))
  const length = content.length < 0x80 ? [content.length] : [0x81, content.length]
  return Buffer.concat([Uint8Array.of(tag, ...length), content])
}

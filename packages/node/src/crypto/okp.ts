import { Buffer } from 'node:buffer'
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { bitString, encode, OCTET_STRING, SEQUENCE } from './der.ts'
import { exportMember, importPrivateKey, importPublicKey } from './jwk.ts'

// Keys of the curves of RFC 7748 and RFC 8032 are 32 bytes, private as public. There is one fast way into node:crypto for them, and it is not
// the same with each OpenSSL.
//
// With 3.5 (Node 22.20, 24 and later) it is PEM. Node 24 asks of each object that it is given whether that is a KeyObject, which costs an
// exception with its stack each time, four of them for a key in any other form; of text it asks nothing. And Node 26 refuses a JSON Web Key
// whose public key does not belong to the private one, where only the private one is known.
//
// With 3.0 (Node 20) it is a JSON Web Key (RFC 8037): that OpenSSL tries one decoder of PEM or DER after another, for ten times as long.

/** A curve by the name that JSON Web Keys have for it. */
export type OkpCurve = 'Ed25519' | 'X25519'

/** A private key of 32 bytes for node:crypto: for Ed25519 the seed. OpenSSL computes the public key, so that nobody can give it a wrong one. */
export function importOkpPrivateKey(crv: OkpCurve, privateKey: Uint8Array): KeyObject {
  // An older Node wants the public key as text, and never looks at it.
  return hasFastDecoders
    ? createPrivateKey(pem(crv, 'PRIVATE', privateKey))
    : importPrivateKey({ kty: 'OKP', crv, x: '' }, { d: privateKey })
}

/** A public key of 32 bytes for node:crypto. */
export function importOkpPublicKey(crv: OkpCurve, publicKey: Uint8Array): KeyObject {
  return hasFastDecoders ? createPublicKey(pem(crv, 'PUBLIC', publicKey)) : importPublicKey({ kty: 'OKP', crv }, { x: publicKey })
}

/** The public key of a private one, or itself: 32 bytes. */
export function exportOkpPublicKey(key: KeyObject): Uint8Array {
  return exportMember(key, 'x')
}

const hasFastDecoders = /* @__PURE__ */ isOpenSsl35(process.versions.openssl)

/** Not of another library in OpenSSL's place, which says `0.0.0` or nothing. */
function isOpenSsl35(version = ''): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 3 || (major === 3 && minor >= 5)
}

/** Bytes of a key. */
const KEY_LENGTH = 32

/** The INTEGER 0, the version of PrivateKeyInfo. */
const VERSION = [0x02, 0x01, 0x00]

/** What keys begin with: their own bytes come last. */
const HEADS = /* @__PURE__ */ Object.freeze({
  X25519: /* @__PURE__ */ headsOf([0x06, 0x03, 0x2b, 0x65, 0x6e]),
  Ed25519: /* @__PURE__ */ headsOf([0x06, 0x03, 0x2b, 0x65, 0x70]),
})

/** PrivateKeyInfo (RFC 8410 §7) and SubjectPublicKeyInfo (§4) of a curve, by its OBJECT IDENTIFIER (§3). */
function headsOf(objectIdentifier: readonly number[]): Readonly<Record<KeyType, Buffer>> {
  const algorithm = encode(SEQUENCE, objectIdentifier)
  const place = new Uint8Array(KEY_LENGTH)
  return {
    PRIVATE: encode(SEQUENCE, VERSION, algorithm, encode(OCTET_STRING, encode(OCTET_STRING, place))).subarray(0, -KEY_LENGTH),
    PUBLIC: encode(SEQUENCE, algorithm, bitString(place)).subarray(0, -KEY_LENGTH),
  }
}

/** As the label of PEM says it. */
type KeyType = 'PRIVATE' | 'PUBLIC'

/** RFC 7468 §2; the DER is 48 bytes at most, and so one line. */
function pem(crv: OkpCurve, type: KeyType, key: Uint8Array): string {
  return `-----BEGIN ${type} KEY-----\n${Buffer.concat([HEADS[crv][type], key]).toString('base64')}\n-----END ${type} KEY-----\n`
}

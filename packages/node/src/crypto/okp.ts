import { createPrivateKey, createPublicKey, type KeyObject, type PrivateKeyInput, type PublicKeyInput } from 'node:crypto'
import { exportMember, importPrivateKey, importPublicKey } from './jwk.ts'

// Keys of the curves of RFC 7748 and RFC 8032 are 32 bytes, private as public. Node takes them as they are from 24 on; before that, JSON Web Keys
// (RFC 8037) are the fastest way in, and the one that Node 26 refuses where the public key does not belong to the private one.

/** A curve by the name that JSON Web Keys have for it. */
export type OkpCurve = 'Ed25519' | 'X25519'

/** A private key of 32 bytes for node:crypto: for Ed25519 the seed. OpenSSL computes the public key, so that nobody can give it a wrong one. */
export function importOkpPrivateKey(crv: OkpCurve, privateKey: Uint8Array): KeyObject {
  // An older Node wants the public key as text, and never looks at it.
  return takesRawKeys()
    ? createPrivateKey(raw('private', crv, privateKey))
    : importPrivateKey({ kty: 'OKP', crv, x: '' }, { d: privateKey })
}

/** A public key of 32 bytes for node:crypto. */
export function importOkpPublicKey(crv: OkpCurve, publicKey: Uint8Array): KeyObject {
  return takesRawKeys() ? createPublicKey(raw('public', crv, publicKey)) : importPublicKey({ kty: 'OKP', crv }, { x: publicKey })
}

/** The public key of a private one, or itself: 32 bytes. */
export function exportOkpPublicKey(key: KeyObject): Uint8Array {
  return exportMember(key, 'x')
}

let isRawTaken: boolean | undefined

/** Whether this Node takes keys as bytes, as some release of Node 24 was the first to do. */
function takesRawKeys(): boolean {
  return (isRawTaken ??= triesRawKey())
}

function triesRawKey(): boolean {
  try {
    createPrivateKey(raw('private', 'X25519', new Uint8Array(32)))
    return true
  } catch {
    return false
  }
}

/** What `createPrivateKey` or `createPublicKey` is given; the types are of an older Node. */
function raw(part: 'private' | 'public', crv: OkpCurve, key: Uint8Array): PrivateKeyInput & PublicKeyInput {
  return { key, format: `raw-${part}`, asymmetricKeyType: crv.toLowerCase() } as unknown as PrivateKeyInput & PublicKeyInput
}

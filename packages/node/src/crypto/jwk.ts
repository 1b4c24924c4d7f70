import { Buffer } from 'node:buffer'
import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'

// JSON Web Keys (RFC 7517, RFC 7518 §6.3, RFC 8037) go in and out of node:crypto in a tenth of the time of DER, which OpenSSL 3.0 tries with
// one decoder after another, and the bytes of a key stand where one can see them.

/** The members of a JSON Web Key that are bytes. */
export type JwkBytes = Readonly<Record<string, Uint8Array>>

/** A private key for node:crypto; throws what that throws where it takes none such. */
export function importPrivateKey(type: JsonWebKey, members: JwkBytes): KeyObject {
  return createPrivateKey({ key: { ...type, ...encodeMembers(members) }, format: 'jwk' })
}

/** A public key for node:crypto; throws what that throws where it takes none such. */
export function importPublicKey(type: JsonWebKey, members: JwkBytes): KeyObject {
  return createPublicKey({ key: { ...type, ...encodeMembers(members) }, format: 'jwk' })
}

/** Bytes of one member of a key. */
export function exportMember(key: KeyObject, member: keyof JsonWebKey): Uint8Array {
  return new Uint8Array(Buffer.from(key.export({ format: 'jwk' })[member] as string, 'base64url'))
}

function encodeMembers(members: JwkBytes): Record<string, string> {
  const encoded: Record<string, string> = {}
  for (const name of Object.keys(members)) encoded[name] = encode(members[name]!)
  return encoded
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url')
}

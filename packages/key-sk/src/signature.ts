import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, malformed, WireReader, writeUint32 } from '@seashell/core/wire'
import type { CompletePolicy } from './policy.ts'

// The flags of authenticator data (WebAuthn §6.1).
const USER_PRESENT = 0x01
const USER_VERIFIED = 0x04
const ATTESTED_CREDENTIAL_DATA = 0x40
const EXTENSION_DATA = 0x80

/** What a security key says beside its signature; it is part of what is signed. */
export interface SecurityKeyDetails {
  /** Whether somebody touched the key. */
  readonly userPresent: boolean
  /** Whether the key verified its user, by PIN or fingerprint. */
  readonly userVerified: boolean
  /** How often the key, or one of its secrets, has signed: where it does not grow, there may be two of it. 0 with keys that do not count. */
  readonly counter: number
}

/** A signature blob, taken apart (OpenSSH PROTOCOL.u2f). */
export interface SecurityKeySignature {
  /** Its format. */
  readonly format: string
  /** The signature of the curve. */
  readonly value: Uint8Array
  /** The flags, as they are signed. */
  readonly flags: number
  /** The counter. */
  readonly counter: number
  /** What follows, with webauthn signatures only. */
  readonly web: WebSignature | undefined
}

/** What a browser adds. */
export interface WebSignature {
  /** The origin of the page that asked for the signature. */
  readonly origin: Uint8Array
  /** What the browser made of the challenge, in JSON. */
  readonly clientData: Uint8Array
  /** The authenticator's extensions, in CBOR. */
  readonly extensions: Uint8Array
}

/**
 * What a signature of a security key says: for those who watch its counter. It is true once the signature is verified, and not before.
 *
 * @param signature the signature blob, of any format of this package
 * @throws SSHError `MALFORMED`
 */
export function readSecurityKeyDetails(signature: Uint8Array): SecurityKeyDetails {
  const { flags, counter } = readSignature(signature)
  return { userPresent: (flags & USER_PRESENT) !== 0, userVerified: (flags & USER_VERIFIED) !== 0, counter }
}

/**
 * Reads a signature blob: `string format ‖ string value ‖ byte flags ‖ uint32 counter`, and with webauthn
 * `‖ string origin ‖ string client data ‖ string extensions`.
 *
 * @throws SSHError `MALFORMED`
 */
export function readSignature(blob: Uint8Array): SecurityKeySignature {
  const reader = new WireReader(blob, 'a signature of a security key')
  const format = reader.readName()
  const value = reader.readString('the signature')
  const [flags, counter] = [reader.readByte(), reader.readUint32()]
  const web = reader.remainingLength > 0 ? readWebSignature(reader) : undefined
  reader.end()
  return { format, value, flags, counter, web }
}

function readWebSignature(reader: WireReader): WebSignature {
  const origin = reader.readString('the origin')
  const clientData = reader.readString('the client data')
  return { origin, clientData, extensions: reader.readString('the extensions') }
}

/** Whether the flags are those that a policy demands. */
export function satisfies(flags: number, { touchRequired, verifyRequired }: CompletePolicy): boolean {
  return (!touchRequired || (flags & USER_PRESENT) !== 0) && (!verifyRequired || (flags & USER_VERIFIED) !== 0)
}

/**
 * What the authenticator signs: `SHA-256(application) ‖ flags ‖ counter ‖ extensions ‖ SHA-256(message)`.
 *
 * @throws SSHError `MALFORMED` where the flags tell of other data than is there
 */
export function authenticatorData(application: Uint8Array, { flags, counter, web }: SecurityKeySignature, message: Uint8Array): Uint8Array {
  const extensions = web?.extensions ?? new Uint8Array()
  if (web !== undefined && ((flags & ATTESTED_CREDENTIAL_DATA) !== 0 || ((flags & EXTENSION_DATA) !== 0) !== extensions.length > 0)) {
    throw malformed('expected authenticator data as the flags tell; found other')
  }
  const head = new Uint8Array(5)
  head[0] = flags
  writeUint32(head, 1, counter)
  return concatBytes(sha256(application), head, extensions, sha256(message))
}

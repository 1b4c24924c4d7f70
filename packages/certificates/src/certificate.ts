import type { PublicKeyDefinition } from '@seashell/core'
import { decodeUtf8, isSSHError, malformed, WireReader, WireWriter } from '@seashell/core/wire'
import { asCertificateError, certificateError } from './errors.ts'
import { readFields } from './fields.ts'
import { certificateName, isCertificateName } from './names.ts'

/** Whom a certificate identifies. */
export type CertificateType = 'user' | 'host'

/** The types as numbers (OpenSSH PROTOCOL.certkeys). */
export const certificateTypes: Readonly<Record<CertificateType, number>> = /* @__PURE__ */ Object.freeze({ user: 1, host: 2 })

/** What a certificate says. Nothing of it is true before {@link verifyCertificate} has said so. */
export interface Certificate {
  /** The whole of it, as public key blobs go over the wire. */
  readonly blob: Uint8Array
  /** Its format: 'ssh-ed25519-cert-v01@openssh.com'. */
  readonly keyFormat: string
  /** The plain public key blob of the key that it certifies. */
  readonly publicKey: Uint8Array
  /** Random bytes of the authority's. */
  readonly nonce: Uint8Array
  /** A number that the authority gave it; 0 where it counts none. */
  readonly serial: bigint
  /** Whether it is a user's or a host's. */
  readonly type: CertificateType
  /** The authority's word for whom it is, for logs: any text. */
  readonly keyID: string
  /** The users' or hosts' names that it is good for, at most 256. */
  readonly principals: readonly string[]
  /** From when on it is valid, in seconds since 1970. */
  readonly validAfter: bigint
  /** From when on it is not any more, in seconds since 1970; 2^64 − 1 for never. */
  readonly validBefore: bigint
  /** What restricts it, by name: an option that is not understood makes it useless. */
  readonly criticalOptions: ReadonlyMap<string, Uint8Array>
  /** What it permits, by name: one that is not understood is passed over. */
  readonly extensions: ReadonlyMap<string, Uint8Array>
  /** The public key blob of the authority. */
  readonly signatureKey: Uint8Array
  /** The signature blob by the authority. */
  readonly signature: Uint8Array
  /** What is signed: all of `blob` but the signature. */
  readonly signedData: Uint8Array
}

/** No type of key has so many fields: RSA's 2, DSA's 4. */
const MAX_KEY_FIELDS = 8
/** As in OpenSSH. */
const MAX_PRINCIPALS = 256

/**
 * Whether a public key blob is a certificate, by the format it begins with.
 *
 * @throws SSHError `KEY` where it begins with none
 */
export function isCertificate(publicKey: Uint8Array): boolean {
  return isCertificateName(formatOf(publicKey))
}

/** The format that a public key blob begins with. */
export function formatOf(publicKey: Uint8Array): string {
  return asCertificateError(() => new WireReader(publicKey, 'a public key').readName())
}

/**
 * Reads a certificate, and judges nothing but its form and the key inside: see {@link verifyCertificate}.
 *
 * `string format ‖ string nonce ‖ the fields of the plain key ‖ uint64 serial ‖ uint32 type ‖ string key id ‖ string principals ‖ uint64 valid
 * after ‖ uint64 valid before ‖ string critical options ‖ string extensions ‖ string reserved ‖ string signature key ‖ string signature`
 * (OpenSSH PROTOCOL.certkeys)
 *
 * @param blob the certificate; copied
 * @param definitions the types of key there are: a list, or a registry's `publicKeys`
 * @throws SSHError `KEY` (fault: peer) where it is no certificate for a key of these types, or the key is one that its type refuses
 */
export function parseCertificate(blob: Uint8Array, definitions: Iterable<PublicKeyDefinition>): Certificate {
  const format = formatOf(blob)
  const definition = plainDefinitions(definitions).find(({ keyFormat }) => certificateName(keyFormat) === format)
  if (definition === undefined) throw certificateError(`expected a certificate for a key of a known type; found ${JSON.stringify(format)}`)
  return asCertificateError(() => readCertificate(blob.slice(), definition))
}

/** The definitions of keys that are no certificates. */
export function plainDefinitions(definitions: Iterable<PublicKeyDefinition>): PublicKeyDefinition[] {
  return [...definitions].filter(({ keyFormat }) => !isCertificateName(keyFormat))
}

/**
 * Nothing in a certificate tells where the key's fields end. Every field of a key is a string or an mpint, and both have their length in
 * front; so it ends after the first of them that leaves a whole certificate, with a key in front that its definition takes.
 */
function readCertificate(blob: Uint8Array, definition: PublicKeyDefinition): Certificate {
  const reader = new WireReader(blob, 'a certificate')
  const keyFormat = reader.readName()
  const nonce = reader.readString('the nonce')
  const start = reader.consumed.length
  let refusal: Error | undefined
  for (const end of endsOfFields(reader)) {
    const body = unlessRefused(() => readBody(blob, end))
    if (body instanceof Error) continue
    const publicKey = new WireWriter(end).writeString(definition.keyFormat).writeBytes(blob.subarray(start, end)).finish()
    const bitLength = unlessRefused(() => definition.bitLength(publicKey))
    if (!(bitLength instanceof Error)) return { blob, keyFormat, nonce, publicKey, ...body }
    refusal ??= bitLength
  }
  throw refusal ?? malformed(`expected a certificate for a key of format ${definition.keyFormat}; found one that is damaged or cut off`)
}

/** The offsets after the first field, the second, … */
function* endsOfFields(reader: WireReader): Generator<number, void, void> {
  for (let fields = 0; fields < MAX_KEY_FIELDS; fields++) {
    if (unlessRefused(() => reader.readString('a field of the key')) instanceof Error) return
    yield reader.consumed.length
  }
}

/** What follows the key. */
function readBody(blob: Uint8Array, offset: number): Omit<Certificate, 'blob' | 'keyFormat' | 'nonce' | 'publicKey'> {
  const reader = new WireReader(blob, 'a certificate')
  reader.readBytes(offset)
  const serial = reader.readUint64()
  const type = readType(reader.readUint32())
  const keyID = readLine(reader.readString('the key id'))
  const principals = readPrincipals(reader.readString('the principals'))
  const [validAfter, validBefore] = [reader.readUint64(), reader.readUint64()]
  const criticalOptions = readFields(reader.readString('the critical options'), 'critical options')
  const extensions = readFields(reader.readString('the extensions'), 'extensions')
  reader.readString('the reserved field')
  const signatureKey = reader.readString('the signature key')
  const signedData = reader.consumed
  const signature = reader.readString('the signature')
  reader.end()
  const validity = { validAfter, validBefore }
  return { serial, type, keyID, principals, ...validity, criticalOptions, extensions, signatureKey, signature, signedData }
}

function readType(number: number): CertificateType {
  if (number === certificateTypes.user) return 'user'
  if (number === certificateTypes.host) return 'host'
  throw malformed(`expected a certificate of type 1 (user) or 2 (host); found ${number}`)
}

function readPrincipals(bytes: Uint8Array): string[] {
  const reader = new WireReader(bytes, 'the list of principals')
  const principals: string[] = []
  while (reader.remainingLength > 0) {
    if (principals.length === MAX_PRINCIPALS)
      throw malformed(`expected a certificate with at most ${MAX_PRINCIPALS} principals; found more`)
    principals.push(readLine(reader.readString('a principal')))
  }
  return principals
}

/** Text without zeros: what comes after one, programs in C would not see. */
function readLine(bytes: Uint8Array): string {
  if (bytes.includes(0)) throw malformed('expected text in a certificate; found a zero in it')
  return decodeUtf8(bytes)
}

function unlessRefused<Result>(action: () => Result): Result | Error {
  try {
    return action()
  } catch (error) {
    if (isSSHError(error)) return error
    throw error
  }
}

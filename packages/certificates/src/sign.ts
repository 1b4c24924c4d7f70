import type { AbortSignalLike, Random, Signer } from '@seashell/core'
import { encodeUtf8, invalidArgument, WireReader, WireWriter } from '@seashell/core/wire'
import { type CertificateType, certificateTypes, formatOf } from './certificate.ts'
import { writeFields } from './fields.ts'
import { certificateName, isCertificateName } from './names.ts'
import { criticalOptionNames, NO_TOUCH_REQUIRED, type Permission, permissionNames } from './options.ts'

/** What a certificate is to say: see {@link signCertificate}. */
export interface CertificateRequest {
  /** The plain public key blob to certify. */
  readonly publicKey: Uint8Array
  /** Whether it is a user's or a host's. */
  readonly type: CertificateType
  /** Whose it is: users' or hosts' names, at least one. */
  readonly principals: readonly string[]
  /** For logs: who got it, and why. */
  readonly keyID: string
  /** A number, up to 2^64 − 1; 0 where absent. */
  readonly serial?: bigint
  /** From when on it is valid. */
  readonly validAfter: Date
  /** Until when; `'forever'` is asked for by name. */
  readonly validBefore: Date | 'forever'
  /** What is run, whatever the user asks for. */
  readonly forceCommand?: string
  /** Addresses and CIDR blocks that the user may come from. */
  readonly sourceAddresses?: readonly string[]
  /** Whether the user's security key has to verify them, by PIN or fingerprint. */
  readonly verifyRequired?: boolean
  /** Whether the user's security key has to be touched; true where absent. */
  readonly touchRequired?: boolean
  /** What the user may do; all five where absent, as ssh-keygen has it. */
  readonly permissions?: readonly Permission[]
  /** Critical options of your own: their data by name, which ends in `@` and your domain. */
  readonly criticalOptions?: Readonly<Record<string, Uint8Array>>
  /** Extensions of your own, likewise. */
  readonly extensions?: Readonly<Record<string, Uint8Array>>
  /** The source of the nonce's 32 bytes: `systemRandom` of core. */
  readonly random: Random
  /** The algorithm to sign with; the signer's first where absent. */
  readonly algorithm?: string
  /** Gives up waiting for the signer. */
  readonly signal?: AbortSignalLike
}

const NONCE_LENGTH = 32
const FOREVER = 0xffff_ffff_ffff_ffffn

/**
 * Makes a certificate (OpenSSH PROTOCOL.certkeys), as `ssh-keygen -s` does.
 *
 * @param authority signs it: a plain key, wherever it is
 * @returns the certificate, a public key blob
 * @throws SSHError `ARGUMENT` where the request cannot be granted: no principals, options of users for a host, an authority that is a
 *   certificate; `KEY` where a public key blob is none; and what the signer throws
 *
 * @example
 * ```ts
 * import { type Signer, systemRandom } from '@seashell/core'
 * import { signCertificate } from '@seashell/certificates'
 *
 * async function forOneHour(publicKey: Uint8Array, user: string, authority: Signer): Promise<Uint8Array> {
 *   const [validAfter, validBefore] = [new Date(), new Date(Date.now() + 3_600_000)]
 *   const request = { publicKey, type: 'user', principals: [user], keyID: user, validAfter, validBefore, random: systemRandom } as const
 *   return await signCertificate(request, authority)
 * }
 * ```
 */
export async function signCertificate(request: CertificateRequest, authority: Signer): Promise<Uint8Array> {
  const algorithm = request.algorithm ?? authority.algorithms[0]
  if (algorithm === undefined || !authority.algorithms.includes(algorithm)) {
    throw invalidArgument(
      `expected an algorithm of the authority's, ${authority.algorithms.join(', ') || 'which has none'}; got ${algorithm}`,
    )
  }
  if (isCertificateName(formatOf(authority.publicKey))) throw invalidArgument('expected a plain key to sign with; got a certificate')
  const body = writeBody(request, authority.publicKey)
  const signature = await authority.sign(body, algorithm, request.signal === undefined ? {} : { signal: request.signal })
  return new WireWriter(body.length + signature.length + 4).writeBytes(body).writeString(signature).finish()
}

/** Everything up to the signature. */
function writeBody(request: CertificateRequest, signatureKey: Uint8Array): Uint8Array {
  const key = new WireReader(request.publicKey, 'a public key')
  const keyFormat = formatOf(request.publicKey)
  if (isCertificateName(keyFormat)) throw invalidArgument('expected a plain key to certify; got a certificate')
  key.readName()
  const [validAfter, validBefore] = validityOf(request)
  return new WireWriter(1024)
    .writeString(certificateName(keyFormat))
    .writeString(request.random(NONCE_LENGTH))
    .writeBytes(key.readRemaining())
    .writeUint64(request.serial ?? 0n)
    .writeUint32(certificateTypes[request.type])
    .writeString(line(request.keyID))
    .writeString(writePrincipals(request.principals))
    .writeUint64(validAfter)
    .writeUint64(validBefore)
    .writeString(writeFields(criticalOptionsOf(request)))
    .writeString(writeFields(extensionsOf(request)))
    .writeString('')
    .writeString(signatureKey)
    .finish()
}

function validityOf({ validAfter, validBefore }: CertificateRequest): readonly [after: bigint, before: bigint] {
  const after = secondsOf(validAfter)
  const before = validBefore === 'forever' ? FOREVER : secondsOf(validBefore)
  if (after >= before) throw invalidArgument(`expected a certificate to be valid for some time; got one from ${after} to ${before}`)
  return [after, before]
}

function secondsOf(date: Date): bigint {
  const seconds = Math.floor(date.getTime() / 1000)
  if (!Number.isSafeInteger(seconds) || seconds < 0) throw invalidArgument('expected a date since 1970; got another, or an invalid one')
  return BigInt(seconds)
}

function writePrincipals(principals: readonly string[]): Uint8Array {
  // OpenSSH once took a certificate without principals as good for everybody.
  if (principals.length === 0) throw invalidArgument('expected at least one principal; got none')
  const writer = new WireWriter()
  for (const principal of principals) {
    if (principal === '') throw invalidArgument('expected principals with a name; got an empty one')
    writer.writeString(line(principal))
  }
  return writer.finish()
}

type Field = readonly [name: string, data: Uint8Array]

const NO_DATA: Uint8Array = /* @__PURE__ */ new Uint8Array(0)

function criticalOptionsOf(request: CertificateRequest): readonly Field[] {
  const { type, forceCommand, sourceAddresses, verifyRequired = false, criticalOptions = {} } = request
  if (type === 'host' && (forceCommand !== undefined || sourceAddresses !== undefined || verifyRequired)) {
    throw invalidArgument('expected no critical options for a host: there are none that clients understand')
  }
  if (sourceAddresses?.length === 0) throw invalidArgument('expected addresses that the user may come from; got none')
  return withOwn(criticalOptions, [
    ...(forceCommand === undefined ? [] : [[criticalOptionNames.forceCommand, value(forceCommand)] as const]),
    ...(sourceAddresses === undefined ? [] : [[criticalOptionNames.sourceAddress, value(sourceAddresses.join(','))] as const]),
    ...(verifyRequired ? [[criticalOptionNames.verifyRequired, NO_DATA] as const] : []),
  ])
}

function extensionsOf({ type, permissions, touchRequired = true, extensions = {} }: CertificateRequest): readonly Field[] {
  if (type === 'host' && (permissions !== undefined || !touchRequired)) throw invalidArgument('expected no permissions for a host')
  const all = type === 'user' ? (Object.keys(permissionNames) as Permission[]) : []
  return withOwn(extensions, [
    ...[...new Set(permissions ?? all)].map((permission) => [permissionNames[permission], NO_DATA] as const),
    ...(touchRequired ? [] : [[NO_TOUCH_REQUIRED, NO_DATA] as const]),
  ])
}

/** Names without a domain are OpenSSH's to define. */
function withOwn(own: Readonly<Record<string, Uint8Array>>, fields: readonly Field[]): readonly Field[] {
  const wrong = Object.keys(own).find((name) => !/^[^@]+@[^@]+$/.test(name))
  if (wrong !== undefined) throw invalidArgument(`expected options of your own to end in @ and your domain; got ${JSON.stringify(wrong)}`)
  return [...fields, ...Object.entries(own)]
}

function value(text: string): Uint8Array {
  return new WireWriter().writeString(line(text)).finish()
}

function line(text: string): Uint8Array {
  if (text.includes('\0')) throw invalidArgument('expected text without zeros in a certificate; got some')
  return encodeUtf8(text)
}

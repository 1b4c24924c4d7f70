import type { PublicKeyDefinition } from '@seashell/core'
import { equalBytes, invalidArgument, quoteText, WireReader } from '@seashell/core/wire'
import { type Certificate, type CertificateType, formatOf, plainDefinitions } from './certificate.ts'
import { asCertificateError, certificateError } from './errors.ts'
import { certificateName, isCertificateName } from './names.ts'
import { type CertificateOptions, readOptions } from './options.ts'
import { isPrincipal } from './principals.ts'
import { isInAddressList } from './source-address.ts'

/** Whom one trusts to say who is who. */
export interface CertificateTrust {
  /** The types of key there are: a list, or a registry's `publicKeys`. */
  readonly definitions: Iterable<PublicKeyDefinition>
  /** Keys that count no more, as blobs: authorities, certified keys, whole certificates. None where absent. */
  readonly revoked?: readonly Uint8Array[]
  /** The algorithms that an authority may sign with, by name; all of `definitions` that are not insecure where absent. */
  readonly signatureAlgorithms?: readonly string[]
  /** The time; the machine's where absent. */
  readonly now?: Date
}

/** What a certificate must be good for. */
export interface CertificateConstraints extends CertificateTrust {
  /** The public key blobs of the authorities that are trusted. */
  readonly authorities: readonly Uint8Array[]
  /** Whether a user or a host shows it. */
  readonly type: CertificateType
  /** The user's or host's name; of several, any. Hosts' in lower case. */
  readonly principal: string | readonly string[]
  /** The address that the user comes from, in digits. Where absent, certificates with `source-address` are refused. */
  readonly sourceAddress?: string
  /** Critical options of your own, by name, which you check; any other that is not OpenSSH's makes the certificate useless. */
  readonly criticalOptions?: readonly string[]
}

/**
 * Verifies a certificate: its type, that a trusted authority signed it with an algorithm it may use, that nobody revoked it, when and for whom
 * it is valid, and every critical option. A certificate without principals is good for nobody, as in OpenSSH since 10.3, and an authority is
 * a plain key, never a certificate.
 *
 * It says nothing about who shows the certificate: that they signed with its key is proved by the algorithm that {@link certified} makes.
 *
 * @returns what it restricts and permits
 * @throws SSHError `KEY` (fault: peer), saying what is wrong with it
 *
 * @example
 * ```ts
 * import type { PublicKeyDefinition } from '@seashell/core'
 * import { parseCertificate, verifyCertificate } from '@seashell/certificates'
 *
 * async function whatMayAliceDo(blob: Uint8Array, authority: Uint8Array, definitions: readonly PublicKeyDefinition[]): Promise<string> {
 *   const certificate = parseCertificate(blob, definitions)
 *   const options = await verifyCertificate(certificate, { definitions, authorities: [authority], type: 'user', principal: 'alice' })
 *   return options.forceCommand ?? (options.permitPty ? 'anything, in a terminal' : 'anything')
 * }
 * ```
 */
export async function verifyCertificate(certificate: Certificate, constraints: CertificateConstraints): Promise<CertificateOptions> {
  checkType(certificate, constraints)
  checkAuthority(certificate, constraints)
  checkValidity(certificate, constraints.now ?? new Date())
  checkPrincipals(certificate, constraints.principal)
  const options = readOptions(certificate, constraints.criticalOptions ?? [])
  checkSourceAddress(options, constraints.sourceAddress)
  if (options.verifyRequired) checkVerifiesUsers(certificate, constraints)
  await checkSignature(certificate, constraints)
  return options
}

function checkType({ type: found }: Certificate, { type }: CertificateConstraints): void {
  if (found !== type) throw certificateError(`expected a ${type} certificate; found a ${found} certificate`)
}

function checkAuthority({ blob, publicKey, signatureKey }: Certificate, { authorities, revoked = [] }: CertificateConstraints): void {
  const format = formatOf(signatureKey)
  if (isCertificateName(format))
    throw certificateError(`expected a certificate signed by a plain key; found one signed by a certificate, ${format}`)
  if (!includesBytes(authorities, signatureKey))
    throw certificateError('expected a certificate by a trusted authority; found one by another')
  if (includesBytes(revoked, signatureKey)) throw certificateError('the authority that signed the certificate is revoked')
  if (includesBytes(revoked, publicKey) || includesBytes(revoked, blob)) throw certificateError('the certificate, or its key, is revoked')
}

function checkValidity({ validAfter, validBefore }: Certificate, now: Date): void {
  const seconds = Math.floor(now.getTime() / 1000)
  if (!Number.isSafeInteger(seconds)) throw invalidArgument('expected a date; got an invalid one')
  if (seconds < validAfter)
    throw certificateError(`expected a certificate that is valid; found one that will be in ${validAfter - BigInt(seconds)} s`)
  if (seconds >= validBefore)
    throw certificateError(`expected a certificate that is valid; found one that expired ${BigInt(seconds) - validBefore} s ago`)
}

function checkPrincipals({ type, principals }: Certificate, principal: CertificateConstraints['principal']): void {
  if (principals.length === 0) throw certificateError(`expected a ${type} certificate that names somebody; found one without principals`)
  const names = typeof principal === 'string' ? [principal] : principal
  if (names.some((name) => principals.some((pattern) => isPrincipal(type, pattern, name)))) return
  throw certificateError(`expected a certificate for ${quote(names)}; found one for ${quote(principals)}`)
}

function checkSourceAddress({ sourceAddress: list }: CertificateOptions, address: string | undefined): void {
  if (list === undefined || (address !== undefined && isInAddressList(address, list))) return
  throw certificateError(
    `expected a certificate that may be used from ${address ?? 'an unknown address'}; found one for ${quoteText(list)}`,
  )
}

function checkVerifiesUsers({ keyFormat }: Certificate, { definitions }: CertificateConstraints): void {
  const able = [...definitions].some((definition) => isOf(definition, keyFormat) && definition.withPolicy !== undefined)
  if (!able) throw certificateError(`expected a certificate with verify-required for a security key; found one of format ${keyFormat}`)
}

function isOf({ keyFormat }: PublicKeyDefinition, format: string): boolean {
  return !isCertificateName(keyFormat) && certificateName(keyFormat) === format
}

async function checkSignature(certificate: Certificate, { definitions, signatureAlgorithms }: CertificateConstraints): Promise<void> {
  const { signatureKey, signedData, signature } = certificate
  const [keyFormat, signatureFormat] = [formatOf(signatureKey), signatureFormatOf(signature)]
  const definition = plainDefinitions(definitions).find(
    (known) => known.keyFormat === keyFormat && known.signatureFormat === signatureFormat,
  )
  const allowed = definition !== undefined && (signatureAlgorithms?.includes(definition.name) ?? definition.insecure === undefined)
  if (!allowed) {
    throw certificateError(
      `expected a certificate signed with an algorithm that we allow; found ${signatureFormat} with a key of format ${keyFormat}`,
    )
  }
  if (!(await definition.verify(signatureKey, signedData, signature))) throw certificateError('the signature of the authority is wrong')
}

function signatureFormatOf(signature: Uint8Array): string {
  return asCertificateError(() => new WireReader(signature, 'the signature of a certificate').readName())
}

function includesBytes(list: readonly Uint8Array[], bytes: Uint8Array): boolean {
  return list.some((item) => equalBytes(item, bytes))
}

/** Names are the peer's own text: no control character of it goes into a message. */
function quote(names: readonly string[]): string {
  const shown = names.slice(0, 8).map((name) => quoteText(name.slice(0, 64)))
  return shown.join(', ') + (names.length > shown.length ? ', …' : '')
}

import { equalBytes } from '@seashell/core/wire'
import { type Certificate, parseCertificate } from './certificate.ts'
import { certificateError } from './errors.ts'
import type { CertificateOptions } from './options.ts'
import { type CertificateConstraints, type CertificateTrust, verifyCertificate } from './verify.ts'

/** What the options of an authorized key say about certificates by it: as much of `AuthorizedKeyOptions` of `@seashell/keys` as counts here. */
export interface AuthorityOptions extends Omit<CertificateOptions, 'forceCommand' | 'sourceAddress'> {
  /** Whether the key signs certificates. */
  readonly certAuthority: boolean
  /** Names of which a certificate must have one, in place of the user's. */
  readonly principals?: readonly string[]
  /** What is run, whatever was asked for. */
  readonly command?: string
}

/** A line of authorized_keys, as far as certificates need it: an entry of `parseAuthorizedKeys` of `@seashell/keys`. */
export interface AuthorityLine {
  /** Its key. */
  readonly publicKey: Uint8Array
  /** Its options. */
  readonly options: AuthorityOptions
}

/** What {@link verifyUserCertificate} works with. */
export interface UserCertificateOptions<Line extends AuthorityLine>
  extends CertificateTrust, Pick<CertificateConstraints, 'sourceAddress' | 'criticalOptions'> {
  /** Who wants to log in. */
  readonly user: string
  /** The lines of the user's authorized_keys; those with `cert-authority` count, in order. */
  readonly lines: readonly Line[]
}

/** A certificate that may log a user in. */
export interface VerifiedUserCertificate<Line extends AuthorityLine> {
  /** The certificate. */
  readonly certificate: Certificate
  /** The line of its authority. What else it says, `from` and `expiry-time`, is for you to check. */
  readonly line: Line
  /** What certificate and line permit both, and restrict together. */
  readonly options: CertificateOptions
}

/**
 * Verifies a user's certificate against authorized_keys (sshd(8), AUTHORIZED_KEYS FILE FORMAT, `cert-authority`): for the `publicKey` handler
 * of a server, where the key that the user shows {@link isCertificate}. An authority of all users, sshd's TrustedUserCAKeys, goes to
 * {@link verifyCertificate} instead.
 *
 * The handler's answer has to carry `signaturePolicy`, so that a security key is held to what is required of it.
 *
 * @throws SSHError `KEY` (fault: peer), saying what is wrong with it
 *
 * @example
 * ```ts
 * import { isSSHError, type PublicKeyDefinition } from '@seashell/core'
 * import { type AuthorityLine, verifyUserCertificate } from '@seashell/certificates'
 *
 * async function judge(user: string, sourceAddress: string, publicKey: Uint8Array, lines: AuthorityLine[], definitions: PublicKeyDefinition[]) {
 *   try {
 *     const { options } = await verifyUserCertificate(publicKey, { user, lines, definitions, sourceAddress })
 *     const { touchRequired, verifyRequired } = options
 *     return { accept: true, details: options, signaturePolicy: { touchRequired, verifyRequired } }
 *   } catch (error) {
 *     if (isSSHError(error) && error.fault === 'peer') return false // a refusal, and no error of this program
 *     throw error
 *   }
 * }
 * ```
 */
export async function verifyUserCertificate<Line extends AuthorityLine>(
  publicKey: Uint8Array,
  { user, lines, ...constraints }: UserCertificateOptions<Line>,
): Promise<VerifiedUserCertificate<Line>> {
  const certificate = parseCertificate(publicKey, constraints.definitions)
  const candidates = lines.filter((line) => line.options.certAuthority && equalBytes(line.publicKey, certificate.signatureKey))
  let refusal: unknown = certificateError('expected a certificate by an authority of the user; found one by another')
  for (const line of candidates) {
    try {
      const principal = line.options.principals ?? user
      const options = await verifyCertificate(certificate, { ...constraints, authorities: [line.publicKey], type: 'user', principal })
      return { certificate, line, options: merge(options, line.options) }
    } catch (error) {
      refusal = error
    }
  }
  throw refusal
}

/** Both bind: what is permitted needs both, what is required needs one. */
function merge(certificate: CertificateOptions, line: AuthorityOptions): CertificateOptions {
  const forceCommand = certificate.forceCommand ?? line.command
  if (line.command !== undefined && forceCommand !== line.command) {
    throw certificateError('expected one command to be forced; found one in the certificate and another in the line of its authority')
  }
  return {
    ...certificate,
    ...(forceCommand !== undefined && { forceCommand }),
    verifyRequired: certificate.verifyRequired || line.verifyRequired,
    touchRequired: certificate.touchRequired || line.touchRequired,
    permitAgentForwarding: certificate.permitAgentForwarding && line.permitAgentForwarding,
    permitPortForwarding: certificate.permitPortForwarding && line.permitPortForwarding,
    permitPty: certificate.permitPty && line.permitPty,
    permitUserRc: certificate.permitUserRc && line.permitUserRc,
    permitX11Forwarding: certificate.permitX11Forwarding && line.permitX11Forwarding,
  }
}

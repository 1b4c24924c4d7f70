import { type Certificate, parseCertificate } from './certificate.ts'
import { type CertificateTrust, verifyCertificate } from './verify.ts'

/** A line of known_hosts, as far as certificates need it: what `KnownHosts.find` of `@seashell/keys` returns. */
export interface KnownHostLine {
  /** Its marker. Lines without one are about plain keys. */
  readonly marker?: 'cert-authority' | 'revoked'
  /** Its key. */
  readonly publicKey: Uint8Array
}

/** What {@link verifyHostCertificate} works with. */
export interface HostCertificateOptions extends CertificateTrust {
  /** The host's name, or its address, as the user gave it: what the certificate has to name. */
  readonly host: string
  /** The lines of known_hosts about the host: of those, @cert-authority are trusted and @revoked are not. */
  readonly lines: readonly KnownHostLine[]
}

/**
 * Verifies a host's certificate against known_hosts (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT): for `verifyHostKey` of a client, where the key
 * that the host showed {@link isCertificate}.
 *
 * @param hostKey the certificate
 * @returns the certificate
 * @throws SSHError `KEY` (fault: peer), saying what is wrong with it
 *
 * @example
 * ```ts
 * import type { ClientTransportOptions, PublicKeyDefinition } from '@seashell/core'
 * import { isCertificate, type KnownHostLine, verifyHostCertificate } from '@seashell/certificates'
 *
 * interface KnownHosts {
 *   find(host: string, port: number): readonly KnownHostLine[]
 *   check(host: string, port: number, publicKey: Uint8Array): { readonly status: string }
 * }
 *
 * function verifierFor(host: string, port: number, knownHosts: KnownHosts, definitions: readonly PublicKeyDefinition[]) {
 *   const verifyHostKey: ClientTransportOptions['verifyHostKey'] = async (hostKey) => {
 *     if (!isCertificate(hostKey)) return knownHosts.check(host, port, hostKey).status === 'ok'
 *     await verifyHostCertificate(hostKey, { host, lines: knownHosts.find(host, port), definitions })
 *     return true
 *   }
 *   return verifyHostKey
 * }
 * ```
 */
export async function verifyHostCertificate(hostKey: Uint8Array, options: HostCertificateOptions): Promise<Certificate> {
  const { host, lines, revoked = [], ...trust } = options
  const marked = (marker: KnownHostLine['marker']): Uint8Array[] =>
    lines.filter((line) => line.marker === marker).map(({ publicKey }) => publicKey)
  const certificate = parseCertificate(hostKey, trust.definitions)
  await verifyCertificate(certificate, {
    ...trust,
    authorities: marked('cert-authority'),
    revoked: [...revoked, ...marked('revoked')],
    type: 'host',
    principal: host.toLowerCase(),
  })
  return certificate
}

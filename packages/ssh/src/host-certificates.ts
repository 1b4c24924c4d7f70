import { type Certificate, parseCertificate, verifyHostCertificate } from '@seashell/certificates'
import { isSSHError, type PublicKeyDefinition } from '@seashell/core'
import { equalBytes } from '@seashell/core/wire'
import type { KnownHost } from '@seashell/keys'

/** What a host's certificate comes to. */
export interface CertificateVerdict {
  /** `good`: an authority of the host vouches for it. `revoked`: nothing else counts. `plain`: as good as the key in it, as with OpenSSH. */
  readonly status: 'good' | 'revoked' | 'plain'
  /** The plain public key blob of the key that it certifies. */
  readonly publicKey: Uint8Array
}

/**
 * What known_hosts says about a host's certificate (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT).
 *
 * @param blob the certificate
 * @param lines the lines of known_hosts about the host
 * @param definitions the types of key there are
 * @throws SSHError `KEY` where it is no certificate for such a key
 */
export async function checkHostCertificate(
  blob: Uint8Array,
  host: string,
  lines: readonly KnownHost[],
  definitions: Iterable<PublicKeyDefinition>,
): Promise<CertificateVerdict> {
  const certificate = parseCertificate(blob, definitions)
  const { publicKey } = certificate
  if (isRevoked(certificate, lines)) return { status: 'revoked', publicKey }
  try {
    await verifyHostCertificate(blob, { host, lines, definitions })
    return { status: 'good', publicKey }
  } catch (error) {
    // Expired, for another host, or by an authority that is a stranger's: a known key in it is known all the same.
    if (isSSHError(error) && error.code === 'KEY') return { status: 'plain', publicKey }
    throw error
  }
}

function isRevoked({ blob, publicKey, signatureKey }: Certificate, lines: readonly KnownHost[]): boolean {
  const revoked = lines.filter(({ marker }) => marker === 'revoked')
  return revoked.some((line) => [blob, publicKey, signatureKey].some((key) => equalBytes(key, line.publicKey)))
}

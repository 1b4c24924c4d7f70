import { isSSHError, type PublicKeyDefinition } from '@seashell/core'
import { type AuthorityLine, type CertificateOptions, verifyUserCertificate } from '@seashell/certificates'

interface Login {
  user: string
  sourceAddress: string
  lines: AuthorityLine[] // of the user's authorized_keys
  definitions: PublicKeyDefinition[] // those that are certified
}

/** What the `publicKey` handler answers about a certificate. What is not to be trusted is refused, and only what went wrong here is thrown. */
export async function judge(certificate: Uint8Array, login: Login) {
  let options: CertificateOptions
  try {
    options = (await verifyUserCertificate(certificate, login)).options
  } catch (error) {
    if (isSSHError(error) && error.fault === 'peer') return false
    throw error
  }
  const { touchRequired, verifyRequired } = options
  return { accept: true, details: options, signaturePolicy: { touchRequired, verifyRequired } } as const
}

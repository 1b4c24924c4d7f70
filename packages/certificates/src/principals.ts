import { matchesPattern } from '@seashell/core/wire'
import type { CertificateType } from './certificate.ts'

/**
 * Whether a principal of a certificate is that name: letter by letter for users; for hosts it may be a pattern with `*` for any characters and
 * `?` for one, as OpenSSH has it.
 */
export function isPrincipal(type: CertificateType, principal: string, name: string): boolean {
  return type === 'user' ? principal === name : matchesPattern(principal, name)
}

import { readFileSync } from 'node:fs'
import { missing } from './missing.ts'

/** An account whose password tests may know. */
export interface TestUser {
  readonly name: string
  readonly password: string
}

/**
 * The account that `.ci/install-peers` creates, for an sshd run by root: no other can check passwords, and root's own is nobody's to set.
 *
 * Password authentication works with and without PAM. Keyboard-interactive needs `pam: true`, for sshd has no other prompt to offer.
 *
 * @returns undefined, said on the console, where there is no such account or this process is not root
 * @throws Error under `CI` in that case
 */
export function findTestUser(): TestUser | undefined {
  const name = 'seashell-test'
  if (process.getuid?.() !== 0) return missing('root, to check passwords,')
  if (!new RegExp(`^${name}:`, 'm').test(readFileSync('/etc/passwd', 'utf8'))) return missing(`the account ${name}`)
  return { name, password: 'seashell-test-password' }
}

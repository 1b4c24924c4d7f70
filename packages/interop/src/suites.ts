import { describe, expect, test } from 'vitest'
import { findOpenSSH, type OpenSSH } from './peers.ts'

/**
 * The OpenSSHs for `describe.each` of a test file that tests nothing without one. Where there is none, the file has a suite that is skipped
 * and says so, in place of none at all, which would be an error.
 *
 * @throws Error as {@link findOpenSSH} does
 */
export function openSSHsToTest(): readonly OpenSSH[] {
  const peers = findOpenSSH()
  describe.skipIf(peers.length === 0)('OpenSSH', () => {
    test('is on this machine', () => expect(peers).not.toHaveLength(0))
  })
  return peers
}

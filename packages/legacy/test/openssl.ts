import { spawnSync } from 'node:child_process'
import { hasProgram, toHex } from '@seashell/test-support'

/** Whether there is a real openssl to test against. */
export const hasOpenSSL: boolean = hasProgram('openssl', 'version')

/**
 * Encrypts with OpenSSL's legacy provider, without padding.
 *
 * @param cipher for `openssl enc`: `bf-cbc`, `cast5-cbc`, `rc4`
 */
export function opensslEncrypt(cipher: string, key: Uint8Array, iv: Uint8Array | undefined, plaintext: Uint8Array): Uint8Array {
  const args = ['enc', '-provider', 'legacy', '-provider', 'default', `-${cipher}`, '-nopad', '-K', toHex(key)]
  const { status, stdout, stderr, error } = spawnSync('openssl', iv === undefined ? args : [...args, '-iv', toHex(iv)], {
    input: plaintext,
    timeout: 20_000,
  })
  if (status !== 0) throw new Error(`openssl enc -${cipher}: ${error?.message ?? stderr.toString()}`)
  return new Uint8Array(stdout)
}

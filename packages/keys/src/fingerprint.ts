import { sha256 } from '@noble/hashes/sha2.js'
import { base64nopad } from '@scure/base'

/**
 * The fingerprint of a public key as OpenSSH shows it: `SHA256:` and the hash of the blob in base64 without padding.
 *
 * @param publicKey the public key blob
 *
 * @example
 * ```ts
 * import { fingerprint } from '@seashell/keys'
 *
 * fingerprint(new Uint8Array()) // 'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU'
 * ```
 */
export function fingerprint(publicKey: Uint8Array): string {
  return `SHA256:${base64nopad.encode(sha256(publicKey))}`
}

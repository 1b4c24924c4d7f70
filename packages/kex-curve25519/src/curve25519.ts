import { x25519 } from '@noble/curves/ed25519.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { KemKeyExchangeDefinition } from '@seashell/core'
import { defineMontgomery } from './montgomery.ts'

/**
 * curve25519-sha256 (RFC 8731): X25519 with SHA-256.
 *
 * Public key and ciphertext have 32 bytes, the private key 32, the shared secret 32, which count as a big-endian number (RFC 8731 §3.1).
 * Another length, or a point of low order, is refused: SSHError `KEY_EXCHANGE`, fault 'peer'.
 *
 * @example
 * ```ts
 * import { curve25519Sha256 } from '@seashell/kex-curve25519'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const client = await curve25519Sha256.generate(random)
 * const server = await curve25519Sha256.encapsulate(client.publicKey, random)
 * const secret = await curve25519Sha256.decapsulate(client.privateKey, server.ciphertext) // equals server.sharedSecret
 * ```
 */
export const curve25519Sha256: KemKeyExchangeDefinition = /* @__PURE__ */ defineCurve25519('curve25519-sha256')

/** curve25519-sha256@libssh.org: the same method under the name it had before RFC 8731 (its §1). */
export const curve25519Sha256LibSSH: KemKeyExchangeDefinition = /* @__PURE__ */ defineCurve25519('curve25519-sha256@libssh.org')

/** Both names, most preferred first. */
export const curve25519KeyExchanges: readonly KemKeyExchangeDefinition[] = /* @__PURE__ */ Object.freeze([
  curve25519Sha256,
  curve25519Sha256LibSSH,
])

function defineCurve25519(name: string): KemKeyExchangeDefinition {
  return defineMontgomery({ name, curve: x25519, curveName: 'X25519', keyLength: 32, hash: sha256 })
}

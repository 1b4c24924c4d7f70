import { x448 } from '@noble/curves/ed448.js'
import { sha512 } from '@noble/hashes/sha2.js'
import type { KemKeyExchangeDefinition } from '@seashell/core'
import { defineMontgomery } from './montgomery.ts'

/**
 * curve448-sha512 (RFC 8731): X448 with SHA-512.
 *
 * Public key and ciphertext have 56 bytes, the private key 56, the shared secret 56, which count as a big-endian number (RFC 8731 §3.1).
 * Another length, or a point of low order, is refused: SSHError `KEY_EXCHANGE`, fault 'peer'.
 */
export const curve448Sha512: KemKeyExchangeDefinition = /* @__PURE__ */ defineMontgomery({
  name: 'curve448-sha512',
  curve: x448,
  curveName: 'X448',
  keyLength: 56,
  hash: sha512,
})

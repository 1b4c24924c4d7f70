import { sha256, sha512 } from '@noble/hashes/sha2.js'
import type { KemKeyExchangeDefinition } from '@seashell/core'
import { defineDiffieHellman } from './diffie-hellman.ts'
import { modpGroup14, modpGroup16 } from './groups.ts'

/**
 * diffie-hellman-group16-sha512 (RFC 8268 §3): the 4096-bit group of RFC 3526 §5 with SHA-512. Public key, ciphertext and shared secret
 * are numbers of 512 bytes, leading zeros included.
 */
export const dhGroup16Sha512: KemKeyExchangeDefinition = /* @__PURE__ */ defineDiffieHellman({
  name: 'diffie-hellman-group16-sha512',
  group: modpGroup16,
  hash: sha512,
})

/**
 * diffie-hellman-group14-sha256 (RFC 8268 §3): the 2048-bit group of RFC 3526 §3 with SHA-256. Public key, ciphertext and shared secret
 * are numbers of 256 bytes, leading zeros included.
 */
export const dhGroup14Sha256: KemKeyExchangeDefinition = /* @__PURE__ */ defineDiffieHellman({
  name: 'diffie-hellman-group14-sha256',
  group: modpGroup14,
  hash: sha256,
})

/** All of this package, most preferred first: the larger group resists longer, and an exchange is rare. */
export const dhKeyExchanges: readonly KemKeyExchangeDefinition[] = /* @__PURE__ */ Object.freeze([dhGroup16Sha512, dhGroup14Sha256])

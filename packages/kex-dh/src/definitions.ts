import { sha256, sha512 } from '@noble/hashes/sha2.js'
import type { KemKeyExchangeDefinition } from '@seashell/core'
import { defineDiffieHellman } from './diffie-hellman.ts'
import { modpGroup14, modpGroup15, modpGroup16, modpGroup17, modpGroup18 } from './groups.ts'

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
 * diffie-hellman-group18-sha512 (RFC 8268 §3): the 8192-bit group of RFC 3526 §7 with SHA-512. Public key, ciphertext and shared secret
 * are numbers of 1024 bytes, leading zeros included.
 */
export const dhGroup18Sha512: KemKeyExchangeDefinition = /* @__PURE__ */ defineDiffieHellman({
  name: 'diffie-hellman-group18-sha512',
  group: modpGroup18,
  hash: sha512,
})

/**
 * diffie-hellman-group17-sha512 (RFC 8268 §3): the 6144-bit group of RFC 3526 §6 with SHA-512. Public key, ciphertext and shared secret
 * are numbers of 768 bytes, leading zeros included.
 */
export const dhGroup17Sha512: KemKeyExchangeDefinition = /* @__PURE__ */ defineDiffieHellman({
  name: 'diffie-hellman-group17-sha512',
  group: modpGroup17,
  hash: sha512,
})

/**
 * diffie-hellman-group15-sha512 (RFC 8268 §3): the 3072-bit group of RFC 3526 §4 with SHA-512. Public key, ciphertext and shared secret
 * are numbers of 384 bytes, leading zeros included.
 */
export const dhGroup15Sha512: KemKeyExchangeDefinition = /* @__PURE__ */ defineDiffieHellman({
  name: 'diffie-hellman-group15-sha512',
  group: modpGroup15,
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

/**
 * All of this package with a fixed group, most preferred first: group 16 is strong enough, and in groups 17 and 18 an exchange takes three and
 * five times as long.
 */
export const dhKeyExchanges: readonly KemKeyExchangeDefinition[] = /* @__PURE__ */ Object.freeze([
  dhGroup16Sha512,
  dhGroup18Sha512,
  dhGroup17Sha512,
  dhGroup15Sha512,
  dhGroup14Sha256,
])

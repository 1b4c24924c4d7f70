import { sha1 } from '@noble/hashes/legacy.js'
import type { MacDefinition } from '@seashell/core'
import { defineHmac } from './hmac.ts'

/**
 * `hmac-sha1-etm@openssh.com` (OpenSSH PROTOCOL §1.5): HMAC-SHA-1 over the ciphertext. Key and tag of 20 bytes.
 *
 * SHA-1's collisions do not touch HMAC, which needs less of its hash; but nobody needs SHA-1 who has SHA-2.
 */
export const hmacSha1Etm: MacDefinition = /* @__PURE__ */ defineHmac({
  name: 'hmac-sha1-etm@openssh.com',
  hash: sha1,
  encryptThenMac: true,
})

/** `hmac-sha1` (RFC 4253 §6.4): HMAC-SHA-1 over the plaintext. Key and tag of 20 bytes. */
export const hmacSha1: MacDefinition = /* @__PURE__ */ defineHmac({ name: 'hmac-sha1', hash: sha1, encryptThenMac: false })

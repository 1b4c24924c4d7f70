import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js'
import type { MacDefinition } from '@seashell/core'
import { defineHmac } from './hmac.ts'

/** `hmac-sha2-512-etm@openssh.com` (OpenSSH PROTOCOL §1.5): HMAC-SHA-512 over the ciphertext. Key and tag of 64 bytes. */
export const hmacSha512Etm: MacDefinition = /* @__PURE__ */ defineHmac({
  name: 'hmac-sha2-512-etm@openssh.com',
  hash: sha512,
  encryptThenMac: true,
})

/** `hmac-sha2-256-etm@openssh.com` (OpenSSH PROTOCOL §1.5): HMAC-SHA-256 over the ciphertext. Key and tag of 32 bytes. */
export const hmacSha256Etm: MacDefinition = /* @__PURE__ */ defineHmac({
  name: 'hmac-sha2-256-etm@openssh.com',
  hash: sha256,
  encryptThenMac: true,
})

/** `hmac-sha2-512` (RFC 6668 §2): HMAC-SHA-512 over the plaintext. Key and tag of 64 bytes. */
export const hmacSha512: MacDefinition = /* @__PURE__ */ defineHmac({ name: 'hmac-sha2-512', hash: sha512, encryptThenMac: false })

/** `hmac-sha2-384`, which Twisted Conch has and no document: HMAC-SHA-384 over the plaintext. Key and tag of 48 bytes. */
export const hmacSha384: MacDefinition = /* @__PURE__ */ defineHmac({ name: 'hmac-sha2-384', hash: sha384, encryptThenMac: false })

/** `hmac-sha2-256` (RFC 6668 §2): HMAC-SHA-256 over the plaintext. Key and tag of 32 bytes. */
export const hmacSha256: MacDefinition = /* @__PURE__ */ defineHmac({ name: 'hmac-sha2-256', hash: sha256, encryptThenMac: false })

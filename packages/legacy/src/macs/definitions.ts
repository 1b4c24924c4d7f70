import { md5, ripemd160, sha1 } from '@noble/hashes/legacy.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import type { MacDefinition } from '@seashell/core'
import { defineHmac } from '@seashell/mac-hmac'

const MD5 = 'MD5 is broken: HMAC with it has no known forgery, and no margin either'
const SHORT = 'a tag of 12 bytes can be guessed with a chance that SHA-1 alone would not give'
const SHORT_SHA2 = 'a tag of 12 bytes can be guessed with a chance that SHA-2 alone would not give, and RFC 6668 dropped the name for it'
const RIPEMD = 'RIPEMD-160 has had few eyes on it, and OpenSSH dropped it in 7.6: who has it has SHA-2 as well'

/** `hmac-sha1-96-etm@openssh.com` (OpenSSH PROTOCOL §1.5): HMAC-SHA-1 over the ciphertext. Key of 20 bytes, tag of 12. */
export const hmacSha1_96Etm: MacDefinition = /* @__PURE__ */ defineHmac({
  name: 'hmac-sha1-96-etm@openssh.com',
  hash: sha1,
  macLength: 12,
  encryptThenMac: true,
  insecure: SHORT,
})

/** `hmac-sha1-96` (RFC 4253 §6.4): HMAC-SHA-1 over the plaintext. Key of 20 bytes, tag of 12. */
export const hmacSha1_96: MacDefinition = /* @__PURE__ */ defineHmac({
  name: 'hmac-sha1-96',
  hash: sha1,
  macLength: 12,
  encryptThenMac: false,
  insecure: SHORT,
})

/** `hmac-md5-etm@openssh.com` (OpenSSH PROTOCOL §1.5): HMAC-MD5 over the ciphertext. Key and tag of 16 bytes. */
export const hmacMd5Etm: MacDefinition = /* @__PURE__ */ defineHmac({
  name: 'hmac-md5-etm@openssh.com',
  hash: md5,
  encryptThenMac: true,
  insecure: MD5,
})

/** `hmac-md5` (RFC 4253 §6.4): HMAC-MD5 over the plaintext. Key and tag of 16 bytes. */
export const hmacMd5: MacDefinition = /* @__PURE__ */ defineHmac({
  name: 'hmac-md5',
  hash: md5,
  encryptThenMac: false,
  insecure: MD5,
})

/** `hmac-md5-96-etm@openssh.com` (OpenSSH PROTOCOL §1.5): HMAC-MD5 over the ciphertext. Key of 16 bytes, tag of 12. */
export const hmacMd5_96Etm: MacDefinition = /* @__PURE__ */ defineHmac({
  name: 'hmac-md5-96-etm@openssh.com',
  hash: md5,
  macLength: 12,
  encryptThenMac: true,
  insecure: MD5,
})

/** `hmac-md5-96` (RFC 4253 §6.4): HMAC-MD5 over the plaintext. Key of 16 bytes, tag of 12. */
export const hmacMd5_96: MacDefinition = /* @__PURE__ */ defineHmac({
  name: 'hmac-md5-96',
  hash: md5,
  macLength: 12,
  encryptThenMac: false,
  insecure: MD5,
})

/** `hmac-sha2-512-96` (a draft of RFC 6668): HMAC-SHA-512 over the plaintext. Key of 64 bytes, tag of 12. */
export const hmacSha512_96: MacDefinition = /* @__PURE__ */ defineHmac({
  name: 'hmac-sha2-512-96',
  hash: sha512,
  macLength: 12,
  encryptThenMac: false,
  insecure: SHORT_SHA2,
})

/** `hmac-sha2-256-96` (a draft of RFC 6668): HMAC-SHA-256 over the plaintext. Key of 32 bytes, tag of 12. */
export const hmacSha256_96: MacDefinition = /* @__PURE__ */ defineHmac({
  name: 'hmac-sha2-256-96',
  hash: sha256,
  macLength: 12,
  encryptThenMac: false,
  insecure: SHORT_SHA2,
})

/** `hmac-ripemd160` (OpenSSH until 7.5): HMAC-RIPEMD-160 over the plaintext. Key and tag of 20 bytes. */
export const hmacRipemd160: MacDefinition = /* @__PURE__ */ defineHmac({
  name: 'hmac-ripemd160',
  hash: ripemd160,
  encryptThenMac: false,
  insecure: RIPEMD,
})

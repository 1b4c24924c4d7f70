/**
 * HMAC for SSH, with SHA-2 (RFC 6668) and SHA-1 (RFC 4253), over the plaintext and, as OpenSSH's `-etm`, over the ciphertext.
 *
 * @example
 * ```ts
 * import { AlgorithmRegistry } from '@seashell/core'
 * import { hmacMACs } from '@seashell/mac-hmac'
 *
 * const algorithms = new AlgorithmRegistry(hmacMACs)
 * ```
 *
 * @module
 */
import type { MacDefinition } from '@seashell/core'
import { hmacSha1, hmacSha1Etm } from './hmac-sha1.ts'
import { hmacSha256, hmacSha256Etm, hmacSha384, hmacSha512, hmacSha512Etm } from './hmac-sha2.ts'

export { defineHmac } from './hmac.ts'
export type { HmacOptions } from './hmac.ts'
export { hmacSha1, hmacSha1Etm }
export { hmacSha256, hmacSha256Etm, hmacSha384, hmacSha512, hmacSha512Etm }

/**
 * All of them but hmac-sha2-384, which one peer alone has: SHA-2 before SHA-1; encrypt-then-MAC first; SHA-256 before SHA-512, which is no safer here and slower in JavaScript.
 */
export const hmacMACs: readonly MacDefinition[] = /* @__PURE__ */ Object.freeze([
  hmacSha256Etm,
  hmacSha512Etm,
  hmacSha256,
  hmacSha512,
  hmacSha1Etm,
  hmacSha1,
])

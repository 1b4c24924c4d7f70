/**
 * HMAC with SHA-2 for SSH (RFC 6668), over the plaintext and, as OpenSSH's `-etm`, over the ciphertext.
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
import { hmacSha256, hmacSha256Etm, hmacSha512, hmacSha512Etm } from './hmac-sha2.ts'

export { defineHmac } from './hmac.ts'
export type { HmacOptions } from './hmac.ts'
export { hmacSha256, hmacSha256Etm, hmacSha512, hmacSha512Etm }

/** All of them: encrypt-then-MAC first; SHA-256 before SHA-512, which is no safer here and slower in JavaScript. */
export const hmacMACs: readonly MacDefinition[] = /* @__PURE__ */ Object.freeze([hmacSha256Etm, hmacSha512Etm, hmacSha256, hmacSha512])

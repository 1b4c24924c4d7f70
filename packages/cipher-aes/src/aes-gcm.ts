import type { AeadCipherDefinition } from '@seashell/core'
import { aesGcm, type GcmArithmetic } from './packet-gcm.ts'

/**
 * `aes256-gcm@openssh.com`: AEAD_AES_256_GCM of RFC 5647 under OpenSSH's name (PROTOCOL §1.6). Key of 32 bytes, IV of 12, tag of 16.
 */
export const aes256Gcm: AeadCipherDefinition = /* @__PURE__ */ aesGcm('aes256-gcm@openssh.com', 32)

/**
 * `aes128-gcm@openssh.com`: AEAD_AES_128_GCM of RFC 5647 under OpenSSH's name (PROTOCOL §1.6). Key of 16 bytes, IV of 12, tag of 16.
 */
export const aes128Gcm: AeadCipherDefinition = /* @__PURE__ */ aesGcm('aes128-gcm@openssh.com', 16)

/** `aes256-gcm`: the same as {@link aes256Gcm} under a name without a domain, which ssh2 for Node.js has too. */
export const aes256GcmBare: AeadCipherDefinition = /* @__PURE__ */ aesGcm('aes256-gcm', 32)

/** `aes128-gcm`: the same as {@link aes128Gcm} under a name without a domain, which ssh2 for Node.js has too. */
export const aes128GcmBare: AeadCipherDefinition = /* @__PURE__ */ aesGcm('aes128-gcm', 16)

/**
 * `AEAD_AES_256_GCM`: the same as {@link aes256Gcm} under RFC 5647's own name, which both sides must agree on as the MAC too (§5.1).
 */
export const aeadAes256Gcm: AeadCipherDefinition = /* @__PURE__ */ aesGcm('AEAD_AES_256_GCM', 32, true)

/**
 * `AEAD_AES_128_GCM`: the same as {@link aes128Gcm} under RFC 5647's own name, which both sides must agree on as the MAC too (§5.1).
 */
export const aeadAes128Gcm: AeadCipherDefinition = /* @__PURE__ */ aesGcm('AEAD_AES_128_GCM', 16, true)

/**
 * AES-GCM under all of its names, over somebody's arithmetic: keys, nonces and refusals are seen to here.
 *
 * @example
 * ```ts
 * import { aesGcmCiphersOver } from '@seashell/cipher-aes'
 * import { AlgorithmRegistry } from '@seashell/core'
 * import { nodeGcm } from '@seashell/node'
 *
 * const algorithms = new AlgorithmRegistry(aesGcmCiphersOver(nodeGcm))
 * ```
 */
export function aesGcmCiphersOver(arithmetic: GcmArithmetic): readonly AeadCipherDefinition[] {
  return Object.freeze(
    [aes256Gcm, aes128Gcm, aeadAes256Gcm, aeadAes128Gcm, aes256GcmBare, aes128GcmBare].map(({ name, keyLength, negotiatesMAC }) =>
      aesGcm(name, keyLength, negotiatesMAC, arithmetic),
    ),
  )
}

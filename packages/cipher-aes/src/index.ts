/**
 * AES for SSH, in counter mode (RFC 4344) and in Galois/counter mode (RFC 5647, under OpenSSH's names).
 *
 * @example
 * ```ts
 * import { aesCiphers } from '@seashell/cipher-aes'
 * import { AlgorithmRegistry } from '@seashell/core'
 *
 * const algorithms = new AlgorithmRegistry(aesCiphers)
 * ```
 *
 * @module
 */
import type { CipherDefinition } from '@seashell/core'
import { aes128Ctr, aes192Ctr, aes256Ctr } from './aes-ctr.ts'
import { aeadAes128Gcm, aeadAes256Gcm, aes128Gcm, aes128GcmBare, aes256Gcm, aes256GcmBare } from './aes-gcm.ts'

export { aeadAes128Gcm, aeadAes256Gcm, aes128Ctr, aes128Gcm, aes128GcmBare, aes192Ctr, aes256Ctr, aes256Gcm, aes256GcmBare }
export { aesGcmCiphersOver } from './aes-gcm.ts'
export { portableGcm } from './packet-gcm.ts'
export type { GcmArithmetic, PacketGcm } from './packet-gcm.ts'

/** All of them but the names by which few peers know what all know by OpenSSH's: the authenticated first, then by length of key. */
export const aesCiphers: readonly CipherDefinition[] = /* @__PURE__ */ Object.freeze([
  aes256Gcm,
  aes128Gcm,
  aes256Ctr,
  aes192Ctr,
  aes128Ctr,
])

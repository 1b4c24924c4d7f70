/**
 * AES-256-GCM-SIV as a cipher for SSH.
 *
 * @example
 * ```ts
 * import { AlgorithmRegistry } from '@seashell/core'
 * import { modern } from '@seashell/presets'
 * import { aes256GcmSiv } from 'ssh-aes-gcm-siv'
 *
 * const algorithms = new AlgorithmRegistry(modern).use(aes256GcmSiv, { first: true })
 * ```
 *
 * @module
 */
export { aes256GcmSiv } from './aes-gcm-siv.ts'

/**
 * AES-GCM for SSH in WebAssembly, and in JavaScript where there is none.
 *
 * @example
 * ```ts
 * import { aesGcmWasm } from '@seashell/cipher-aes-gcm-wasm'
 * import { AlgorithmRegistry } from '@seashell/core'
 *
 * const algorithms = new AlgorithmRegistry(aesGcmWasm)
 * ```
 *
 * @module
 */
export { aesGcmWasm, defineAesGcmWasm } from './aes-gcm-wasm.ts'
export type { AesGcmWasmOptions } from './aes-gcm-wasm.ts'
export type { WebAssemblyLike, WebAssemblyMemoryLike } from './webassembly.ts'

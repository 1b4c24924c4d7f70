/**
 * `chacha20-poly1305@openssh.com` for SSH in WebAssembly, and in JavaScript where there is none.
 *
 * @example
 * ```ts
 * import { chacha20Poly1305Wasm } from '@seashell/cipher-chacha20-poly1305-wasm'
 * import { AlgorithmRegistry } from '@seashell/core'
 *
 * const algorithms = new AlgorithmRegistry(chacha20Poly1305Wasm)
 * ```
 *
 * @module
 */
export { chacha20Poly1305Wasm, defineChacha20Poly1305Wasm } from './chacha20-poly1305-wasm.ts'
export type { WebAssemblyLike, WebAssemblyMemoryLike } from './webassembly.ts'

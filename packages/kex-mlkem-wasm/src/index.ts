/**
 * ML-KEM-768 and X25519 for the hybrids of `@seashell/kex-mlkem`, by libsodium in WebAssembly; in JavaScript where there is none.
 *
 * @example
 * ```ts
 * import { AlgorithmRegistry } from '@seashell/core'
 * import { mlkemKeyExchangesOver } from '@seashell/kex-mlkem'
 * import { libsodiumHybridHalves } from '@seashell/kex-mlkem-wasm'
 *
 * const algorithms = new AlgorithmRegistry(mlkemKeyExchangesOver(libsodiumHybridHalves))
 * ```
 *
 * @module
 */
export { defineLibsodiumHybridHalves, libsodiumHybridHalves } from './halves.ts'
export type { LibsodiumHybridHalves } from './halves.ts'
export type { LibsodiumModule } from './libsodium-module.ts'

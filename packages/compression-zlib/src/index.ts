/**
 * `zlib` (RFC 4253 §6.2) and `zlib@openssh.com`, which waits for authentication.
 *
 * @example
 * ```ts
 * import { zlibCompressions } from '@seashell/compression-zlib'
 * import { AlgorithmRegistry } from '@seashell/core'
 *
 * const algorithms = new AlgorithmRegistry(zlibCompressions)
 * ```
 *
 * @module
 */
import type { CompressionDefinition } from '@seashell/core'
import { zlib, zlibOpenSSH } from './zlib.ts'

export { zlib, zlibOpenSSH }

/** Both; first the one that keeps zlib from peers who have not authenticated. */
export const zlibCompressions: readonly CompressionDefinition[] = /* @__PURE__ */ Object.freeze([zlibOpenSSH, zlib])

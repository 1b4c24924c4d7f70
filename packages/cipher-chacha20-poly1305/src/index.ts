/**
 * `chacha20-poly1305@openssh.com` for SSH.
 *
 * @example
 * ```ts
 * import { chacha20Poly1305 } from '@seashell/cipher-chacha20-poly1305'
 * import { AlgorithmRegistry } from '@seashell/core'
 *
 * const algorithms = new AlgorithmRegistry(chacha20Poly1305)
 * ```
 *
 * @module
 */
import type { CipherDefinition } from '@seashell/core'
import { chacha20Poly1305 } from './chacha20-poly1305.ts'

export { chacha20Poly1305 }

/** All ciphers of this package; there is one. */
export const chachaCiphers: readonly CipherDefinition[] = /* @__PURE__ */ Object.freeze([chacha20Poly1305])

/**
 * UMAC for SSH (RFC 4418, draft-miller-secsh-umac), over the plaintext and, as OpenSSH's `-etm`, over the ciphertext.
 *
 * @example
 * ```ts
 * import { AlgorithmRegistry } from '@seashell/core'
 * import { umacMACs } from '@seashell/mac-umac'
 *
 * const algorithms = new AlgorithmRegistry(umacMACs)
 * ```
 *
 * @module
 */
import type { MacDefinition } from '@seashell/core'
import { umac128, umac128Etm, umac64, umac64Etm } from './definitions.ts'

export { umac128, umac128Etm, umac64, umac64Etm }

/** All of them, in OpenSSH's order: encrypt-then-MAC first, and the shorter tag, which takes half the time, before the longer. */
export const umacMACs: readonly MacDefinition[] = /* @__PURE__ */ Object.freeze([umac64Etm, umac128Etm, umac64, umac128])

import { sha256 } from '@noble/hashes/sha2.js'
import type { ScriptedKeyExchangeDefinition } from '@seashell/core'
import { bigIntArithmetic, type GroupArithmetic } from './arithmetic.ts'
import { defineGroupExchange } from './group-exchange.ts'
import { type DiffieHellmanGroup, modpGroup14, modpGroup15, modpGroup16, modpGroup17, modpGroup18 } from './groups.ts'

/**
 * The groups of RFC 3526 §3 to §7, of 2048 to 8192 bits: for a server without a moduli file. Everybody else may use them too, so that
 * somebody who breaks one has broken many servers at once; a file of one's own avoids that.
 */
export const modpGroups: readonly DiffieHellmanGroup[] = /* @__PURE__ */ Object.freeze([
  modpGroup14,
  modpGroup15,
  modpGroup16,
  modpGroup17,
  modpGroup18,
])

/**
 * diffie-hellman-group-exchange-sha256 (RFC 4419 §4.2) with SHA-256: a client asks for 2048 to 8192 bits, preferably 3072; a server
 * chooses from {@link modpGroups}.
 */
export const dhGroupExchangeSha256: ScriptedKeyExchangeDefinition = /* @__PURE__ */ dhGroupExchangeOver(bigIntArithmetic)

/**
 * {@link dhGroupExchangeSha256}, computed elsewhere: for `override`.
 *
 * @param arithmetic `nodeGroupArithmetic` of `@seashell/node`, for example
 *
 * @example
 * ```ts
 * import { AlgorithmRegistry } from '@seashell/core'
 * import { dhGroupExchangeOver } from '@seashell/kex-dh'
 * import { nodeCrypto, nodeGroupArithmetic } from '@seashell/node'
 * import { compatible } from '@seashell/presets'
 *
 * const algorithms = new AlgorithmRegistry(compatible).override(nodeCrypto).override(dhGroupExchangeOver(nodeGroupArithmetic))
 * ```
 */
export function dhGroupExchangeOver(arithmetic: GroupArithmetic): ScriptedKeyExchangeDefinition {
  return defineGroupExchange({ name: 'diffie-hellman-group-exchange-sha256', hash: sha256, moduli: modpGroups, arithmetic })
}

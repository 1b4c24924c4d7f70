import type { MaybePromise } from '@seashell/core'
import type { DiffieHellmanGroup } from './groups.ts'
import { modularPower } from './modular-power.ts'

/** How to compute in the group that a server has chosen: here, or where it is faster and holds nobody up. */
export interface GroupArithmetic {
  /** Where it comes from, for reports: becomes the definition's `provider`. */
  readonly provider: string
  /**
   * `base` to the power of `exponent`, modulo the group's prime, which is odd and of a size that was asked for, but not known to be prime.
   *
   * @param base between 1 and p−1, both excluded: the generator, or a public value of the peer's
   * @param exponent big-endian, its highest bit set; neither kept nor changed
   * @throws SSHError `KEY_EXCHANGE` where there is no result, or one that is no secret: 0, 1 or p−1
   */
  power(base: bigint, exponent: Uint8Array, group: DiffieHellmanGroup): MaybePromise<bigint>
}

/** On the engine's own numbers. */
export const bigIntArithmetic: GroupArithmetic = /* @__PURE__ */ Object.freeze({
  provider: 'bigint',
  power: (base: bigint, exponent: Uint8Array, { prime }: DiffieHellmanGroup) => modularPower(base, exponent, prime),
})

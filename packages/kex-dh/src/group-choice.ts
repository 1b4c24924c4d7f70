import type { Random } from '@seashell/core'
import { keyExchangeFailed, readUint32 } from '@seashell/core/wire'
import { bitLengthOf } from './group-of.ts'
import type { DiffieHellmanGroup } from './groups.ts'

/** Sizes of p, in bits as RFC 4419 counts them. */
export interface GroupSizes {
  /** The smallest to accept. */
  readonly min: number
  /** What is wanted. */
  readonly preferred: number
  /** The largest to accept. */
  readonly max: number
}

/**
 * The group for a request: the smallest that is as large as preferred, else the largest there is, never outside of `min` and `max` (RFC
 * 4419 §3). Among several of one size chance decides, so that not all connections of the world hang on one prime.
 *
 * @throws SSHError `KEY_EXCHANGE`, fault 'peer', where none fits
 */
export function chooseGroup(
  moduli: readonly DiffieHellmanGroup[],
  { min, preferred, max }: GroupSizes,
  random: Random,
): DiffieHellmanGroup {
  const fitting = moduli.map((group) => ({ group, bits: bitLengthOf(group) })).filter(({ bits }) => bits >= min && bits <= max)
  const sizes = fitting.map(({ bits }) => bits)
  const largeEnough = sizes.filter((bits) => bits >= preferred)
  const size = largeEnough.length > 0 ? Math.min(...largeEnough) : Math.max(...sizes)
  const candidates = fitting.filter(({ bits }) => bits === size)
  const chosen = candidates[readUint32(random(4), 0) % Math.max(candidates.length, 1)]
  if (chosen === undefined) throw keyExchangeFailed(`expected a request for a group that we have; none of ours has ${min} to ${max} bits`)
  return chosen.group
}

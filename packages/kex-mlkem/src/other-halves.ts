import type { KemKeyExchangeDefinition } from '@seashell/core'
import type { HybridHalf } from './half.ts'
import { defineHybrid, type HybridOptions } from './hybrid.ts'
import { mlkem1024nistp384, mlkem768nistp256, mlkem768x25519 } from './portable.ts'

/**
 * Halves that somebody else computes. What is absent stays @noble's, single functions too: a provider may have ML-KEM's `generate` and
 * `decapsulate`, with private keys of its own form and their `privateKeyLength`, and leave `encapsulate`.
 */
export interface OtherHalves {
  /** Whose they are: 'node:crypto', for example. The definitions name it, and then whose the rest is. */
  readonly provider: string
  /** ML-KEM-768 (FIPS 203). */
  readonly mlkem768?: Partial<HybridHalf>
  /** ML-KEM-1024 (FIPS 203). */
  readonly mlkem1024?: Partial<HybridHalf>
  /** X25519 (RFC 7748 §5): all lengths 32 bytes. */
  readonly x25519?: Partial<HybridHalf>
  /** ECDH over NIST P-256 with uncompressed points; the shared secret is the x coordinate, 32 bytes. */
  readonly nistp256?: Partial<HybridHalf>
  /** ECDH over NIST P-384 with uncompressed points; the shared secret is the x coordinate, 48 bytes. */
  readonly nistp384?: Partial<HybridHalf>
}

/**
 * The methods of this package over other halves: the same names, in the same order, the same on the wire; for `registry.override`. Of two that
 * have the same half, or function of a half, the one that comes first computes it.
 *
 * @example
 * ```ts
 * import { AlgorithmRegistry } from '@seashell/core'
 * import { mlkemKeyExchangesOver } from '@seashell/kex-mlkem'
 * import { libsodiumHybridHalves } from '@seashell/kex-mlkem-wasm'
 * import { nodeCrypto, nodeHybridHalves } from '@seashell/node'
 * import { compatible } from '@seashell/presets'
 *
 * const hybrids = mlkemKeyExchangesOver(nodeHybridHalves(), libsodiumHybridHalves)
 * const algorithms = new AlgorithmRegistry(compatible).override(nodeCrypto).override(hybrids)
 * ```
 */
export function mlkemKeyExchangesOver(...halves: readonly OtherHalves[]): readonly KemKeyExchangeDefinition[] {
  return Object.freeze([
    over(mlkem768x25519, 'mlkem768', 'x25519', halves),
    over(mlkem768nistp256, 'mlkem768', 'nistp256', halves),
    over(mlkem1024nistp384, 'mlkem1024', 'nistp384', halves),
  ])
}

type NameOfHalf = Exclude<keyof OtherHalves, 'provider'>

function over(
  options: HybridOptions,
  postQuantum: NameOfHalf,
  classical: NameOfHalf,
  halves: readonly OtherHalves[],
): KemKeyExchangeDefinition {
  const used = halves.filter((each) => each[postQuantum] !== undefined || each[classical] !== undefined)
  return defineHybrid({
    ...options,
    provider: [...used, options].map(({ provider }) => provider).join(', '),
    postQuantum: merge(
      options.postQuantum,
      used.map((each) => each[postQuantum]),
    ),
    classical: merge(
      options.classical,
      used.map((each) => each[classical]),
    ),
  })
}

/** The half of which others, the first of them before the second, may have the whole or a part. */
function merge(portable: HybridHalf, others: readonly (Partial<HybridHalf> | undefined)[]): HybridHalf {
  return Object.assign({}, portable, ...others.toReversed()) as HybridHalf
}

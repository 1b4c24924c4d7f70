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
 * The methods of this package over other halves: the same names, in the same order, the same on the wire; for `registry.override`.
 *
 * @example
 * ```ts
 * import { AlgorithmRegistry } from '@seashell/core'
 * import { mlkemKeyExchangesOver } from '@seashell/kex-mlkem'
 * import { nodeCrypto, nodeHybridHalves } from '@seashell/node'
 * import { compatible } from '@seashell/presets'
 *
 * const algorithms = new AlgorithmRegistry(compatible).override(nodeCrypto).override(mlkemKeyExchangesOver(nodeHybridHalves()))
 * ```
 */
export function mlkemKeyExchangesOver(halves: OtherHalves): readonly KemKeyExchangeDefinition[] {
  const { provider, mlkem768, mlkem1024, x25519, nistp256, nistp384 } = halves
  const over = (options: HybridOptions, postQuantum?: Partial<HybridHalf>, classical?: Partial<HybridHalf>): KemKeyExchangeDefinition =>
    defineHybrid({
      ...options,
      provider: `${provider}, ${options.provider}`,
      postQuantum: { ...options.postQuantum, ...postQuantum },
      classical: { ...options.classical, ...classical },
    })
  return Object.freeze([
    over(mlkem768x25519, mlkem768, x25519),
    over(mlkem768nistp256, mlkem768, nistp256),
    over(mlkem1024nistp384, mlkem1024, nistp384),
  ])
}

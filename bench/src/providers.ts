import { aesGcmWasm, defineAesGcmWasm } from '@seashell/cipher-aes-gcm-wasm'
import { chacha20Poly1305Wasm } from '@seashell/cipher-chacha20-poly1305-wasm'
import type { AlgorithmDefinition } from '@seashell/core'
import { dhGroupExchangeOver } from '@seashell/kex-dh'
import { mlkemKeyExchangesOver } from '@seashell/kex-mlkem'
import { libsodiumHybridHalves } from '@seashell/kex-mlkem-wasm'
import { nodeCrypto, nodeGcm, nodeGroupArithmetic, nodeHybridHalves } from '@seashell/node'

/** Definitions that replace portable ones of the same name. */
export interface Provider {
  /** What it is called here: contender `seashell-<name>`. */
  readonly name: string
  /** The packs for `registry.override`, in this order; none leaves everything portable. */
  readonly packs: readonly (readonly AlgorithmDefinition[])[]
}

/** The providers to measure. A new one is a line here. */
export const providers: readonly Provider[] = [
  {
    name: 'default', // what `@seashell/ssh` chooses
    packs: [
      nodeCrypto,
      mlkemKeyExchangesOver(nodeHybridHalves(), libsodiumHybridHalves),
      [dhGroupExchangeOver(nodeGroupArithmetic), chacha20Poly1305Wasm],
      defineAesGcmWasm({ upTo: 1024, beyond: nodeGcm }),
    ],
  },
  { name: 'node', packs: [nodeCrypto] },
  { name: 'noble', packs: [] },
  { name: 'wasm', packs: [mlkemKeyExchangesOver(libsodiumHybridHalves), [chacha20Poly1305Wasm], aesGcmWasm] },
]

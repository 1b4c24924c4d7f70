/**
 * What an algorithm is, and the page to begin with for writing one: a frozen plain object of one of five kinds. `common.ts` says what all of
 * them have; the file of each kind says the rest, with lengths, errors and sections:
 *
 * - `cipher.ts`: with `integrity: 'mac'` core pairs it with a MAC, with `integrity: 'aead'` it seals and opens whole packets
 * - `mac.ts`: message authentication codes
 * - `key-exchange.ts`: `shape: 'kem'` is one message each way, which core runs; `shape: 'scripted'` runs messages of its own
 * - `public-key.ts`: signature algorithms, their private keys, and what signs with them
 * - `compression.ts`: one payload in, one out
 *
 * @module
 */
import type { CipherDefinition } from './cipher.ts'
import type { AlgorithmKind } from './common.ts'
import type { CompressionDefinition } from './compression.ts'
import type { KeyExchangeDefinition } from './key-exchange.ts'
import type { MacDefinition } from './mac.ts'
import type { PublicKeyDefinition } from './public-key.ts'

export type * from './cipher.ts'
export type * from './common.ts'
export type * from './compression.ts'
export type * from './key-exchange.ts'
export type * from './mac.ts'
export type * from './public-key.ts'

/** The definition type of each kind. */
export interface DefinitionOf {
  cipher: CipherDefinition
  mac: MacDefinition
  'key-exchange': KeyExchangeDefinition
  'public-key': PublicKeyDefinition
  compression: CompressionDefinition
}

/** A definition of any kind; `kind` tells which. */
export type AlgorithmDefinition = DefinitionOf[AlgorithmKind]

/** What a package exports and a registry takes: one definition, or a list of them. */
export type AlgorithmPack = AlgorithmDefinition | readonly AlgorithmDefinition[]

import { aeadAes128Gcm, aeadAes256Gcm, aes128GcmBare, aes256GcmBare, aesCiphers } from '@seashell/cipher-aes'
import { chachaCiphers } from '@seashell/cipher-chacha20-poly1305'
import type { AlgorithmDefinition, AlgorithmKind } from '@seashell/core'
import { curve25519KeyExchanges } from '@seashell/kex-curve25519'
import { dhKeyExchanges } from '@seashell/kex-dh'
import { ecdhKeyExchanges } from '@seashell/kex-ecdh'
import { ecdsaPublicKeys } from '@seashell/key-ecdsa'
import { ed25519PublicKeys } from '@seashell/key-ed25519'
import { rsaPublicKeys } from '@seashell/key-rsa'
import { hmacMACs } from '@seashell/mac-hmac'
import { expect } from 'vitest'
import { nodeCrypto } from '../../src/index.ts'

/** The definitions that `nodeCrypto` overrides. */
export const portable: readonly AlgorithmDefinition[] = [
  ...curve25519KeyExchanges,
  ...ecdhKeyExchanges,
  ...dhKeyExchanges,
  ...ed25519PublicKeys,
  ...ecdsaPublicKeys,
  ...rsaPublicKeys,
  ...chachaCiphers,
  ...aesCiphers,
  aeadAes256Gcm,
  aeadAes128Gcm,
  aes256GcmBare,
  aes128GcmBare,
  ...hmacMACs,
]

/** The definition of Node with the name, and of the kind, of a portable one. */
export function nodeDefinition<Definition extends AlgorithmDefinition>(definition: Definition): Definition {
  const found = nodeCrypto.find(({ kind, name }) => kind === definition.kind && name === definition.name)
  if (found === undefined) throw new Error(`nodeCrypto has no ${definition.name}`)
  return found as Definition
}

const title = ({ kind, name }: AlgorithmDefinition): string => `${kind} ${name}`

/** Fails unless the cases of a test are all the overrides of some kinds: an override that is held against nothing may do anything. */
export function expectEveryOverride(kinds: readonly AlgorithmKind[], cases: readonly { readonly portable: AlgorithmDefinition }[]): void {
  const overrides = nodeCrypto.filter(({ kind }) => kinds.includes(kind))
  expect(cases.map(({ portable: tried }) => title(tried)).toSorted()).toEqual(overrides.map(title).toSorted())
}

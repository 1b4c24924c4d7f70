import { createHash } from 'node:crypto'
import type { KemKeyExchangeDefinition, KemKeyPair } from '@seashell/core'
import { concatBytes } from '@seashell/core/wire'
import { curve25519Sha256, curve448Sha512 } from '@seashell/kex-curve25519'
import { defineDiffieHellman, dhGroup14Sha256 } from '@seashell/kex-dh'
import { ecdhKeyExchanges } from '@seashell/kex-ecdh'
import { mlkemKeyExchanges } from '@seashell/kex-mlkem'
import { sntrup761x25519Sha512 } from '@seashell/kex-sntrup'
import { seededRandom } from '@seashell/test-support'
import { attemptAsync, expect } from '../invariants.ts'
import { Input } from '../support/input.ts'
import { smallGroup } from '../support/samples.ts'
import type { Outcome, Target } from '../target.ts'

const refusal = { codes: ['KEY_EXCHANGE'], faults: ['peer'] } as const

/** Makes the pair of a client once: to make one costs more than to use it. */
const pairs = new Map<string, Promise<KemKeyPair>>()

function pairOf(definition: KemKeyExchangeDefinition): Promise<KemKeyPair> {
  const made = pairs.get(definition.name) ?? Promise.resolve(definition.generate(seededRandom(definition.name)))
  pairs.set(definition.name, made)
  return made
}

/** Fuzzes the one message each way of a family: the first byte says which method and which role, the rest is the public value. */
function defineKemTarget(name: string, definitions: readonly KemKeyExchangeDefinition[], mutations: number): Target {
  return {
    name,
    share: 0.3,
    mutations,
    async seeds() {
      const seeds = definitions.map(async (definition, index) => {
        const { publicKey } = await pairOf(definition)
        const { ciphertext } = await definition.encapsulate(publicKey, seededRandom('server'))
        const values = [publicKey, withZeros(publicKey)].map((value) => concatBytes(Uint8Array.of(index * 2), value))
        return [...values, ...[ciphertext, withZeros(ciphertext)].map((value) => concatBytes(Uint8Array.of(index * 2 + 1), value))]
      })
      return (await Promise.all(seeds)).flat()
    },
    async run(data): Promise<Outcome> {
      const input = new Input(data)
      const choice = input.byte() % (definitions.length * 2)
      const definition = definitions[choice >> 1]!
      const value = input.rest()
      const before = value.slice()
      const secret =
        choice % 2 === 0
          ? await attemptAsync(async () => (await definition.encapsulate(value, seededRandom('server'))).sharedSecret, refusal)
          : await attemptAsync(async () => definition.decapsulate((await pairOf(definition)).privateKey.slice(), value), refusal)
      expect(Buffer.compare(value, before) === 0, 'the public value is not changed')
      if (secret === undefined) return 'refused'
      const hasZeros = value.subarray(-CURVE25519_LENGTH).every((byte) => byte === 0)
      expect(!hasZeros || !definition.name.includes('25519'), 'a point of low order is refused (RFC 8731 §3)')
      expect(secret.value.length > 0 && secret.value.some((byte) => byte !== 0), 'a secret is never zero')
      return 'accepted'
    },
  }
}

const CURVE25519_LENGTH = 32
const CURVE448_LENGTH = 56

/** The same with zeros where a curve's point is, which with curves of Montgomery's is one of low order; hybrids have it at the end. */
function withZeros(value: Uint8Array): Uint8Array {
  return value.map((byte, index) => (index < value.length - CURVE448_LENGTH ? byte : 0))
}

/** A group that costs little: the same code as the large ones run. NO SECURITY. */
const smallDiffieHellman = defineDiffieHellman({
  name: 'small-group@example.com',
  group: smallGroup,
  hash: (data) => new Uint8Array(createHash('sha256').update(data).digest()),
})

/** X25519. */
export const kexCurve25519: Target = defineKemTarget('kex-curve25519', [curve25519Sha256], 200)
/** X448. */
export const kexCurve448: Target = defineKemTarget('kex-curve448', [curve448Sha512], 100)
/** The NIST curves. */
export const kexEcdh: Target = defineKemTarget('kex-ecdh', ecdhKeyExchanges, 200)
/** Diffie-Hellman in a fixed group. */
export const kexDh: Target = defineKemTarget('kex-dh', [smallDiffieHellman, dhGroup14Sha256], 100)
/** ML-KEM with a curve. */
export const kexMlkem: Target = defineKemTarget('kex-mlkem', mlkemKeyExchanges, 100)
/** sntrup761 with X25519. */
export const kexSntrup: Target = defineKemTarget('kex-sntrup', [sntrup761x25519Sha512], 50)

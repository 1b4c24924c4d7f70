import type { KemKeyExchangeDefinition, KeyExchangeDefinition, ScriptedKeyExchangeDefinition } from '@seashell/core'
import type { Check } from '../check.ts'
import { definitionCheck } from '../definition.ts'
import { describe, expectBytes, expectThat } from '../expect.ts'
import { kemChecks, type KemEvidence } from './kem.ts'
import { scriptedChecks, type ScriptedEvidence } from './scripted.ts'

/**
 * What a key exchange has to do right in both roles: to agree with itself, its vectors and its reference; to refuse what a hostile peer may
 * send; never to come to the same secret twice; and to take its randomness from nowhere but its argument.
 *
 * @example
 * ```ts
 * import { keyExchangeChecks } from '@seashell/conformance'
 * import { curve25519Sha256 } from '@seashell/kex-curve25519'
 *
 * const checks = keyExchangeChecks(curve25519Sha256, {
 *   vectors: [
 *     {
 *       source: 'RFC 7748 §5.2',
 *       privateKey: 'a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4',
 *       ciphertext: 'e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c',
 *       sharedSecret: 'c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552',
 *     },
 *   ],
 *   refused: [{ what: 'a point of order 4', value: '01'.padEnd(64, '0') }],
 * })
 * ```
 */
export function keyExchangeChecks(definition: KemKeyExchangeDefinition, evidence: KemEvidence): Check[]
export function keyExchangeChecks(definition: ScriptedKeyExchangeDefinition, evidence: ScriptedEvidence): Check[]
export function keyExchangeChecks(definition: KeyExchangeDefinition, evidence: KemEvidence | ScriptedEvidence): Check[] {
  return [
    definitionCheck(definition, membersOf(definition)),
    { name: 'the hash gives as many bytes for any input, and changes nothing', run: () => expectHash(definition) },
    ...(definition.shape === 'kem'
      ? kemChecks(definition, evidence as KemEvidence)
      : scriptedChecks(definition, evidence as ScriptedEvidence)),
  ]
}

const FORMATS = ['mpint', 'string']

function membersOf({ shape }: KeyExchangeDefinition) {
  const isKem = shape === 'kem'
  return {
    kind: 'key-exchange',
    functions: ['hash', ...(isKem ? ['generate', 'encapsulate', 'decapsulate'] : ['runClient', 'runServer'])],
    booleans: ['postQuantum'],
    choices: { shape: ['kem', 'scripted'], secretFormat: FORMATS, ...(isKem && { publicFormat: FORMATS }) },
  } as const
}

function expectHash({ hash }: KeyExchangeDefinition): void {
  const length = hash(new Uint8Array(0)).length
  for (const inputLength of [0, 1, 64, 1000]) {
    const input = new Uint8Array(inputLength).fill(0x5a)
    const digest = hash(input)
    expectThat(digest.length === length && length >= 16, 'a hash of 16 bytes at least, as long each time', describe(digest))
    expectBytes('the bytes that were hashed', input, new Uint8Array(inputLength).fill(0x5a))
    const kept = new Uint8Array(digest)
    digest.fill(0)
    expectBytes('the hash of the same bytes', hash(input), kept)
  }
}

import * as aes from '@seashell/cipher-aes'
import * as chacha from '@seashell/cipher-chacha20-poly1305'
import type { AlgorithmDefinition, CipherDefinition, DefinitionOf, KemKeyExchangeDefinition } from '@seashell/core'
import { isSSHError, WireWriter } from '@seashell/core/wire'
import * as curve25519 from '@seashell/kex-curve25519'
import * as dh from '@seashell/kex-dh'
import * as ecdh from '@seashell/kex-ecdh'
import * as mlkem from '@seashell/kex-mlkem'
import * as sntrup from '@seashell/kex-sntrup'
import * as ecdsa from '@seashell/key-ecdsa'
import * as ed25519 from '@seashell/key-ed25519'
import * as mldsa from '@seashell/key-mldsa'
import * as rsa from '@seashell/key-rsa'
import * as sk from '@seashell/key-sk'
import * as legacy from '@seashell/legacy'
import * as hmac from '@seashell/mac-hmac'
import * as umac from '@seashell/mac-umac'
import * as node from '@seashell/node'
import { describe, expect, it } from 'vitest'

const packages: readonly object[] = [
  aes,
  chacha,
  hmac,
  umac,
  curve25519,
  dh,
  ecdh,
  mlkem,
  sntrup,
  ecdsa,
  ed25519,
  mldsa,
  rsa,
  sk,
  legacy,
  node,
]

/** Every definition that these packages export, on its own or in a list, once. */
const definitions = [...new Set(packages.flatMap((exported) => (Object.values(exported) as unknown[]).flat()))].filter(isDefinition)

function isDefinition(value: unknown): value is AlgorithmDefinition {
  return typeof value === 'object' && value !== null && 'apiVersion' in value
}

function ofKind<Kind extends keyof DefinitionOf>(kind: Kind) {
  const found = definitions.filter((one): one is DefinitionOf[Kind] & AlgorithmDefinition => one.kind === kind)
  return found.map((definition) => ({ definition, title: titleOf(definition) }))
}

function titleOf({ name, provider }: AlgorithmDefinition): string {
  return `${name} by ${provider}`
}

const random = (length: number) => new Uint8Array(length).fill(7)

/** What a call is refused with. */
async function refusalOf(call: () => unknown) {
  try {
    await call()
  } catch (error) {
    if (isSSHError(error)) return { code: error.code, fault: error.fault, message: error.message }
    throw error
  }
  return 'it was not refused'
}

/** A message with a word, and with lengths: those above zero as numbers, for zero may be put into words. */
function telling(word: string, ...lengths: readonly number[]) {
  const parts = [word, ...lengths.filter((length) => length > 0).map((length) => `\\b${length}\\b`)]
  return expect.stringMatching(new RegExp(parts.map((part) => `(?=.*${part})`).join(''), 'i')) as string
}

/** Both directions of a cipher. */
function starters(definition: CipherDefinition): ((key: Uint8Array, iv: Uint8Array) => unknown)[] {
  return definition.integrity === 'aead'
    ? [(key, iv) => definition.createSealer(key, iv), (key, iv) => definition.createOpener(key, iv)]
    : [(key, iv) => definition.createEncryptor(key, iv), (key, iv) => definition.createDecryptor(key, iv)]
}

it('every package is among those that are looked at', () => {
  const found = packages.map((exported) => (Object.values(exported) as unknown[]).flat().filter(isDefinition).length)
  expect(Math.min(...found)).toBeGreaterThan(0)
})

describe('every cipher and MAC tells the caller which length is wrong, what it should be and what it is', () => {
  it.each(ofKind('cipher'))('$title', async ({ definition }) => {
    const { keyLength, ivLength } = definition
    for (const start of starters(definition)) {
      for (const length of [keyLength - 1, keyLength + 1]) {
        const message = telling('key', keyLength, length)
        expect(await refusalOf(() => start(random(length), random(ivLength)))).toEqual({ code: 'ARGUMENT', fault: 'caller', message })
      }
      for (const length of [ivLength - 1, ivLength + 1].filter((other) => other >= 0)) {
        const message = telling('initial vector', ivLength, length)
        expect(await refusalOf(() => start(random(keyLength), random(length)))).toEqual({ code: 'ARGUMENT', fault: 'caller', message })
      }
    }
  })

  it.each(ofKind('mac'))('$title', async ({ definition }) => {
    for (const length of [0, definition.keyLength - 1, definition.keyLength + 1]) {
      const message = telling('key', definition.keyLength, length)
      expect(await refusalOf(() => definition.create(random(length)))).toEqual({ code: 'ARGUMENT', fault: 'caller', message })
    }
  })
})

function isKem(one: AlgorithmDefinition): one is KemKeyExchangeDefinition {
  return one.kind === 'key-exchange' && one.shape === 'kem'
}

describe('every key encapsulation tells what was expected of a public value, and what came', () => {
  const kems = definitions.filter(isKem).map((definition) => ({ definition, title: titleOf(definition) }))
  it.each(kems)('$title', async ({ definition }) => {
    const { publicFormat } = definition
    const hostile = publicFormat === 'string' ? [3, 5000].map(random) : [Uint8Array.of(1), random(5000)]
    for (const value of hostile) {
      const message = publicFormat === 'string' ? telling('expected .*got', value.length) : telling('expected .*between 1 and p.*got')
      expect(await refusalOf(() => definition.encapsulate(value, random))).toEqual({ code: 'KEY_EXCHANGE', fault: 'peer', message })
    }
  })
})

function strings(...values: readonly (string | Uint8Array)[]): Uint8Array {
  const writer = new WireWriter()
  for (const value of values) writer.writeString(value)
  return writer.finish()
}

describe('every public key algorithm tells what is wrong with a public key', () => {
  it.each(ofKind('public-key'))('$title', async ({ definition }) => {
    const hostile = {
      'another format': [
        strings('ssh-nothing', random(32)),
        telling(`expected .*${definition.keyFormat.replaceAll('.', String.raw`\.`)}.*found .*ssh-nothing`),
      ],
      'no field': [strings(definition.keyFormat), telling('ends early: .* should have 4 bytes; 0 are left')],
      'half a length': [Uint8Array.of(0, 0), telling('ends early: .* should have 4 bytes; 2 are left')],
      'fields that are too long': [strings(definition.keyFormat, random(40_000)), telling('expected|ends early|goes on')],
    } as const
    for (const [what, [blob, message]] of Object.entries(hostile)) {
      expect(await refusalOf(() => definition.bitLength(blob)), what).toEqual({ code: 'KEY', fault: 'peer', message })
      expect(await refusalOf(() => definition.verify(blob, random(1), random(1))), what).toEqual({ code: 'KEY', fault: 'peer', message })
    }
  })
})

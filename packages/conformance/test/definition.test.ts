import type { AeadCipherDefinition } from '@seashell/core'
import { describe, expect, it } from 'vitest'
import { cipherChecks, compressionChecks, keyExchangeChecks, macChecks, publicKeyChecks, register, type Check } from '../src/index.ts'
import { toyAead, toyAeadReference } from './toys/aead.ts'
import { toyRunLength } from './toys/compression.ts'
import { failureOf } from './toys/failed-checks.ts'
import { toyX25519 } from './toys/kem.ts'
import { toyCtr } from './toys/mac-cipher.ts'
import { toyMac } from './toys/mac.ts'
import { toyEd25519 } from './toys/public-key.ts'
import { toyGroupExchange } from './toys/scripted.ts'

const definition = 'the definition is frozen and well-formed'
const evidence = 'is held against known answers or a second implementation'

/** The right toy with some things about it changed. */
function changed(changes: object, freeze = true): AeadCipherDefinition {
  const copy = { ...toyAead(), ...changes } as AeadCipherDefinition
  return freeze ? Object.freeze(copy) : copy
}

describe('a definition', () => {
  it.each([
    ['that can be changed', changed({}, false)],
    ['for another version of the interfaces', changed({ apiVersion: 2 })],
    ['of an unknown kind', changed({ kind: 'ciper' })],
    ['without a name', changed({ name: '' })],
    ['whose name has a comma', changed({ name: 'a,b' })],
    ['whose name is too long', changed({ name: 'a'.repeat(65) })],
    ['that does not say who provides it', changed({ provider: '' })],
    ['that is insecure without a reason', changed({ insecure: ' ' })],
    ['whose key has no length', changed({ keyLength: undefined })],
    ['whose block is too small', changed({ blockLength: 4 })],
    ['whose tag is empty', changed({ tagLength: 0 })],
    ['that is aligned to nothing', changed({ alignment: 'none' })],
    ['that is never re-keyed, by a limit of 0', changed({ keyLimit: 0 })],
    ['that opens nothing', changed({ createOpener: undefined })],
  ])('%s is found out', async (_, cipher) => {
    expect(await failureOf(cipherChecks(cipher, { reference: toyAeadReference }), definition)).toBeInstanceOf(Error)
  })

  it.each<[string, readonly Check[]]>([
    ['a MAC that does not say what it covers', macChecks({ ...toyMac(), encryptThenMac: 1 } as never, {})],
    ['a key encapsulation of another format', keyExchangeChecks(Object.freeze({ ...toyX25519(), publicFormat: 'bytes' }) as never, {})],
    ['a key exchange without a hash', keyExchangeChecks(Object.freeze({ ...toyGroupExchange(), hash: undefined }) as never, {})],
    ['a public key of no format', publicKeyChecks(Object.freeze({ ...toyEd25519(), keyFormat: '' }) as never, {})],
    ['a compression that never begins', compressionChecks(Object.freeze({ ...toyRunLength(), delayed: undefined }) as never, {})],
    ['a definition of another kind', macChecks(Object.freeze({ ...toyRunLength() }) as never, {})],
  ])('%s is found out', async (_, checks) => {
    expect(await failureOf(checks, definition)).toBeInstanceOf(Error)
  })
})

describe('an algorithm that is held against nothing', () => {
  it.each<[string, readonly Check[]]>([
    ['an AEAD', cipherChecks(toyAead(), {})],
    ['a cipher', cipherChecks(toyCtr(), { vectors: [] })],
    ['a MAC', macChecks(toyMac(), {})],
    ['a key encapsulation', keyExchangeChecks(toyX25519(), { refused: 'none' })],
    ['a scripted exchange', keyExchangeChecks(toyGroupExchange(), { refused: 'none' })],
    ['a public key', publicKeyChecks(toyEd25519(), {})],
    ['a compression method', compressionChecks(toyRunLength(), {})],
  ])('%s fails', async (_, checks) => {
    expect(await failureOf(checks, evidence)).toMatchObject({
      message: expect.stringMatching(/^expected vectors from elsewhere, a reference, or `unverified`/),
    })
  })

  it('passes where somebody says why, for all to see', async () => {
    expect(
      await failureOf(macChecks(toyMac(), { unverified: 'no peer of it runs' }), 'is not verified: no peer of it runs'),
    ).toBeUndefined()
    expect(await failureOf(macChecks(toyMac(), { unverified: ' ' }), 'is not verified:  ')).toBeInstanceOf(Error)
  })

  it('fails where that is not so', async () => {
    const checks = macChecks(toyMac(), { unverified: 'lazy', reference: toyMac() })
    expect(await failureOf(checks, 'is not verified: lazy')).toBeInstanceOf(Error)
  })

  it('fails where a vector comes from nowhere', async () => {
    const checks = macChecks(toyMac(), { vectors: [{ source: '', key: '', sequence: 0, data: '', tag: '' }] })
    expect(await failureOf(checks, evidence)).toBeInstanceOf(Error)
  })
})

describe('register', () => {
  it('makes each check a test of its own, which fails as the check does', async () => {
    const tests = new Map<string, () => Promise<void>>()
    const checks = [
      { name: 'one', run: () => undefined },
      {
        name: 'other',
        run() {
          throw new Error('expected one; found two')
        },
      },
    ]
    register(checks, (name, run) => tests.set(name, run))
    expect([...tests.keys()]).toEqual(['one', 'other'])
    await expect(tests.get('one')!()).resolves.toBeUndefined()
    await expect(tests.get('other')!()).rejects.toThrow('expected one; found two')
  })

  it('gives no two checks of an algorithm one name', () => {
    const lists = [
      cipherChecks(toyAead(), { reference: toyAeadReference }),
      cipherChecks(toyCtr(), { reference: toyCtr() }),
      macChecks(toyMac(), { reference: toyMac() }),
      keyExchangeChecks(toyX25519(), { reference: toyX25519(), refused: 'none' }),
      keyExchangeChecks(toyGroupExchange(), { reference: toyGroupExchange(), refused: 'none' }),
      publicKeyChecks(toyEd25519(), { reference: toyEd25519(), refusedKeys: 'none', refusedSignatures: 'none' }),
      compressionChecks(toyRunLength(), { reference: toyRunLength() }),
    ]
    for (const names of lists.map((checks) => checks.map(({ name }) => name))) expect(new Set(names).size).toBe(names.length)
  })
})

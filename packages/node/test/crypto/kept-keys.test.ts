import { type KeyObject, randomBytes } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { PublicKeyDefinition } from '@seashell/core'
import { curve25519Sha256 } from '@seashell/kex-curve25519'
import { ecdsaSha2Nistp256 } from '@seashell/key-ecdsa'
import { sshEd25519 } from '@seashell/key-ed25519'
import { seededRandom } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { KeptKeys } from '../../src/crypto/kept-keys.ts'
import { importOkpPrivateKey } from '../../src/crypto/okp.ts'
import { nodeDefinition } from './portable.ts'

const importSeed = (seed: Uint8Array): KeyObject => importOkpPrivateKey('Ed25519', seed)

describe('keys that are kept', () => {
  it('are found by the array that they were made of, and by no other', () => {
    const kept = new KeptKeys()
    const seed = new Uint8Array(randomBytes(32))
    const key = kept.keep(seed, importSeed(seed))
    expect(kept.find(seed)).toBe(key)
    expect(kept.find(seed)).toBe(key)
    expect(kept.find(seed.slice())).toBeUndefined()
    expect(kept.find(seed.subarray(0))).toBeUndefined()
  })

  it('are gone once a byte of it has changed, even if it changes back', () => {
    const kept = new KeptKeys()
    const seed = new Uint8Array(randomBytes(32))
    kept.keep(seed, importSeed(seed))
    seed[31]! ^= 1
    expect(kept.find(seed)).toBeUndefined()
    seed[31]! ^= 1
    expect(kept.find(seed)).toBeUndefined()
  })

  it('are taken once', () => {
    const kept = new KeptKeys()
    const seed = new Uint8Array(randomBytes(32))
    const key = kept.keep(seed, importSeed(seed))
    expect(kept.take(seed)).toBe(key)
    expect(kept.take(seed)).toBeUndefined()
  })

  it('do not outlive it', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const kept = new KeptKeys()
    const key = new WeakRef(
      (() => {
        const seed = new Uint8Array(randomBytes(32))
        return kept.keep(seed, importSeed(seed))
      })(),
    )
    // A reference that was made or followed in this turn keeps its target until the turn is over (ECMAScript §9.10).
    await new Promise(setImmediate)
    collect()
    expect(key.deref()).toBeUndefined()
  })
})

describe.each<PublicKeyDefinition>([sshEd25519, ecdsaSha2Nistp256])('$name on node:crypto', (portable) => {
  const definition = nodeDefinition(portable)
  const operations = definition.privateKeys!
  const data = seededRandom('data')(100)

  it('signs with what its array holds at the time', async () => {
    const one = await operations.generate(seededRandom('one'))
    const others = await Promise.all(['a', 'b', 'c', 'd'].map(async (seed) => await operations.generate(seededRandom(seed))))
    const other = others.find(({ privateKey }) => privateKey.length === one.privateKey.length)! // of ECDSA, half are a byte longer
    expect(await portable.verify(one.publicKey, data, await operations.sign(one.privateKey, data))).toBe(true)
    one.privateKey.set(other.privateKey)
    const signature = await operations.sign(one.privateKey, data)
    expect(await portable.verify(other.publicKey, data, signature)).toBe(true)
    expect(await portable.verify(one.publicKey, data, signature)).toBe(false)
  })

  it('signs no more with a key that was wiped', async () => {
    const { privateKey } = await operations.generate(seededRandom('one'))
    await operations.sign(privateKey, data)
    privateKey.fill(0)
    await expect(async () => await operations.sign(privateKey, data)).rejects.toThrow()
  })
})

describe('curve25519-sha256 on node:crypto', () => {
  const portable = curve25519Sha256
  const definition = nodeDefinition(portable)

  it.each<[what: string, change: (privateKey: Uint8Array) => void]>([
    ['a private key that was changed', (privateKey) => (privateKey[5]! ^= 1)],
    ['a private key that was wiped', (privateKey) => privateKey.fill(0)],
  ])('agrees by the bytes of %s', async (_, change) => {
    const { privateKey } = await definition.generate(seededRandom('client'))
    const { publicKey: peerKey } = await portable.generate(seededRandom('server'))
    change(privateKey)
    const expected = await portable.decapsulate(privateKey.slice(), peerKey)
    expect(await definition.decapsulate(privateKey, peerKey)).toEqual(expected)
  })

  it('agrees twice with one private key', async () => {
    const { privateKey } = await definition.generate(seededRandom('client'))
    const { publicKey: peerKey } = await portable.generate(seededRandom('server'))
    const expected = await portable.decapsulate(privateKey, peerKey)
    expect(await definition.decapsulate(privateKey, peerKey)).toEqual(expected)
    expect(await definition.decapsulate(privateKey, peerKey)).toEqual(expected)
  })
})

import { sha256 } from '@noble/hashes/sha2.js'
import { bigIntToBytes } from '@seashell/core/wire'
import { attempt, exchange, fromHex, kexRefusal, seededRandom, toHex } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { defineDiffieHellman, dhGroup14Sha256, dhGroup16Sha512, type DiffieHellmanGroup, modpGroup14, modpGroup16 } from '../src/index.ts'
import { nodeDiffieHellman } from './node-diffie-hellman.ts'

const methods = [
  { kex: dhGroup14Sha256, group: modpGroup14, publicSeed: 'client 87', secretSeed: 'client 34' },
  { kex: dhGroup16Sha512, group: modpGroup16, publicSeed: 'client 112', secretSeed: 'client 370' },
]

describe.each(methods)('$kex.name beside node:crypto', ({ kex, group, publicSeed, secretSeed }) => {
  it('agrees with a peer whose exponent is as long as the prime', async () => {
    const theirs = nodeDiffieHellman(group, seededRandom('full')(group.primeLength - 1))
    const server = await kex.encapsulate(theirs.getPublicKey(), seededRandom('server'))
    expect(toHex(server.sharedSecret)).toBe(padded(theirs.computeSecret(server.ciphertext), group))
  })

  // The first seeds that make such numbers, found by trying.
  it('keeps the length of a public key that begins with zeros', async () => {
    const { publicKey, privateKey } = await kex.generate(seededRandom(publicSeed))
    expect(publicKey[0]).toBe(0)
    expect(toHex(publicKey)).toBe(padded(nodeDiffieHellman(group, privateKey).getPublicKey(), group))
  })

  it('keeps the length of a secret that begins with zeros', async () => {
    const { sharedSecret, ciphertext, decapsulated } = await exchange(kex, seededRandom(secretSeed), seededRandom('server'))
    expect(sharedSecret).toHaveLength(group.primeLength)
    expect(sharedSecret[0]).toBe(0)
    const client = nodeDiffieHellman(group, (await kex.generate(seededRandom(secretSeed))).privateKey)
    expect(toHex(decapsulated)).toBe(padded(client.computeSecret(ciphertext), group))
  })

  it('reads a public key with and without zeros in front, which is one number (RFC 4251 §5)', async () => {
    const { publicKey } = await kex.generate(seededRandom(publicSeed))
    const expected = await kex.encapsulate(publicKey, seededRandom('s'))
    expect(await kex.encapsulate(publicKey.subarray(1), seededRandom('s'))).toEqual(expected)
    expect(await kex.encapsulate(Uint8Array.of(0, 0, ...publicKey), seededRandom('s'))).toEqual(expected)
  })
})

describe.each(methods)('$kex.name refuses', ({ kex, group }) => {
  const { prime } = group
  const q = (prime - 1n) / 2n

  it('zeros of the length of p', async () => {
    await expect(attempt(() => kex.encapsulate(new Uint8Array(group.primeLength), seededRandom('s')))).rejects.toMatchObject(kexRefusal)
  })

  it('neither 2 nor p−2, the least and the greatest public value that RFC 8268 §4 allows', async () => {
    expect(toHex(await kex.decapsulate(Uint8Array.of(3), Uint8Array.of(2)))).toBe(toHex(bigIntToBytes(8n, group.primeLength)))
    const secret = await kex.decapsulate(Uint8Array.of(3), bigIntToBytes(prime - 2n))
    expect(toHex(secret)).toBe(toHex(bigIntToBytes(prime - 8n, group.primeLength)))
  })

  it('a secret of 1 and of p−1, which only an exponent of the length of p can give', async () => {
    await expect(attempt(() => kex.decapsulate(bigIntToBytes(q), Uint8Array.of(4)))).rejects.toMatchObject(kexRefusal)
    // −4 is no square modulo a safe prime, so that its q-th power is −1.
    await expect(attempt(() => kex.decapsulate(bigIntToBytes(q), bigIntToBytes(prime - 4n)))).rejects.toMatchObject(kexRefusal)
  })
})

describe('a group of one’s own', () => {
  // p = 23 and q = 11: small enough to be counted on fingers. 5^6 = 8, 5^15 = 19, and 19^6 = 8^15 = 2 (the textbook example).
  const group: DiffieHellmanGroup = { prime: 23n, primeLength: 1, generator: 5n, exponentLength: 1 }
  const kex = defineDiffieHellman({ name: 'toy@example.com', group, hash: sha256 })

  it('gives the secrets of arithmetic by hand', async () => {
    expect(await kex.decapsulate(Uint8Array.of(6), Uint8Array.of(19))).toEqual(Uint8Array.of(2))
    expect(await kex.decapsulate(Uint8Array.of(15), Uint8Array.of(8))).toEqual(Uint8Array.of(2))
  })

  it('has the highest bit of each exponent set, whatever the random bytes are', async () => {
    expect((await kex.generate(() => Uint8Array.of(0))).privateKey).toEqual(fromHex('80'))
    expect((await kex.generate(() => Uint8Array.of(0xff))).privateKey).toEqual(fromHex('ff'))
    // 128 = 18 modulo 22, and 5^18 = 6 modulo 23.
    expect((await kex.generate(() => Uint8Array.of(0))).publicKey).toEqual(Uint8Array.of(6))
  })
})

/** node:crypto drops zeros in front of public keys. */
function padded(bytes: Uint8Array, group: DiffieHellmanGroup): string {
  return toHex(bytes).padStart(group.primeLength * 2, '0')
}

import {
  attempt,
  fromHex,
  kexRefusal,
  lowOrderPoints,
  nodeX25519Agree,
  nodeX25519PublicKey,
  seededRandom,
  toHex,
  wycheproof,
} from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { curve25519Sha256 as kex } from '../src/index.ts'

describe('known answers of RFC 7748', () => {
  it('§5.2: 1000 iterations', async () => {
    let k = fromHex('0900000000000000000000000000000000000000000000000000000000000000')
    let u = k
    for (let iteration = 1; iteration <= 1000; iteration++) {
      ;[k, u] = [await kex.decapsulate(k, u), k]
      if (iteration === 1) expect(toHex(k)).toBe('422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079')
    }
    expect(toHex(k)).toBe('684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51')
  })
})

const x25519 = wycheproof<object, { public: string; private: string; shared: string }>('x25519_test.json')
if (x25519 !== undefined) {
  it(`agrees with the ${x25519.numberOfTests} cases of Project Wycheproof, all-zero results refused`, async () => {
    let refused = 0
    for (const { tests } of x25519.testGroups) {
      for (const { tcId, flags, public: peer, private: scalar, shared } of tests) {
        const client = () => attempt(() => kex.decapsulate(fromHex(scalar), fromHex(peer)))
        const server = () => attempt(() => kex.encapsulate(fromHex(peer), () => fromHex(scalar)))
        if (flags.includes('ZeroSharedSecret')) {
          await expect(client(), `case ${tcId}`).rejects.toMatchObject(kexRefusal)
          await expect(server(), `case ${tcId}`).rejects.toMatchObject(kexRefusal)
          refused++
        } else {
          expect(toHex(await client()), `case ${tcId}`).toBe(shared)
          expect(toHex((await server()).sharedSecret), `case ${tcId}`).toBe(shared)
        }
      }
    }
    expect(refused).toBeGreaterThan(0)
  })
}

describe('beside node:crypto', () => {
  it('keeps zeros in front of a secret, of which it has always 32 bytes', async () => {
    // The first seed that makes such a secret, found by trying.
    const [client, server] = [seededRandom('client 508')(32), seededRandom('server')(32)]
    const expected = nodeX25519Agree(server, nodeX25519PublicKey(client))
    expect(expected[0]).toBe(0)
    expect(toHex(await kex.decapsulate(client, nodeX25519PublicKey(server)))).toBe(toHex(expected))
  })
})

describe('refuses', () => {
  const key = seededRandom('key')

  it.each([0, 1, 31, 33, 64])('a public key of %i bytes', async (length) => {
    const peer = key(length)
    const message = `expected an X25519 public key of 32 bytes (RFC 8731 §3); got ${length}`
    await expect(attempt(() => kex.encapsulate(peer, seededRandom('s')))).rejects.toMatchObject({ ...kexRefusal, message })
    await expect(attempt(() => kex.decapsulate(key(32), peer))).rejects.toMatchObject({ ...kexRefusal, message })
  })

  it('a point of low order, and keeps what the library beneath found as cause', async () => {
    const point = lowOrderPoints.at(-1)!
    const error: unknown = await attempt(() => kex.decapsulate(key(32), fromHex(point))).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject(kexRefusal)
    expect(error).toHaveProperty('cause')
  })

  it('a private key of another length, which is the mistake of the caller', async () => {
    const { ciphertext } = await kex.encapsulate((await kex.generate(seededRandom('c'))).publicKey, seededRandom('s'))
    await expect(attempt(() => kex.decapsulate(key(31), ciphertext))).rejects.toMatchObject({ code: 'ARGUMENT', fault: 'caller' })
  })
})

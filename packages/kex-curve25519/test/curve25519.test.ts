import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto'
import { fromHex, seededRandom, toHex, wycheproof } from '@seashell/testing'
import { describe, expect, it } from 'vitest'
import { curve25519Sha256 as kex } from '../src/index.ts'
import { attempt, refusal } from './contract.ts'

describe('known answers of RFC 7748', () => {
  it.each([
    [
      'a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4',
      'e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c',
      'c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552',
    ],
    [
      '4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d',
      'e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493',
      '95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957',
    ],
  ])('§5.2: scalar %s', async (scalar, u, output) => {
    expect(toHex(await kex.decapsulate(fromHex(scalar), fromHex(u)))).toBe(output)
  })

  it('§5.2: 1000 iterations', async () => {
    let k = fromHex('0900000000000000000000000000000000000000000000000000000000000000')
    let u = k
    for (let iteration = 1; iteration <= 1000; iteration++) {
      ;[k, u] = [await kex.decapsulate(k, u), k]
      if (iteration === 1) expect(toHex(k)).toBe('422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079')
    }
    expect(toHex(k)).toBe('684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51')
  })

  it('§6.1: Alice as client, Bob as server', async () => {
    const alice = '77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a'
    const bob = '5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb'
    const client = await kex.generate(() => fromHex(alice))
    expect(toHex(client.publicKey)).toBe('8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a')
    const server = await kex.encapsulate(client.publicKey, () => fromHex(bob))
    expect(toHex(server.ciphertext)).toBe('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f')
    expect(toHex(server.sharedSecret)).toBe('4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742')
    expect(await kex.decapsulate(client.privateKey, server.ciphertext)).toEqual(server.sharedSecret)
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
          await expect(client(), `case ${tcId}`).rejects.toMatchObject(refusal)
          await expect(server(), `case ${tcId}`).rejects.toMatchObject(refusal)
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
  it('derives the same public keys and secrets, as client and as server', async () => {
    for (let round = 0; round < 20; round++) {
      const [ours, theirs] = [seededRandom(`ours ${round}`)(32), seededRandom(`theirs ${round}`)(32)]
      const client = await kex.generate(() => ours.slice())
      expect(toHex(client.publicKey)).toBe(toHex(nodePublicKey(ours)))
      const expected = toHex(nodeAgree(theirs, client.publicKey))
      expect(toHex(await kex.decapsulate(client.privateKey, nodePublicKey(theirs)))).toBe(expected)
      const server = await kex.encapsulate(nodePublicKey(theirs), () => ours.slice())
      expect(toHex(server.ciphertext)).toBe(toHex(client.publicKey))
      expect(toHex(server.sharedSecret)).toBe(toHex(nodeAgree(theirs, server.ciphertext)))
    }
  })

  it('keeps zeros in front of a secret, of which it has always 32 bytes', async () => {
    // The first seed that makes such a secret, found by trying.
    const [client, server] = [seededRandom('client 508')(32), seededRandom('server')(32)]
    const expected = nodeAgree(server, nodePublicKey(client))
    expect(expected[0]).toBe(0)
    expect(toHex(await kex.decapsulate(client, nodePublicKey(server)))).toBe(toHex(expected))
  })
})

describe('refuses', () => {
  const key = seededRandom('key')

  it.each([0, 1, 31, 33, 64])('a public key of %i bytes', async (length) => {
    const peer = key(length)
    const message = `expected an X25519 public key of 32 bytes (RFC 8731 §3); got ${length}`
    await expect(attempt(() => kex.encapsulate(peer, seededRandom('s')))).rejects.toMatchObject({ ...refusal, message })
    await expect(attempt(() => kex.decapsulate(key(32), peer))).rejects.toMatchObject({ ...refusal, message })
  })

  // The points of order 1, 2, 4 and 8, and encodings of them that are not reduced (listed in
  // D. J. Bernstein's "A state-of-the-art Diffie-Hellman function", under "How do I validate Curve25519 public keys?").
  it.each([
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000000',
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '0000000000000000000000000000000000000000000000000000000000000080',
  ])('a point of low order: %s', async (point) => {
    const error: unknown = await attempt(() => kex.decapsulate(key(32), fromHex(point))).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject(refusal)
    expect(error).toHaveProperty('cause')
    await expect(attempt(() => kex.encapsulate(fromHex(point), seededRandom('s')))).rejects.toMatchObject(refusal)
  })

  it('a private key of another length, which is the mistake of the caller', async () => {
    const { ciphertext } = await kex.encapsulate((await kex.generate(seededRandom('c'))).publicKey, seededRandom('s'))
    await expect(attempt(() => kex.decapsulate(key(31), ciphertext))).rejects.toMatchObject({ code: 'ARGUMENT', fault: 'caller' })
  })
})

it('gives another secret for any other ciphertext', async () => {
  const client = await kex.generate(seededRandom('c'))
  const { ciphertext, sharedSecret } = await kex.encapsulate(client.publicKey, seededRandom('s'))
  for (let index = 0; index < ciphertext.length; index++) {
    const other = ciphertext.slice()
    other[index]! ^= 1
    expect(await kex.decapsulate(client.privateKey, other), `byte ${index}`).not.toEqual(sharedSecret)
  }
})

function nodePrivateKey(scalar: Uint8Array) {
  const prefix = Buffer.from('302e020100300506032b656e04220420', 'hex')
  return createPrivateKey({ key: Buffer.concat([prefix, scalar]), format: 'der', type: 'pkcs8' })
}

function nodePublicKey(scalar: Uint8Array): Uint8Array {
  return createPublicKey(nodePrivateKey(scalar)).export({ format: 'der', type: 'spki' }).subarray(-32)
}

function nodeAgree(scalar: Uint8Array, point: Uint8Array): Uint8Array {
  const prefix = Buffer.from('302a300506032b656e032100', 'hex')
  const publicKey = createPublicKey({ key: Buffer.concat([prefix, point]), format: 'der', type: 'spki' })
  return diffieHellman({ privateKey: nodePrivateKey(scalar), publicKey })
}

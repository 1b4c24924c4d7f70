import { createHash } from 'node:crypto'
import { keyExchangeChecks, register, type Kem } from '@seashell/conformance'
import { concatBytes } from '@seashell/core/wire'
import { fromHex, nodeX25519Agree, nodeX25519PublicKey, seededRandom } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { sntrupKeyExchanges, sntrup761x25519Sha512 as kex } from '../src/index.ts'
import * as sntrup761 from '../src/sntrup761.ts'

/** RFC 9941 put together again: X25519 and SHA-512 by node:crypto, sntrup761 as sntrup761.test.ts holds it against NIST's known answers. */
const halves: Kem = {
  generate(random) {
    const { publicKey, privateKey } = sntrup761.generate(random)
    const scalar = random(32)
    return { publicKey: concatBytes(publicKey, nodeX25519PublicKey(scalar)), privateKey: concatBytes(privateKey, scalar) }
  },
  encapsulate(publicKey, random) {
    const { ciphertext, sharedSecret } = sntrup761.encapsulate(publicKey.subarray(0, 1158), random)
    const scalar = random(32)
    return {
      ciphertext: concatBytes(ciphertext, nodeX25519PublicKey(scalar)),
      sharedSecret: combine(sharedSecret, nodeX25519Agree(scalar, publicKey.subarray(1158))),
    }
  },
  decapsulate(privateKey, ciphertext) {
    const postQuantum = sntrup761.decapsulate(privateKey.subarray(0, 1763), ciphertext.subarray(0, 1039))
    return combine(postQuantum, nodeX25519Agree(privateKey.subarray(1763), ciphertext.subarray(1039)))
  },
}

const lengths = {
  publicKey: 1190,
  privateKey: 1795,
  ciphertext: 1071,
  sharedSecret: 64,
  generateRandom: [3044, 3044, 191, 32],
  encapsulateRandom: [3044, 32],
}

describe.each(sntrupKeyExchanges)('$name', async (definition) => {
  const { publicKey } = await definition.generate(seededRandom('client'))
  const { ciphertext } = await definition.encapsulate(publicKey, seededRandom('server'))
  // All zeros, one, and a point of order 8 (RFC 8731 §3).
  const points = ['00'.repeat(32), '01'.padEnd(64, '0'), 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800']
  const refused = points.flatMap((point) => [
    { what: `the X25519 point ${point}`, value: concatBytes(publicKey.subarray(0, 1158), fromHex(point)), by: 'server' as const },
    { what: `the X25519 point ${point}`, value: concatBytes(ciphertext.subarray(0, 1039), fromHex(point)), by: 'client' as const },
  ])
  register(keyExchangeChecks(definition, { reference: halves, refused, lengths, exchanges: 20 }), it)
})

describe('a secret of X25519 that begins with zero', () => {
  // One in 256 does. Whoever drops the zero, in both roles alike, agrees with itself and with nobody else. Seeds found by trying.
  const client = seededRandom('c')(32)
  const server = seededRandom('s 31')(32)

  it('is hashed as 32 bytes, in both roles', async () => {
    expect(nodeX25519Agree(client, nodeX25519PublicKey(server))[0]).toBe(0)
    const { publicKey, privateKey } = await kex.generate(withScalar(client))
    const expected = await halves.encapsulate(publicKey, withScalar(server))
    expect(await kex.encapsulate(publicKey, withScalar(server))).toEqual(expected)
    expect(await kex.decapsulate(privateKey, expected.ciphertext)).toEqual(expected.sharedSecret)
  })
})

describe('the definitions', () => {
  it('are listed most preferred first, in a frozen list', () => {
    expect(sntrupKeyExchanges.map(({ name }) => name)).toEqual(['sntrup761x25519-sha512', 'sntrup761x25519-sha512@openssh.com'])
    expect(Object.isFrozen(sntrupKeyExchanges)).toBe(true)
  })

  it.each(sntrupKeyExchanges)('$name exchanges and hashes strings, with SHA-512', (definition) => {
    expect(definition).toMatchObject({ publicFormat: 'string', secretFormat: 'string', postQuantum: true, provider: 'seashell' })
    const data = seededRandom('data')(100)
    expect(Buffer.from(definition.hash(data))).toEqual(createHash('sha512').update(data).digest())
  })

  it('refuses messages of other lengths, saying which', async () => {
    const { privateKey } = await kex.generate(seededRandom('client'))
    expect(() => kex.encapsulate(new Uint8Array(1158), seededRandom('server'))).toThrow('expected Q_C of 1190 bytes')
    expect(() => kex.decapsulate(privateKey, new Uint8Array(1039))).toThrow('expected Q_S of 1071 bytes')
    expect(() => kex.decapsulate(privateKey.subarray(1), new Uint8Array(1071))).toThrow('expected a private key of 1795 bytes; got 1794')
  })
})

/** K = SHA-512(K_PQ ‖ K_CL). */
function combine(postQuantum: Uint8Array, classical: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha512').update(postQuantum).update(classical).digest())
}

/** Random bytes that are the same every time, with a given scalar for X25519, the only thing of 32 bytes that is asked for. */
function withScalar(scalar: Uint8Array): (length: number) => Uint8Array {
  return (length) => (length === 32 ? scalar.slice() : seededRandom('sntrup761')(length))
}

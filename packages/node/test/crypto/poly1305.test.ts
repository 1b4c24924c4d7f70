import { createCipheriv, createSecretKey } from 'node:crypto'
import { poly1305 } from '@noble/ciphers/_poly1305.js'
import { fromHex, seededRandom, toHex, unaligned } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { computePoly1305, poly1305ByAead } from '../../src/crypto/ciphers/poly1305.ts'

/** The one-time key that ChaCha20 gives for a key and a nonce (RFC 8439 §2.6). */
function oneTimeKeyOf(key: Uint8Array, nonce: Uint8Array): Uint8Array {
  return createCipheriv('chacha20', key, Buffer.concat([Buffer.alloc(4), nonce])).update(new Uint8Array(32))
}

describe('Poly1305 by way of the AEAD of RFC 8439', () => {
  it('gives the tag of RFC 8439 §2.8.2 for what that covers, padding and lengths included', () => {
    const [key, nonce] = [fromHex('808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f'), fromHex('070000004041424344454647')]
    const oneTimeKey = oneTimeKeyOf(key, nonce)
    expect(toHex(oneTimeKey)).toBe('7bac2b252db447af09b67a55a4e955840ae1d6731075d9eb2a9375783ed553ff')
    const covered = fromHex(`
      50515253c0c1c2c3c4c5c6c700000000
      d31a8d34648e60db7b86afbc53ef7ec2 a4aded51296e08fea9e2b5a736ee62d6 3dbea45e8ca9671282fafb69da92728b
      1a71de0a9e060b2905d6a5b67ecd3b36 92ddbd7f2d778b8c9803aee328091b58 fab324e4fad675945585808b4831d7bc
      3ff4def08e4b7a9de576d26586cec64b 61160000000000000000000000000000 0c000000000000007200000000000000`)
    expect(toHex(poly1305ByAead(createSecretKey(key), nonce, oneTimeKey, covered))).toBe('1ae10b594f09e26a7e902ecbd0600691')
  })

  it('gives what noble gives, for every length of the last block and under a thousand keys', () => {
    const random = seededRandom('poly1305')
    for (let round = 0; round < 1000; round++) {
      const [key, nonce, data] = [random(32), random(12), random(1 + (round % 131))]
      const oneTimeKey = oneTimeKeyOf(key, nonce)
      expect(toHex(poly1305ByAead(createSecretKey(key), nonce, oneTimeKey, data))).toBe(toHex(poly1305(data, new Uint8Array(oneTimeKey))))
    }
  })

  it.each([0x00, 0xff])('gives what noble gives for data of nothing but the byte %i', (byte) => {
    const random = seededRandom('extremes')
    for (let length = 1; length < 100; length++) {
      const [key, nonce, data] = [random(32), random(12), new Uint8Array(length).fill(byte)]
      const oneTimeKey = oneTimeKeyOf(key, nonce)
      expect(toHex(poly1305ByAead(createSecretKey(key), nonce, oneTimeKey, data))).toBe(toHex(poly1305(data, new Uint8Array(oneTimeKey))))
    }
  })
})

it('Poly1305 is one and the same on both sides of the length from which on OpenSSL computes it', () => {
  const random = seededRandom('around 4096')
  const [key, nonce] = [random(32), random(12)]
  const oneTimeKey = oneTimeKeyOf(key, nonce)
  for (let length = 4080; length < 4120; length++) {
    const data = unaligned(random(length))
    const expected = toHex(poly1305(new Uint8Array(data), new Uint8Array(oneTimeKey)))
    expect(toHex(computePoly1305(createSecretKey(key), nonce, oneTimeKey, data))).toBe(expected)
  }
})

import { createCipheriv } from 'node:crypto'
import { cipherChecks, register } from '@seashell/conformance'
import type { AeadReference } from '@seashell/conformance'
import { chachaPacketVector, fromHex, sealChachaPacket, slowPoly1305, toHex, wycheproof } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { chachaCiphers, chacha20Poly1305 } from '../src/index.ts'

const reference: AeadReference = (key) => (sequence, packet) => sealChachaPacket(key, sequence, packet)

describe('chacha20-poly1305@openssh.com', () => {
  const { key, sequence, packet, sealed: sent } = chachaPacketVector
  register(cipherChecks(chacha20Poly1305, { vectors: [chachaPacketVector], reference }), it)

  it('refuses a packet under the sequence number of another', () => {
    const opener = chacha20Poly1305.createOpener(fromHex(key), new Uint8Array(0))
    expect(() => opener.open(sequence + 1, fromHex(sent))).toThrow(expect.objectContaining({ code: 'MAC', fault: 'peer', reason: 5 }))
  })

  it('opens what readLength was asked of twice, or never: it changes nothing', () => {
    const bytes = fromHex(sent)
    const opener = chacha20Poly1305.createOpener(fromHex(key), new Uint8Array(0))
    expect([1, 2].map(() => opener.readLength(sequence, bytes.subarray(0, 4)))).toEqual([0x48, 0x48])
    expect(toHex(bytes)).toBe(toHex(fromHex(sent)))
    expect(toHex(opener.open(sequence, bytes))).toBe(toHex(fromHex(packet).subarray(4)))
  })

  it('asks for new keys after 1 GiB, has no initial vector, and stands frozen in its list', () => {
    expect(chacha20Poly1305).toMatchObject({
      keyLength: 64,
      ivLength: 0,
      blockLength: 8,
      tagLength: 16,
      alignment: 'body',
      keyLimit: 2 ** 30,
    })
    expect(Object.isFrozen(chachaCiphers)).toBe(true)
    expect(chachaCiphers).toEqual([chacha20Poly1305])
  })
})

describe('the Poly1305 that the tests compare with', () => {
  it('gives the tag of RFC 8439 §2.5.2', () => {
    const key = fromHex('85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b')
    const tag = slowPoly1305(new TextEncoder().encode('Cryptographic Forum Research Group'), key)
    expect(toHex(tag)).toBe('a8061dc1305136c6c22b8baf0c0127a9')
  })

  const vectors = wycheproof<{ ivSize: number }, { key: string; iv: string; aad: string; msg: string; ct: string; tag: string }>(
    'chacha20_poly1305_test.json',
  )

  it.runIf(vectors)("gives the tags of Project Wycheproof's cases for RFC 8439, extreme ones included", () => {
    const tests = vectors!.testGroups.filter((group) => group.ivSize === 96).flatMap((group) => group.tests)
    for (const test of tests.filter((each) => each.result === 'valid')) {
      const iv = Buffer.concat([Buffer.alloc(4), fromHex(test.iv)])
      const polyKey = createCipheriv('chacha20', fromHex(test.key), iv).update(new Uint8Array(32))
      expect(toHex(slowPoly1305(rfc8439Message(fromHex(test.aad), fromHex(test.ct)), polyKey))).toBe(test.tag)
    }
  })
})

/** What Poly1305 covers in the AEAD of RFC 8439 §2.8, which pads both parts and adds their lengths; SSH's does not. */
function rfc8439Message(aad: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const lengths = Buffer.alloc(16)
  lengths.writeBigUInt64LE(BigInt(aad.length), 0)
  lengths.writeBigUInt64LE(BigInt(ciphertext.length), 8)
  return Buffer.concat([aad, paddingOf(aad), ciphertext, paddingOf(ciphertext), lengths])
}

function paddingOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array((16 - (bytes.length % 16)) % 16)
}

import { createCipheriv } from 'node:crypto'
import { cipherChecks, register } from '@seashell/conformance'
import type { AeadReference } from '@seashell/conformance'
import { fromHex, sealChachaPacket, slowPoly1305, toHex, wycheproof } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { chachaCiphers, chacha20Poly1305 } from '../src/index.ts'

const reference: AeadReference = (key) => (sequence, packet) => sealChachaPacket(key, sequence, packet)

describe('chacha20-poly1305@openssh.com', () => {
  // draft-ietf-sshm-chacha20-poly1305-04, Appendix A: one packet, its keys, its sequence number and what is sent.
  const key = `
    8bbff6855fc102338c373e73aac0c914f076a905b2444a32eecaffeae22becc5
    e9b7a7a5825a8249346ec1c28301cf394543fc7569887d76e168f37562ac0740`
  const sequence = 7
  const packet = `
    00000048 06 5e00000000000000384c6f72656d20697073756d20646f6c6f722073697420616d65742c20
    636f6e7365637465747572206164697069736963696e6720656c6974 4e43e804dc6c`
  const sent = `
    2c3ecce4 a5bc05895bf07a7ba956b6c68829ac7c83b780b7000ecde745afc705bbc378ce03a280236b87b5
    3bed5839662302b164b6286a48cd1e097138e3cb909b8b2b829dd18d2a35ff82d9 95349e855bf02c298ef775f2d1a7e8b8`

  const vector = { source: 'draft-ietf-sshm-chacha20-poly1305-04, Appendix A', key, sequence, packet, sealed: sent }
  register(cipherChecks(chacha20Poly1305, { vectors: [vector], reference }), it)

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

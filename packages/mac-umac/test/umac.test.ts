import { createHash } from 'node:crypto'
import { seededRandom, toHex } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { umacMACs } from '../src/index.ts'
import { nh } from '../src/nh.ts'
import { Polynomial } from '../src/polynomial.ts'
import { Umac } from '../src/umac.ts'
import { plainNh, plainUmac, poly } from './plain-umac.ts'

const ascii = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'ascii'))

// RFC 4418, appendix, without the message of 2^25 bytes: it is longer than OpenSSH's UMAC takes, and the subject of an erratum. The last
// four bytes of the tags of 128 bits, which the RFC has not, are Nettle's.
const rfc4418 = [
  { message: '', times: 1, tags: ['113145fb', '6e155fad26900be1', '32fedb100c79ad58f07ff764', '3cc60465'] },
  { message: 'a', times: 3, tags: ['3b91d102', '44b5cb542f220104', '185e4fe905cba7bd85e4c2dc', '3d117d8d'] },
  { message: 'a', times: 2 ** 10, tags: ['599b350b', '26bf2f5d60118bd9', '7a54abe04af82d60fb298c3c', 'bd195bcb'] },
  { message: 'a', times: 2 ** 15, tags: ['58dcf532', '27f8ef643b0d118d', '7b136bd911e4b734286ef2be', '501f2c3c'] },
  { message: 'a', times: 2 ** 20, tags: ['db6364d1', 'a4477e87e9f55853', 'f8acfa3ac31cfeea047f7b11', '5b03bef5'] },
  { message: 'abc', times: 1, tags: ['abf3a3a0', 'd4d7b9f6bd4fbfcf', '883c3d4b97a61976ffcf2323', '08cba5a5'] },
  { message: 'abc', times: 500, tags: ['abeb3c8b', 'd4cf26ddefd5c01a', '8824a260c53c66a36c9260a6', '2cb83aa1'] },
] as const

describe('known answers', () => {
  it.each(rfc4418)('RFC 4418: “$message”, $times times', ({ message, times, tags: [tag32, tag64, tag96, last] }) => {
    const nonce = Buffer.from('bcdefghi')
    const sign = (tagLength: number) =>
      toHex(new Umac(ascii('abcdefghijklmnop'), tagLength).tag(nonce.readUInt32BE(0), nonce.readUInt32BE(4), ascii(message.repeat(times))))
    expect([4, 8, 12, 16].map(sign)).toEqual([tag32, tag64, tag96, tag96 + last])
  })

  // Nettle 3.8's tags of the same keys, nonces and messages, one after another, under SHA-256.
  it.each([
    { tagLength: 8, digest: '5ee69c4a19b45a5af2b5941067d5bb6de22109385a45d9a4bedc76094ceb444b' },
    { tagLength: 16, digest: '64e6b163133c69aad3aba9aad9f0c104663a33309afda99b17cd4a7110e26ac6' },
  ])('485 tags of $tagLength bytes, of messages of 97 lengths', ({ tagLength, digest }) => {
    const short = Array.from({ length: 80 }, (_, length) => length)
    const long = [255, 256, 257, 1000, 1023, 1024, 1025, 1055, 1056, 1057, 2047, 2048, 2049, 3000, 4096, 32768, 35000]
    const all = createHash('sha256')
    for (const length of [...short, ...long]) {
      const umac = new Umac(seededRandom(`key ${length}`)(16), tagLength)
      for (const sequence of [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]) {
        all.update(umac.tag(0, sequence, seededRandom(`message ${length}.${sequence}`)(length)))
      }
    }
    expect(all.digest('hex')).toBe(digest)
  })
})

describe('arithmetic at its limits', () => {
  it('NH adds 128 products of the largest words', () => {
    const ones = Buffer.alloc(1024, 0xff)
    const [key, words, result] = [new Uint32Array(256), new Uint32Array(256).fill(0xffff_ffff), new Uint32Array(2)]
    nh(key, 0, words, 256, 8192, result)
    expect(asBigInt(result)).toBe((plainNh(Buffer.alloc(1024), ones) + 8192n) % 2n ** 64n)
    // Sums of words wrap: to the largest, to zero.
    nh(key.fill(1), 0, words, 256, 8192, result)
    expect(asBigInt(result)).toBe(8192n)
    nh(key.fill(0xffff_ffff), 0, words.fill(0), 256, 0, result)
    expect(asBigInt(result)).toBe(plainNh(ones, Buffer.alloc(1024)))
  })

  // Words that need a marker come once in 2^32, and values between p and 2^64 once in 2^58: no message that one can think of has them.
  it.each([
    ['words that need a marker', [0xffff_ffff_0000_0000n, 0xffff_ffff_ffff_ffffn, 0xffff_ffff_0000_003an, 0xffff_ffff_0000_003bn]],
    ['the largest words that need none', [0xffff_fffe_ffff_ffffn, 0xffff_fffe_ffff_ffffn, 0xffff_fffe_ffff_ffffn]],
    ['zeros', [0n, 0n, 0n]],
    ['one word', [0x0123_4567_89ab_cdefn]],
  ])('the polynomial of %s', (_, words) => {
    for (const key of [0xffff_ffff_ffff_ffffn, 0x0123_4567_89ab_cdefn, 1n, 0n, 0x0100_0000_0000_0000n, 0x0100_0000n]) {
      expect(polynomial(key, words), key.toString(16)).toBe(poly(key & 0x01ff_ffff_01ff_ffffn, words))
    }
  })

  it.each([-1n, 0n, 1n, 58n])('a value of p%s, modulo p', (distance) => {
    // With a key of 0 the value is the last word; with 1, its sum with what came before, and the 1 to begin with.
    const [p, half] = [2n ** 64n - 59n, 2n ** 63n]
    expect(polynomial(1n, [half, p + distance - half - 1n])).toBe((p + distance) % p)
  })

  it('messages around multiples of all units, by the book', () => {
    const key = seededRandom('units')(16)
    const umac = new Umac(key, 16)
    for (const unit of [32, 256, 1024, 4096]) {
      for (const length of [unit - 1, unit, unit + 1]) {
        const message = seededRandom(`message ${length}`)(length)
        expect(toHex(umac.tag(0x0123_4567, length, message))).toBe(
          toHex(plainUmac(16, key, (0x0123_4567n << 32n) + BigInt(length), message)),
        )
      }
    }
  })

  it('refuses more than 2^24 bytes, and not 2^24', () => {
    const umac = new Umac(new Uint8Array(16), 8)
    expect(umac.tag(0, 0, new Uint8Array(2 ** 24))).toHaveLength(8)
    const message = 'expected at most 16777216 bytes for UMAC; got 16777217'
    expect(() => umac.tag(0, 0, new Uint8Array(2 ** 24 + 1))).toThrow(expect.objectContaining({ code: 'ARGUMENT', message }))
  })
})

it('the list of all is frozen, encrypt-then-MAC first, with the lengths of OpenSSH', () => {
  expect(Object.isFrozen(umacMACs)).toBe(true)
  expect(umacMACs.map(({ name, keyLength, macLength, encryptThenMac }) => [name, keyLength, macLength, encryptThenMac])).toEqual([
    ['umac-64-etm@openssh.com', 16, 8, true],
    ['umac-128-etm@openssh.com', 16, 16, true],
    ['umac-64@openssh.com', 16, 8, false],
    ['umac-128@openssh.com', 16, 16, false],
  ])
})

function polynomial(key: bigint, words: readonly bigint[]): bigint {
  const result = new Uint32Array(2)
  const hash = new Polynomial(Number(key >> 32n), Number(key & 0xffff_ffffn))
  hash.restart()
  for (const word of words) hash.update(Number(word >> 32n), Number(word & 0xffff_ffffn))
  hash.finish(result)
  return asBigInt(result)
}

function asBigInt([upper, lower]: Uint32Array): bigint {
  return (BigInt(upper!) << 32n) + BigInt(lower!)
}

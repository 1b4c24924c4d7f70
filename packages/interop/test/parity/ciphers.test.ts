// Twisted Conch's behaviours 116 to 120: MACs and ciphers. The others are in packages/core/test/parity.
import { createHmac } from 'node:crypto'
import type { CipherStream, MacCipherDefinition } from '@seashell/core'
import { concatBytes, equalBytesConstantTime, readUint32, writeUint32 } from '@seashell/core/wire'
import { hmacMd5 } from '@seashell/legacy'
import { hmacSha384 } from '@seashell/mac-hmac'
import { fromHex, toHex } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { everything } from '../../src/matrix/index.ts'

describe('MACs', () => {
  const hashes = { 'hmac-sha2-512': 'sha512', 'hmac-sha2-384': 'sha384', 'hmac-sha2-256': 'sha256', 'hmac-sha1': 'sha1', 'hmac-md5': 'md5' }
  const lengths = { sha512: 64, sha384: 48, sha256: 32, sha1: 20, md5: 16 }

  it('conch 116: key and tag are as long as the hash, and the tag is HMAC over sequence number and packet; none has neither', () => {
    const data = Uint8Array.from({ length: 100 }, (_, index) => index)
    const sequence = new Uint8Array(4)
    writeUint32(sequence, 0, 0x0102_0304)
    for (const [name, hash] of Object.entries(hashes)) {
      const mac = name === 'hmac-sha2-384' ? hmacSha384 : everything.macs.get(name)
      const length = lengths[hash as keyof typeof lengths]
      expect([name, mac.keyLength, mac.macLength]).toEqual([name, length, length])
      const key = data.slice(0, length)
      expect(toHex(mac.create(key).sign(0x0102_0304, data))).toBe(createHmac(hash, key).update(sequence).update(data).digest('hex'))
    }
    const none = everything.macs.get('none')
    expect([none.keyLength, none.macLength, none.create(new Uint8Array(0)).sign(0, data)]).toEqual([0, 0, new Uint8Array(0)])
  })

  // RFC 2104, appendix. What is signed begins with a sequence number, 4 bytes: those of the vector are passed as that number.
  const vectors = [
    ['0b'.repeat(16), toHex(new TextEncoder().encode('Hi There')), '9294727a3638bb1c13f48ef8158bfc9d'],
    // HMAC fills short keys up with zeros.
    [`4a656665${'00'.repeat(12)}`, toHex(new TextEncoder().encode('what do ya want for nothing?')), '750c783e6ab0b503eaa86e310a5db738'],
    ['aa'.repeat(16), 'dd'.repeat(50), '56be34521d144c88dbb8c733f0e8b3f6'],
  ] as const
  it.each(vectors)('conch 117: hmac-md5 has the answers of RFC 2104: key %s', (key, data, tag) => {
    const bytes = fromHex(data)
    expect(toHex(hmacMd5.create(fromHex(key)).sign(readUint32(bytes, 0), bytes.subarray(4)))).toBe(tag)
  })

  it('conch 118: the comparison of tags looks at every byte, wherever the difference is; beside none only no tag is right', () => {
    const tag = Uint8Array.from({ length: 32 }, (_, index) => index)
    for (const place of [undefined, 0, 15, 31]) {
      const found = tag.slice()
      if (place !== undefined) found[place]! ^= 0x80
      const looked: number[] = []
      const watched = new Proxy(found, {
        get(target, name) {
          if (typeof name === 'string' && /^\d+$/.test(name)) looked.push(Number(name))
          return Reflect.get(target, name, target)
        },
      })
      expect(equalBytesConstantTime(tag, watched)).toBe(place === undefined)
      expect(looked).toEqual([...tag])
    }
    const nothing = everything.macs.get('none').create(new Uint8Array(0)).sign(0, tag)
    expect([equalBytesConstantTime(nothing, new Uint8Array(0)), equalBytesConstantTime(nothing, tag)]).toEqual([true, false])
  })
})

describe('ciphers', () => {
  const paired = [...everything.ciphers].filter((cipher): cipher is MacCipherDefinition => cipher.integrity === 'mac')

  it.each(paired.map((cipher) => [cipher.name, cipher] as const))(
    'conch 119: %s goes on from block to block, and back, and says how long a block is',
    (_name, cipher) => {
      const key = Uint8Array.from({ length: cipher.keyLength }, (_, index) => index + 1)
      const iv = Uint8Array.from({ length: cipher.ivLength }, (_, index) => 0xf0 ^ index)
      const blocks = [0x5a, 0xa5].map((byte) => new Uint8Array(cipher.blockLength).fill(byte))
      const whole = run(cipher.createEncryptor(key, iv), [concatBytes(...blocks)])
      expect(run(cipher.createEncryptor(key, iv), blocks)).toEqual(whole)
      expect(run(cipher.createDecryptor(key, iv), [whole.slice(0, cipher.blockLength), whole.slice(cipher.blockLength)])).toEqual(
        concatBytes(...blocks),
      )

      expect(cipher.blockLength % 8).toBe(0)
      expect(toHex(whole) === toHex(concatBytes(...blocks))).toBe(cipher.name === 'none')
    },
  )

  it('conch 120: none passes everything through, in blocks of 8 bytes', () => {
    const none = everything.ciphers.get('none') as MacCipherDefinition
    const data = Uint8Array.from({ length: 24 }, (_, index) => index)
    expect([none.blockLength, none.keyLength, none.ivLength]).toEqual([8, 0, 0])
    for (const stream of [
      none.createEncryptor(new Uint8Array(0), new Uint8Array(0)),
      none.createDecryptor(new Uint8Array(0), new Uint8Array(0)),
    ]) {
      expect(run(stream, [data.slice()])).toEqual(data)
    }
  })
})

/** What comes of pieces, put together. */
function run(stream: CipherStream, pieces: readonly Uint8Array[]): Uint8Array {
  return concatBytes(
    ...pieces.map((piece) => {
      const copy = piece.slice()
      stream.transform(copy)
      return copy
    }),
  )
}

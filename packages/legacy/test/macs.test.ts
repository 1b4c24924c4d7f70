import { createHmac } from 'node:crypto'
import { macChecks, register } from '@seashell/conformance'
import { describe, expect, it } from 'vitest'
import { legacyMACs } from '../src/index.ts'

const hex = (text: string): string => Buffer.from(text, 'ascii').toString('hex')

// RFC 2202 §2 and §3: test 1, and test 5, whose tags of 96 bits it gives too. The first four bytes of the text are the sequence number.
const rfc2202 = {
  md5: [
    { source: 'RFC 2202 §2, test 1', key: '0b'.repeat(16), text: 'Hi There', tag: '9294727a3638bb1c13f48ef8158bfc9d' },
    { source: 'RFC 2202 §2, test 5', key: '0c'.repeat(16), text: 'Test With Truncation', tag: '56461ef2342edc00f9bab995690efd4c' },
  ],
  sha1: [
    { source: 'RFC 2202 §3, test 1', key: '0b'.repeat(20), text: 'Hi There', tag: 'b617318655057264e28bc0b6fb378c8ef146be00' },
    { source: 'RFC 2202 §3, test 5', key: '0c'.repeat(20), text: 'Test With Truncation', tag: '4c1a03424b55e07fe7f27be1d58bb9324a9a5a04' },
  ],
}

describe.each(legacyMACs.map((mac) => ({ mac })))('$mac.name', ({ mac }) => {
  const hash = mac.name.includes('md5') ? 'md5' : 'sha1'
  const vectors = rfc2202[hash].map(({ source, key, text, tag }) => {
    const message = hex(text)
    return { source, key, sequence: Number.parseInt(message.slice(0, 8), 16), data: message.slice(8), tag: tag.slice(0, mac.macLength * 2) }
  })
  const reference = (key: Uint8Array) => (sequence: number, data: Uint8Array) => {
    const prefix = Buffer.alloc(4)
    prefix.writeUInt32BE(sequence)
    return createHmac(hash, key).update(prefix).update(data).digest().subarray(0, mac.macLength)
  }
  register(macChecks(mac, { vectors, reference }), it)
})

it('the MACs have the lengths of RFC 4253 §6.4, encrypt-then-MAC first', () => {
  const lengths = legacyMACs.map(({ name, keyLength, macLength, encryptThenMac }) => [name, keyLength, macLength, encryptThenMac])
  expect(lengths).toEqual([
    ['hmac-sha1-96-etm@openssh.com', 20, 12, true],
    ['hmac-md5-etm@openssh.com', 16, 16, true],
    ['hmac-md5-96-etm@openssh.com', 16, 12, true],
    ['hmac-sha1-96', 20, 12, false],
    ['hmac-md5', 16, 16, false],
    ['hmac-md5-96', 16, 12, false],
  ])
})

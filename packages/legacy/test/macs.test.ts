import { createHmac } from 'node:crypto'
import { macChecks, register } from '@seashell/conformance'
import { describe, expect, it } from 'vitest'
import { legacyMACs } from '../src/index.ts'

const hex = (text: string): string => Buffer.from(text, 'ascii').toString('hex')

/** With what the key is filled up to the length that SSH gives it: HMAC pads with zeros too (RFC 2104 §2). */
const padded = (key: string, length: number): string => key.padEnd(2 * length, '0')

// RFC 2202 §2 and §3, RFC 2286 §2 and RFC 4231: test 1, and one whose tag is truncated where there is such. The first
// four bytes of the text are the sequence number.
const vectorsOf = {
  sha256: [
    {
      source: 'RFC 4231 §4.2',
      key: padded('0b'.repeat(20), 32),
      text: 'Hi There',
      tag: 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    },
    { source: 'RFC 4231 §4.6', key: padded('0c'.repeat(20), 32), text: 'Test With Truncation', tag: 'a3b6167473100ee06e0c796c2955552b' },
  ],
  sha512: [
    {
      source: 'RFC 4231 §4.2',
      key: padded('0b'.repeat(20), 64),
      text: 'Hi There',
      tag: '87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854',
    },
    { source: 'RFC 4231 §4.6', key: padded('0c'.repeat(20), 64), text: 'Test With Truncation', tag: '415fad6271580a531d4179bc891d87a6' },
  ],
  ripemd160: [
    { source: 'RFC 2286 §2, test 1', key: '0b'.repeat(20), text: 'Hi There', tag: '24cb4bd67d20fc1a5d2ed7732dcc39377f0a5668' },
    { source: 'RFC 2286 §2, test 5', key: '0c'.repeat(20), text: 'Test With Truncation', tag: '7619693978f91d90539ae786500ff3d8e0518e39' },
  ],
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
  const hash = (['md5', 'ripemd160', 'sha256', 'sha512'] as const).find((name) => mac.name.replace('sha2-', 'sha').includes(name)) ?? 'sha1'
  const vectors = vectorsOf[hash].map(({ source, key, text, tag }) => {
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

it('the MACs have the lengths of RFC 4253 §6.4 and of RFC 6668, encrypt-then-MAC first', () => {
  const lengths = legacyMACs.map(({ name, keyLength, macLength, encryptThenMac }) => [name, keyLength, macLength, encryptThenMac])
  expect(lengths).toEqual([
    ['hmac-sha1-96-etm@openssh.com', 20, 12, true],
    ['hmac-md5-etm@openssh.com', 16, 16, true],
    ['hmac-md5-96-etm@openssh.com', 16, 12, true],
    ['hmac-ripemd160', 20, 20, false],
    ['hmac-sha2-512-96', 64, 12, false],
    ['hmac-sha2-256-96', 32, 12, false],
    ['hmac-sha1-96', 20, 12, false],
    ['hmac-md5', 16, 16, false],
    ['hmac-md5-96', 16, 12, false],
  ])
})

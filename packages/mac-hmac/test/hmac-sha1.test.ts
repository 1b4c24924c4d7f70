import { createHash, createHmac } from 'node:crypto'
import { macChecks, register } from '@seashell/conformance'
import type { MacDefinition } from '@seashell/core'
import { fromHex, toHex, wycheproof } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { hmacSha1, hmacSha1Etm } from '../src/index.ts'

const ascii = (text: string): string => Buffer.from(text, 'ascii').toString('hex')

// RFC 2202 §3, but for the fifth case's truncation: its tag is there in full.
const rfc2202 = [
  { number: 1, key: '0b'.repeat(20), data: ascii('Hi There'), tag: 'b617318655057264e28bc0b6fb378c8ef146be00' },
  { number: 2, key: ascii('Jefe'), data: ascii('what do ya want for nothing?'), tag: 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79' },
  { number: 3, key: 'aa'.repeat(20), data: 'dd'.repeat(50), tag: '125d7342b9ac11cd91a39af48aa17b4f63f175d3' },
  { number: 5, key: '0c'.repeat(20), data: ascii('Test With Truncation'), tag: '4c1a03424b55e07fe7f27be1d58bb9324a9a5a04' },
  {
    number: 6,
    key: 'aa'.repeat(80),
    data: ascii('Test Using Larger Than Block-Size Key - Hash Key First'),
    tag: 'aa4ae5e15272d00e95705637ce8a3b55ed402112',
  },
  {
    number: 7,
    key: 'aa'.repeat(80),
    data: ascii('Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data'),
    tag: 'e8e99d0f45237d786d6bbaa7965c7808bbff1a91',
  },
]

describe.each([hmacSha1Etm, hmacSha1])('$name', (definition) => {
  register(macChecks(definition, { reference }), it)

  it.each(rfc2202)('gives the answer of RFC 2202 §3, case $number', ({ key, data, tag }) => {
    expect(sign(definition, fittedKey(fromHex(key))!, fromHex(data))).toBe(tag)
  })

  const file = wycheproof<{ tagSize: number }, { key: string; msg: string; tag: string }>('hmac_sha1_test.json')

  it.runIf(file)('agrees with Project Wycheproof, truncated tags included', () => {
    let [valid, invalid] = [0, 0]
    for (const { tagSize, tests } of file!.testGroups) {
      for (const test of tests) {
        const [key, message] = [fittedKey(fromHex(test.key)), fromHex(test.msg)]
        if (key === undefined || message.length < 4) continue
        const tag = sign(definition, key, message).slice(0, tagSize / 4)
        expect(tag === test.tag, `case ${test.tcId}: ${test.comment}`).toBe(test.result === 'valid')
        if (test.result === 'valid') valid++
        else invalid++
      }
    }
    expect([valid > 20, invalid > 20]).toEqual([true, true])
  })
})

function reference(key: Uint8Array) {
  return (sequence: number, data: Uint8Array) => {
    const prefix = Buffer.alloc(4)
    prefix.writeUInt32BE(sequence)
    return createHmac('sha1', key).update(prefix).update(data).digest()
  }
}

/** SSH's keys have 20 bytes. HMAC pads shorter ones with zeros and hashes those longer than a block of 64 (RFC 2104 §2); so can a test. */
function fittedKey(key: Uint8Array): Uint8Array | undefined {
  if (key.length > 64) return new Uint8Array(createHash('sha1').update(key).digest())
  if (key.length > 20) return undefined
  const padded = new Uint8Array(20)
  padded.set(key)
  return padded
}

/** SSH's MACs cover a sequence number first: here the first four bytes of what is signed. */
function sign(definition: MacDefinition, key: Uint8Array, message: Uint8Array): string {
  return toHex(definition.create(key).sign(Buffer.from(message).readUInt32BE(0), message.subarray(4)))
}

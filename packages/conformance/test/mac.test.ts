import { describe, expect, it } from 'vitest'
import { macChecks } from '../src/index.ts'
import { failedChecks, failureOf } from './toys/failed-checks.ts'
import { toyMac, toyMacReference, type MacFlaw } from './toys/mac.ts'

const reference = toyMacReference

/** Each flaw, and the check that finds it. */
const caughtBy: Record<MacFlaw, string> = {
  'the sequence number is left out': 'every bit of the sequence number changes the tag',
  'the sequence number has 16 bits': 'every bit of the sequence number changes the tag',
  'the sequence number is little-endian': 'makes of 200 packets what the reference makes, across sequence number 2^32−1',
  'the first 64 bytes are signed': 'every byte of the packet changes the tag',
  'a last byte on its own is left out': 'the length of the packet changes the tag',
  'the packet is padded with zeros': 'the length of the packet changes the tag',
  'it is a hash over key and packet': 'makes of 200 packets what the reference makes, across sequence number 2^32−1',
  'the tag is too long': 'every tag is macLength bytes, in an array of its own',
  'the tag is text': 'every tag is macLength bytes, in an array of its own',
  'all tags are one array': 'every tag is macLength bytes, in an array of its own',
  'the packets before are signed too': 'the tag depends on nothing that was signed before',
  'the packet is wiped': 'leaves the packet as it was',
  "the caller's key is kept": 'keeps none of its arguments, which core wipes',
  "the caller's key is wiped by destroy()": 'leaves its arguments as they were',
  'state is shared': 'instances with one key do not disturb each other',
  'the whole buffer is used': 'works at every address, and writes nothing beside the packet',
  'a slice is taken for a copy': "works on arrays whose slices are views, like Node's Buffer",
  'half of the key is used': 'every byte of the key counts',
  'the length of the key is not checked': 'refuses arguments of another length, and tells which is wrong',
  'it goes on after destroy()': 'refuses work after destroy()',
}

describe('a MAC that is right', () => {
  it('passes every check', async () => {
    expect(await failedChecks(macChecks(toyMac(), { reference }))).toEqual(new Map())
    expect(await failedChecks(macChecks(toyMac(), { reference: toyMac() }))).toEqual(new Map())
  })

  it('passes with a vector of RFC 4231 §4.4, whose first four bytes stand for the sequence number', async () => {
    const vector = {
      source: 'RFC 4231 §4.4',
      key: `${'aa'.repeat(20)}${'00'.repeat(12)}`,
      sequence: 0xdddd_dddd,
      data: 'dd'.repeat(46),
      tag: '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
    }
    expect(await failedChecks(macChecks(toyMac(), { vectors: [vector] }))).toEqual(new Map())
    const failed = await failedChecks(macChecks(toyMac('it is a hash over key and packet'), { vectors: [vector] }))
    expect([...failed.keys()]).toEqual(['gives the answer of RFC 4231 §4.4'])
  })
})

describe('a MAC of which', () => {
  it.each(Object.entries(caughtBy))('%s: "%s"', async (flaw, check) => {
    expect(await failureOf(macChecks(toyMac(flaw as MacFlaw), { reference }), check)).toBeInstanceOf(Error)
  })
})

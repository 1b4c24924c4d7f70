import { describe, expect, it } from 'vitest'
import { cipherChecks } from '../src/index.ts'
import { failedChecks, failureOf } from './toys/failed-checks.ts'
import { toyCtr, toyCtrReference, type MacCipherFlaw } from './toys/mac-cipher.ts'

const reference = toyCtrReference
const newMemory = 'what it transforms into new memory is what it transforms in place, and stays until it is given back'

/** Each flaw, and the check that finds it. */
const caughtBy: Record<MacCipherFlaw, string> = {
  'the key is reversed': 'makes of 200 packets what the reference makes, across sequence number 2^32−1',
  'the counter begins again with each call': 'gives the same bytes however the stream is cut',
  'the counter skips a block with each call': 'gives the same bytes however the stream is cut',
  'the counter never moves': 'no ciphertext comes twice where the plaintext does',
  'the counter has 32 bits': 'makes of 200 packets what the reference makes, across sequence number 2^32−1',
  'the counter is little-endian': 'makes of 200 packets what the reference makes, across sequence number 2^32−1',
  'each block is encrypted alone': 'no ciphertext comes twice where the plaintext does',
  'nothing is encrypted': 'no ciphertext comes twice where the plaintext does',
  'the last block of a call is left out': 'gives the same bytes however the stream is cut',
  'the decryptor is a block behind': 'takes back 200 packets that it made, across sequence number 2^32−1',
  'the decryptor does nothing': 'takes back 200 packets that the reference made, across sequence number 2^32−1',
  'it works on a copy': 'makes of 200 packets what the reference makes, across sequence number 2^32−1',
  "the caller's iv is advanced": 'leaves its arguments as they were',
  "the caller's key is kept": 'keeps none of its arguments, which core wipes',
  "the caller's key is wiped by destroy()": 'leaves its arguments as they were',
  'state is shared': 'instances with one key do not disturb each other',
  'the whole buffer is used': 'works at every address, and writes nothing beside the packet',
  'a slice is taken for a copy': "works on arrays whose slices are views, like Node's Buffer",
  'addresses must be aligned': 'works at every address, and writes nothing beside the packet',
  'it goes on after destroy()': 'refuses work after destroy()',
  'lengths are not checked': 'refuses arguments of another length, and tells which is wrong',
  'a wrong length is a plain Error': 'refuses arguments of another length, and tells which is wrong',
  'half of the key is used': 'every byte of the key counts',
  'the iv is ignored': 'every byte of the initial vector counts',
  'it writes past the end': 'works at every address, and writes nothing beside the packet',
  'new memory is the memory it was given': newMemory,
  'what becomes new memory is changed too': newMemory,
  'new memory comes from a stream of its own': newMemory,
  'all new memory is one array': newMemory,
  'new memory that is given back takes the rest along': newMemory,
  'slices of new memory are views': newMemory,
  'it makes new memory after destroy()': newMemory,
  'it takes memory back and makes none': newMemory,
}

describe('a cipher that is right', () => {
  it('passes every check', async () => {
    expect(await failedChecks(cipherChecks(toyCtr(), { reference }))).toEqual(new Map())
  })

  it('passes with the vector of NIST SP 800-38A F.5.1, and with another definition as reference', async () => {
    const vector = {
      source: 'NIST SP 800-38A F.5.1',
      key: '2b7e151628aed2a6abf7158809cf4f3c',
      iv: 'f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff',
      plaintext: '6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51',
      ciphertext: '874d6191b620e3261bef6864990db6ce 9806f66b7970fdff8617187bb9fffdff',
    }
    expect(await failedChecks(cipherChecks(toyCtr(), { vectors: [vector], reference: toyCtr() }))).toEqual(new Map())
    const failed = await failedChecks(cipherChecks(toyCtr('the key is reversed'), { vectors: [vector] }))
    expect([...failed.keys()]).toEqual(['gives the answer of NIST SP 800-38A F.5.1'])
  })
})

describe('a cipher of which', () => {
  it.each(Object.entries(caughtBy))('%s: "%s"', async (flaw, check) => {
    expect(await failureOf(cipherChecks(toyCtr(flaw as MacCipherFlaw), { reference }), check)).toBeInstanceOf(Error)
  })
})

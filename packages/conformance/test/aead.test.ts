import { describe, expect, it } from 'vitest'
import { cipherChecks, type AeadVector } from '../src/index.ts'
import { toyAead, toyAeadReference, type AeadFlaw } from './toys/aead.ts'
import { failedChecks, failureOf } from './toys/failed-checks.ts'

const reference = toyAeadReference

/** Each flaw, and the check that finds it. */
const caughtBy: Record<AeadFlaw, string> = {
  'the halves of the key are swapped': 'makes of 200 packets what the reference makes, across sequence number 2^32−1',
  'the tag is not checked': 'refuses a packet with any one byte changed',
  'the tag skips the length': 'refuses a packet with any one byte changed',
  'the tag skips the last block': 'refuses a packet with any one byte changed',
  'the tag skips the sequence number': 'takes back 200 packets that the reference made, across sequence number 2^32−1',
  'four bytes of the tag are compared': 'refuses a packet with any one byte changed',
  'as much of the tag is compared as came': 'refuses a packet that was cut short',
  'a tag of zeros is good': 'refuses a packet whose tag is all zeros',
  'bytes after the tag are ignored': 'refuses a packet with bytes after it',
  'the nonce never moves': 'no ciphertext comes twice where the plaintext does',
  'the nonce moves by a block': 'no ciphertext comes twice where the plaintext does',
  'the nonce of the opener never moves': 'takes back 200 packets that it made, across sequence number 2^32−1',
  'the nonce counts in 32 bits': 'makes of 200 packets what the reference makes, across sequence number 2^32−1',
  'a packet may come twice': 'refuses a packet out of its turn, or twice',
  'the sequence number has 31 bits': 'makes of 200 packets what the reference makes, across sequence number 2^32−1',
  "the caller's iv is advanced": 'leaves its arguments as they were',
  "the caller's key is kept": 'keeps none of its arguments, which core wipes',
  "the caller's key is wiped by destroy()": 'leaves its arguments as they were',
  'scratch memory is shared': 'instances with one key do not disturb each other',
  'the opener recovers': 'an opener that refused a packet opens no other',
  'plaintext is released before it is verified': 'a packet that was refused leaves no plaintext behind',
  'it throws a plain Error': 'refuses a packet with any one byte changed',
  'it blames the caller': 'refuses a packet with any one byte changed',
  'the whole buffer is used': 'works at every address, and writes nothing beside the packet',
  'a slice is taken for a copy': "works on arrays whose slices are views, like Node's Buffer",
  'addresses must be aligned': 'works at every address, and writes nothing beside the packet',
  'it goes on after destroy()': 'refuses work after destroy()',
  'lengths are not checked': 'refuses arguments of another length, and tells which is wrong',
  'the length that is wrong is not told': 'refuses arguments of another length, and tells which is wrong',
  'half of the key is used': 'every byte of the key counts',
  'the iv is ignored': 'every byte of the initial vector counts',
  'it writes past the end': 'works at every address, and writes nothing beside the packet',
  'the length is one too many': 'takes back 200 packets that it made, across sequence number 2^32−1',
  'the length is read where the body is': 'takes back 200 packets that it made, across sequence number 2^32−1',
  'the tag is returned too': 'takes back 200 packets that it made, across sequence number 2^32−1',
  'the body is copied without its padding': 'takes back 200 packets that it made, across sequence number 2^32−1',
  'the head has no length': 'an opener says how long a head tells the length',
  'bodies share their memory': 'what it opened stays as it is until it is given back',
  'a body that is given back takes the others along': 'what it opened stays as it is until it is given back',
}

describe('an AEAD that is right', () => {
  it('passes every check', async () => {
    expect(await failedChecks(cipherChecks(toyAead(), { reference }))).toEqual(new Map())
  })

  it('passes with another definition as reference', async () => {
    expect(await failedChecks(cipherChecks(toyAead(), { reference: toyAead() }))).toEqual(new Map())
  })

  it('passes with a vector, and fails with one that is wrong by a bit', async () => {
    const key = '2a'.repeat(64)
    const packet = `00000010 04 ${'61'.repeat(15)}`
    const plain = new Uint8Array(Buffer.from(packet.replaceAll(' ', ''), 'hex'))
    const made = await toyAeadReference(Buffer.from(key, 'hex'), Buffer.alloc(12))(7, plain)
    const vector: AeadVector = { source: 'the reference', key, iv: '00'.repeat(12), sequence: 7, packet, sealed: made }
    expect(await failedChecks(cipherChecks(toyAead(), { vectors: [vector] }))).toEqual(new Map())
    const wrong = { ...vector, sealed: Buffer.from(made).fill(0, 35) }
    const failed = await failedChecks(cipherChecks(toyAead(), { vectors: [wrong] }))
    expect([...failed.keys()]).toEqual(['gives the answer of the reference'])
    expect(String(failed.get('gives the answer of the reference'))).toMatch(
      /expected the ciphertext to be 36 bytes, from byte 35 on 00; found/,
    )
  })
})

describe('an AEAD of which', () => {
  it.each(Object.entries(caughtBy))('%s: "%s"', async (flaw, check) => {
    expect(await failureOf(cipherChecks(toyAead(flaw as AeadFlaw), { reference }), check)).toBeInstanceOf(Error)
  })
})

import { describe, expect, it } from 'vitest'
import { publicKeyChecks, type PublicKeyEvidence } from '../src/index.ts'
import { failedChecks, failureOf } from './toys/failed-checks.ts'
import { toyEd25519, toyKeyBlob, withLargerS, type PublicKeyFlaw } from './toys/public-key.ts'

const right = toyEd25519()

const evidence: PublicKeyEvidence = {
  reference: {
    verify: (publicKey, data, signature) => right.verify(publicKey, data, signature),
    sign: (privateKey, data) => right.privateKeys!.sign(privateKey, data),
  },
  refusedKeys: [
    { what: 'a key of zeros, which is of small order', publicKey: toyKeyBlob(new Uint8Array(32)) },
    { what: 'a key of 31 bytes', publicKey: toyKeyBlob(new Uint8Array(31).fill(9)) },
  ],
  refusedSignatures: [{ what: 'S plus the order of the group', change: withLargerS }],
}

/** Each flaw, and the check that finds it. */
const caughtBy: Record<PublicKeyFlaw, string> = {
  'every signature is right': 'does not take a signature with any byte changed',
  'no signature is right': 'takes a right signature, of its own format, every time',
  'a promise of nothing is returned': 'takes a right signature, of its own format, every time',
  'the first 64 bytes are signed': 'does not take a signature for other data',
  'S is reduced first': 'does not take S plus the order of the group',
  'the format of a signature is not read': 'does not take a signature of another format',
  'bytes after a signature are ignored': 'does not take a signature with bytes after it',
  'bytes after its value are ignored': 'does not take a signature with bytes after it',
  'what a signature lacks is taken for zeros': 'does not take a signature with any byte changed',
  'malformed signatures throw': 'does not take a signature that was cut short',
  'the format of a key is not read': 'refuses a public key of another format',
  'bytes after a key are ignored': 'refuses a public key with bytes after it',
  'what a key lacks is taken for zeros': 'refuses a public key that was cut short',
  'a key is wrong in bitLength() alone': 'refuses a public key of another format',
  'a malformed key is a plain Error': 'refuses a public key that was cut short',
  'a malformed key is the fault of the caller': 'refuses a public key that was cut short',
  'keys of small order are accepted': 'refuses a key of zeros, which is of small order',
  'the size is none': 'a public key is of its format, and has a size',
  'the data is wiped': 'verify() leaves its arguments as they were',
  'the key is wiped': 'verify() leaves its arguments as they were',
  'the whole buffer is used': "verifies at every address, and in arrays whose slices are views, like Node's Buffer",
  'signatures are of another format': 'takes a right signature, of its own format, every time',
  'private keys are read to the end of the file': 'reads the private fields, and no byte more',
  'private keys are not compared with their public half': 'refuses private fields with any byte changed, which do not agree',
  'the private key is a view of its file': 'a key that was read shares no memory with its file, nor its halves with each other',
  'the halves of a pair share memory': 'a key that was read shares no memory with its file, nor its halves with each other',
  'every key is the same': 'generate() makes of the same random bytes the same key, and of others another',
  'keys are of nobody knows what': 'generate() makes of the same random bytes the same key, and of others another',
  'signing wipes the private key': 'sign() leaves its arguments as they were, at every address',
  'signing is another each time': 'signs what verify() takes, over data of any length',
  'privateKeys can be changed': 'privateKeys is frozen, and whole',
}

// RFC 8032 §7.1, TEST 2, with the toy's own format in front.
const FORMAT = '00000017 746f792d65643235353139406578616d706c652e6f7267'
const rfc8032 = {
  source: 'RFC 8032 §7.1 TEST 2',
  publicKey: `${FORMAT} 00000020 3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c`,
  data: '72',
  signature: `${FORMAT} 00000040
    92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00`,
  privateKey: `00000020 3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c
    00000040 4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb
    3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c`,
}

describe('a signature algorithm that is right', () => {
  it('passes every check', async () => {
    expect(await failedChecks(publicKeyChecks(right, evidence))).toEqual(new Map())
  })

  it('passes with vectors, right and wrong ones, and fails where they say otherwise', async () => {
    const vectors = [
      rfc8032,
      { ...rfc8032, source: 'other data', data: '73', valid: false },
      { ...rfc8032, source: 'a wrong claim', valid: false },
    ]
    const failed = await failedChecks(publicKeyChecks(right, { ...evidence, vectors }))
    expect([...failed.keys()]).toEqual(['gives the answer of a wrong claim'])
  })

  it('passes without private keys: the reference signs, or a vector is the signature', async () => {
    const { privateKeys, ...rest } = right
    const verifier = Object.freeze(rest)
    const keyPair = await privateKeys!.generate((length) => new Uint8Array(length).fill(8))
    const { reference: _, ...others } = evidence
    expect(await failedChecks(publicKeyChecks(verifier, { ...evidence, keyPair }))).toEqual(new Map())
    expect(await failedChecks(publicKeyChecks(verifier, { ...others, vectors: [rfc8032] }))).toEqual(new Map())
    const failed = await failedChecks(publicKeyChecks(verifier, { ...others, unverified: 'a test' }))
    expect([...failed.keys()]).toContain('takes a right signature, of its own format, every time')
  })

  it('fails where nobody has thought of hostile keys and signatures', async () => {
    const failed = await failedChecks(publicKeyChecks(right, { reference: evidence.reference!, refusedKeys: [] }))
    expect([...failed.keys()]).toEqual(['has hostile public keys to refuse', 'has hostile signatures to refuse'])
  })
})

describe('a signature algorithm of which', () => {
  it.each(Object.entries(caughtBy))('%s: "%s"', async (flaw, check) => {
    expect(await failureOf(publicKeyChecks(toyEd25519(flaw as PublicKeyFlaw), evidence), check)).toBeInstanceOf(Error)
  })
})

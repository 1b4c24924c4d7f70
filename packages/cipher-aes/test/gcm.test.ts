import { fromHex, toHex, withEachByteFlipped, wycheproof } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { Gcm } from '../src/gcm.ts'

// McGrew and Viega, "The Galois/Counter Mode of Operation (GCM)", Appendix B; the same cases are in NIST's submission of GCM.
const TEXT =
  'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255'
const ASSOCIATED = 'feedfacedeadbeeffeedfacedeadbeefabaddad2'
const KEY_128 = 'feffe9928665731c6d6a8f9467308308'
const NONCE = 'cafebabefacedbaddecaf888'

const cases = [
  { number: 1, key: '00'.repeat(16), nonce: '00'.repeat(12), ad: '', text: '', sealed: '', tag: '58e2fccefa7e3061367f1d57a4e7455a' },
  {
    number: 2,
    key: '00'.repeat(16),
    nonce: '00'.repeat(12),
    ad: '',
    text: '00'.repeat(16),
    sealed: '0388dace60b6a392f328c2b971b2fe78',
    tag: 'ab6e47d42cec13bdf53a67b21257bddf',
  },
  {
    number: 3,
    key: KEY_128,
    nonce: NONCE,
    ad: '',
    text: TEXT,
    sealed:
      '42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985',
    tag: '4d5c2af327cd64a62cf35abd2ba6fab4',
  },
  {
    number: 4,
    key: KEY_128,
    nonce: NONCE,
    ad: ASSOCIATED,
    text: TEXT.slice(0, 120),
    sealed: '42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091',
    tag: '5bc94fbc3221a5db94fae95ae7121a47',
  },
  { number: 13, key: '00'.repeat(32), nonce: '00'.repeat(12), ad: '', text: '', sealed: '', tag: '530f8afbc74536b9a963b4f1c4cb738b' },
  {
    number: 14,
    key: '00'.repeat(32),
    nonce: '00'.repeat(12),
    ad: '',
    text: '00'.repeat(16),
    sealed: 'cea7403d4d606b6e074ec5d3baf39d18',
    tag: 'd0d1c8a799996bf0265b98b5d48ab919',
  },
  {
    number: 16,
    key: KEY_128 + KEY_128,
    nonce: NONCE,
    ad: ASSOCIATED,
    text: TEXT.slice(0, 120),
    sealed: '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662',
    tag: '76fc6ece0f4e1768cddf8853bb2d551b',
  },
]

interface Case {
  readonly key: string
  readonly nonce: string
  readonly ad: string
  readonly text: string
  readonly sealed: string
  readonly tag: string
}

function expectSealAndOpen(gcm: Gcm, vector: Case): void {
  const [nonce, associated, text, tag] = [fromHex(vector.nonce), fromHex(vector.ad), fromHex(vector.text), new Uint8Array(16)]
  gcm.seal(nonce, associated, text, tag)
  expect(toHex(text)).toBe(vector.sealed)
  expect(toHex(tag)).toBe(vector.tag)
  expect(gcm.open(nonce, associated, text, tag)).toBe(true)
  expect(toHex(text)).toBe(vector.text)
}

describe('AES-GCM', () => {
  it.each(cases)('gives the answer of test case $number of its specification, and again with the same key', (vector) => {
    const gcm = new Gcm(fromHex(vector.key))
    expectSealAndOpen(gcm, vector)
    expectSealAndOpen(gcm, vector)
  })

  it.each(cases)('refuses each flipped byte of the tag of test case $number', (vector) => {
    const gcm = new Gcm(fromHex(vector.key))
    const sealed = fromHex(vector.sealed)
    for (const tag of withEachByteFlipped(fromHex(vector.tag))) {
      expect(gcm.open(fromHex(vector.nonce), fromHex(vector.ad), sealed, tag)).toBe(false)
      expect(toHex(sealed)).toBe(vector.sealed)
    }
  })
})

const vectors = wycheproof<
  { ivSize: number; tagSize: number },
  { key: string; iv: string; aad: string; msg: string; ct: string; tag: string }
>('aes_gcm_test.json')

describe.runIf(vectors)('AES-GCM against Project Wycheproof', () => {
  const groups = vectors?.testGroups.filter((group) => group.ivSize === 96 && group.tagSize === 128) ?? []
  const tests = groups.flatMap((group) => group.tests)

  it.each(tests)('case $tcId: $result', (test) => {
    const gcm = new Gcm(fromHex(test.key))
    const vector = { key: test.key, nonce: test.iv, ad: test.aad, text: test.msg, sealed: test.ct, tag: test.tag }
    if (test.result === 'valid') expectSealAndOpen(gcm, vector)
    else expect(gcm.open(fromHex(test.iv), fromHex(test.aad), fromHex(test.ct), fromHex(test.tag))).toBe(false)
  })
})

import { fromHex, type GcmVector, gcmVectors, toHex, withEachByteFlipped, wycheproof } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { Gcm } from '../src/gcm.ts'

type Case = Omit<GcmVector, 'number'>

function expectSealAndOpen(gcm: Gcm, vector: Case): void {
  const [nonce, associated, text, tag] = [fromHex(vector.nonce), fromHex(vector.ad), fromHex(vector.text), new Uint8Array(16)]
  gcm.seal(nonce, associated, text, tag)
  expect(toHex(text)).toBe(vector.sealed)
  expect(toHex(tag)).toBe(vector.tag)
  expect(gcm.open(nonce, associated, text, tag)).toBe(true)
  expect(toHex(text)).toBe(vector.text)
}

describe('AES-GCM', () => {
  it.each(gcmVectors)('gives the answer of test case $number of its specification, and again with the same key', (vector) => {
    const gcm = new Gcm(fromHex(vector.key))
    expectSealAndOpen(gcm, vector)
    expectSealAndOpen(gcm, vector)
  })

  it.each(gcmVectors)('refuses each flipped byte of the tag of test case $number', (vector) => {
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

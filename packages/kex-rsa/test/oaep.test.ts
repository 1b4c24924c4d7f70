import { sha1 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bigIntToBytes, bytesToBigInt } from '@seashell/core/wire'
import { publicOperation } from '@seashell/key-rsa/arithmetic'
import { fromHex, seededRandom, toHex, withEachByteFlipped } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { decodeOaep, encodeOaep } from '../src/oaep.ts'

// RSA Laboratories, pkcs-1v2-1-vec, oaep-vect.txt: example 1.1.
const example = {
  n: `a8b3b284af8eb50b387034a860f146c4919f318763cd6c5598c8ae4811a1e0abc4c7e0b082d693a5e7fced675cf4668512772c0cbc64a742c6c630f533c8cc72
      f62ae833c40bf25842e984bb78bdbf97c0107d55bdb662f5c4e0fab9845cb5148ef7392dd3aaff93ae1e6b667bb3d4247616d4f5ba10d4cfd226de88d39f16fb`,
  message: '6628194e12073db03ba94cda9ef9532397d50dba79b987004afefe34',
  seed: '18b776ea21069d69776a33e96bad48e1dda0a5ef',
  encrypted: `354fe67b4a126d5d35fe36c777791a3f7ba13def484e2d3908aff722fad468fb21696de95d0be911c2d3174f8afcc201035f7b6d8e69402de5451618c21a535f
      a9d7bfc5b8dd9fc243f8cf927db31322d6e881eaa91a996170e657a05a266426d98c88003f8477c1227094a0d9fa1e8c4024309ce1ecccb5210035d47ac72e8a`,
}

describe('OAEP', () => {
  it('gives the answer of RSA Laboratories’ example 1.1', () => {
    const encoded = encodeOaep(sha1, fromHex(example.message), fromHex(example.seed), 128)
    const encrypted = publicOperation({ n: bytesToBigInt(fromHex(example.n)), e: 65_537n, length: 128 }, bytesToBigInt(encoded))
    expect(toHex(bigIntToBytes(encrypted, 128))).toBe(toHex(fromHex(example.encrypted)))
    expect(toHex(decodeOaep(sha1, encoded)!)).toBe(example.message)
  })

  const random = seededRandom('oaep')

  it('keeps messages of every length, those that begin with 0 and 1 too', () => {
    for (let length = 0; length <= 190; length++) {
      const message = random(length).fill(length % 3, 0, 2)
      expect(decodeOaep(sha256, encodeOaep(sha256, message, random(32), 256))).toEqual(message)
    }
  })

  it('refuses what had any byte changed', () => {
    const encoded = encodeOaep(sha256, random(20), random(32), 256)
    for (const changed of withEachByteFlipped(encoded)) expect(decodeOaep(sha256, changed)).toBeUndefined()
  })

  it('refuses zeros, and anything without a 1', () => {
    expect(decodeOaep(sha256, new Uint8Array(256))).toBeUndefined()
    expect(decodeOaep(sha256, random(256))).toBeUndefined()
  })
})

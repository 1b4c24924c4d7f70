import { createCipheriv } from 'node:crypto'
import { cipherChecks, type MacCipherReference, type MacCipherVector, register } from '@seashell/conformance'
import type { MacCipherDefinition } from '@seashell/core'
import { fromHex, seededRandom, toHex } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { createBlowfish } from '../src/ciphers/blowfish.ts'
import { fractionOfPi } from '../src/ciphers/pi.ts'
import {
  aes128Cbc,
  aes192Cbc,
  aes256Cbc,
  arcfour,
  arcfour128,
  arcfour256,
  blowfishCbc,
  cast128Cbc,
  legacyCiphers,
  tripleDesCbc,
  tripleDesCtr,
} from '../src/index.ts'
import { hasOpenSSL, opensslEncrypt } from './openssl.ts'

/** node:crypto in CBC mode, over one stream. */
function nodeCbc(name: string): MacCipherReference {
  return (key, iv) => {
    const cipher = createCipheriv(name, key, iv).setAutoPadding(false)
    return (plaintext) => cipher.update(plaintext)
  }
}

/** Triple DES in counter mode, of which node:crypto has only the block cipher. */
const nodeTripleDesCtr: MacCipherReference = (key, iv) => {
  const ecb = createCipheriv('des-ede3-ecb', key, null).setAutoPadding(false)
  let counter = Buffer.from(iv).readBigUInt64BE()
  return (plaintext) => {
    const counters = Buffer.alloc(plaintext.length)
    for (let start = 0; start < counters.length; start += 8) {
      counters.writeBigUInt64BE(counter, start)
      counter = BigInt.asUintN(64, counter + 1n)
    }
    return ecb.update(counters).map((byte, index) => byte ^ plaintext[index]!)
  }
}

// NIST SP 800-38A F.2: the four blocks that all its examples have.
const sp800_38a = {
  iv: '000102030405060708090a0b0c0d0e0f',
  plaintext: `6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51
    30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710`,
}

const aes = [
  {
    cipher: aes128Cbc,
    section: 'F.2.1',
    key: '2b7e151628aed2a6abf7158809cf4f3c',
    ciphertext: `7649abac8119b246cee98e9b12e9197d 5086cb9b507219ee95db113a917678b2
      73bed6b8e3c1743b7116e69e22229516 3ff1caa1681fac09120eca307586e1a7`,
  },
  {
    cipher: aes192Cbc,
    section: 'F.2.3',
    key: '8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b',
    ciphertext: `4f021db243bc633d7178183a9fa071e8 b4d9ada9ad7dedf4e5e738763f69145a
      571b242012fb7ae07fa9baac3df102e0 08b0e27988598881d920a9e64f5615cd`,
  },
  {
    cipher: aes256Cbc,
    section: 'F.2.5',
    key: '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4',
    ciphertext: `f58c4c04d6e5f1ba779eabfb5f7bfbd6 9cfc4e967edb808d679f777bc6702c7d
      39f23369a9d9bacfa530e26304231461 b2eb05e2c39be9fcda6c19078c6a9d1b`,
  },
]

describe.each(aes)('$cipher.name', ({ cipher, section, key, ciphertext }) => {
  const vector = { source: `NIST SP 800-38A ${section}`, key: fromHex(key), iv: fromHex(sp800_38a.iv) }
  const vectors = [{ ...vector, plaintext: fromHex(sp800_38a.plaintext), ciphertext: fromHex(ciphertext) }]
  register(cipherChecks(cipher, { vectors, reference: nodeCbc(`aes-${cipher.keyLength * 8}-cbc`) }), it)
})

// NIST SP 800-67 revision 2, B.1: `The qufck brown fox jump` in ECB mode. One block of it is one of CBC mode with an initial vector of zeros,
// and the keystream of counter mode where it is the counter.
const sp800_67 = {
  source: 'NIST SP 800-67 B.1',
  key: '0123456789abcdef23456789abcdef01456789abcdef0123',
  block: '5468652071756663',
  encrypted: 'a826fd8ce53b855f',
}

describe('3des-cbc', () => {
  const { source, key, block, encrypted } = sp800_67
  const vectors = [{ source, key, iv: '0'.repeat(16), plaintext: block, ciphertext: encrypted }]
  register(cipherChecks(tripleDesCbc, { vectors, reference: nodeCbc('des-ede3-cbc') }), it)
})

describe('3des-ctr', () => {
  const { source, key, block, encrypted } = sp800_67
  const vectors = [{ source, key, iv: block, plaintext: '0'.repeat(16), ciphertext: encrypted }]
  register(cipherChecks(tripleDesCtr, { vectors, reference: nodeTripleDesCtr }), it)
})

/** What OpenSSL makes of as many random keys; nothing where there is none. */
function fromOpenssl(name: string, { keyLength, ivLength }: MacCipherDefinition, keys: number, discard = 0): MacCipherVector[] {
  if (!hasOpenSSL) return []
  const random = seededRandom(name)
  return Array.from({ length: keys }, (_, index) => {
    const key = random(keyLength)
    const iv = ivLength === 0 ? undefined : random(ivLength)
    const plaintext = random(2048)
    const encrypted = opensslEncrypt(name, key, iv, Buffer.concat([Buffer.alloc(discard), plaintext]))
    return { source: `openssl enc -${name}, key ${index}`, key, ...(iv && { iv }), plaintext, ciphertext: encrypted.subarray(discard) }
  })
}

describe('blowfish-cbc', () => {
  // Eric Young's vectors, at the end of those that Schneier publishes: the text is `7654321 Now is the time for `, a zero, and zeros.
  const young = {
    source: 'the vectors of Eric Young, CBC',
    key: '0123456789abcdeff0e1d2c3b4a59687',
    iv: 'fedcba9876543210',
    plaintext: '37363534333231204e6f77206973207468652074696d6520666f722000000000',
    ciphertext: '6b77b4d63006dee605b156e27403979358deb9e7154616d959f1652bd5ff92cc',
  }
  register(cipherChecks(blowfishCbc, { vectors: [young, ...fromOpenssl('bf-cbc', blowfishCbc, 12)] }), it)

  it.each([
    ['0000000000000000', '0000000000000000', '4ef997456198dd78'],
    ['ffffffffffffffff', 'ffffffffffffffff', '51866fd5b85ecb8a'],
    ['0123456789abcdef', '1111111111111111', '61f9c3802281b096'],
  ])('under the key %s makes of the block %s what Eric Young says, and the other way round', (key, plaintext, ciphertext) => {
    const block = fromHex(plaintext)
    const blowfish = createBlowfish(fromHex(key))
    blowfish.encryptBlock(block)
    expect(toHex(block)).toBe(ciphertext)
    blowfish.decryptBlock(block)
    expect(toHex(block)).toBe(plaintext)
  })

  it('begins with the digits of π, as published: the first of the P-array, the last of the fourth S-box', () => {
    const words = fractionOfPi(1042)
    expect([words[0], words[1], words[1041]]).toEqual([0x243f6a88, 0x85a308d3, 0x3ac372e6])
    words.fill(0)
    expect(fractionOfPi(2)).toEqual(Uint32Array.of(0x243f6a88, 0x85a308d3))
  })
})

describe('cast128-cbc', () => {
  const rfc2144 = {
    source: 'RFC 2144 B.1, whose one block is one of CBC mode with an initial vector of zeros',
    key: '0123456712345678234567893456789a',
    iv: '0000000000000000',
    plaintext: '0123456789abcdef',
    ciphertext: '238b4fe5847e44b2',
  }
  register(cipherChecks(cast128Cbc, { vectors: [rfc2144, ...fromOpenssl('cast5-cbc', cast128Cbc, 24)] }), it)
})

// RFC 6229 §2.
const key128 = '0102030405060708090a0b0c0d0e0f10'
const key256 = '0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20'
const zeros = '0'.repeat(32)

describe('arcfour', () => {
  const rfc6229 = { source: 'RFC 6229, 128 bits, from 0 on', key: key128, plaintext: zeros, ciphertext: '9ac7cc9a609d1ef7b2932899cde41b97' }
  register(cipherChecks(arcfour, { vectors: [rfc6229, ...fromOpenssl('rc4', arcfour, 4)] }), it)
})

describe('arcfour128', () => {
  const rfc6229 = {
    source: 'RFC 6229, 128 bits, from 1536 on',
    key: key128,
    plaintext: zeros,
    ciphertext: 'ffa0b514647ec04f6306b892ae661181',
  }
  register(cipherChecks(arcfour128, { vectors: [rfc6229, ...fromOpenssl('rc4', arcfour128, 4, 1536)] }), it)
})

describe('arcfour256', () => {
  const rfc6229 = {
    source: 'RFC 6229, 256 bits, from 1536 on',
    key: key256,
    plaintext: zeros,
    ciphertext: '3e34135c79db010200767651cf263073',
  }
  register(cipherChecks(arcfour256, { vectors: [rfc6229] }), it)

  it('gives the rest of RFC 6229: bytes 2032, 2048, 3072 and 4096', () => {
    const keystream = new Uint8Array(4112 - 1536)
    arcfour256.createEncryptor(fromHex(key256), new Uint8Array(0)).transform(keystream)
    const at = (offset: number): string => toHex(keystream.subarray(offset - 1536, offset - 1520))
    expect([2032, 2048, 3072].map((offset) => at(offset))).toEqual([
      'f656abccf88dd827027b2ce917d464ec',
      '18b62503bfbc077fbabb98f20d98ab34',
      '625a1ab00ee39a5327346bddb01a9c18',
    ])
  })
})

describe('the ciphers', () => {
  it('have the lengths of RFC 4253 §6.3, RFC 4344 §4 and RFC 4345 §4, and ask for new keys as RFC 4344 §3.2 wants it', () => {
    const lengths = legacyCiphers.map(({ name, keyLength, ivLength, blockLength, keyLimit }) => [
      name,
      keyLength,
      ivLength,
      blockLength,
      keyLimit,
    ])
    expect(lengths).toEqual([
      ['aes256-cbc', 32, 16, 16, 2 ** 36],
      ['aes192-cbc', 24, 16, 16, 2 ** 36],
      ['aes128-cbc', 16, 16, 16, 2 ** 36],
      ['3des-ctr', 24, 8, 8, 2 ** 30],
      ['3des-cbc', 24, 8, 8, 2 ** 30],
      ['blowfish-cbc', 16, 8, 8, 2 ** 30],
      ['cast128-cbc', 16, 8, 8, 2 ** 30],
      ['arcfour256', 32, 0, 8, 2 ** 30],
      ['arcfour128', 16, 0, 8, 2 ** 30],
      ['arcfour', 16, 0, 8, 2 ** 30],
    ])
  })

  it('the parity bits of a triple DES key do not count', () => {
    const key = fromHex(sp800_67.key)
    const blocks = [key, key.map((byte) => byte ^ 1)].map((one) => {
      const block = fromHex(sp800_67.block)
      tripleDesCbc.createEncryptor(one, new Uint8Array(8)).transform(block)
      return toHex(block)
    })
    expect(blocks).toEqual([sp800_67.encrypted, sp800_67.encrypted])
  })
})

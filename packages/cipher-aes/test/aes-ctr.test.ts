import { createCipheriv } from 'node:crypto'
import { cipherChecks, register } from '@seashell/conformance'
import { fromHex } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { aesCiphers, aes128Ctr, aes128Gcm, aes192Ctr, aes256Ctr, aes256Gcm } from '../src/index.ts'

// NIST SP 800-38A, F.5.1 to F.5.6: the same counter and text for each length of key.
const COUNTER = 'f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'
const TEXT = [
  '6bc1bee22e409f96e93d7e117393172a',
  'ae2d8a571e03ac9c9eb76fac45af8e51',
  '30c81c46a35ce411e5fbc1191a0a52ef',
  'f69f2445df4f9b17ad2b417be66c3710',
]

const ciphers = [
  {
    cipher: aes128Ctr,
    openssl: 'aes-128-ctr',
    key: '2b7e151628aed2a6abf7158809cf4f3c',
    ciphertext: [
      '874d6191b620e3261bef6864990db6ce',
      '9806f66b7970fdff8617187bb9fffdff',
      '5ae4df3edbd5d35e5b4f09020db03eab',
      '1e031dda2fbe03d1792170a0f3009cee',
    ],
  },
  {
    cipher: aes192Ctr,
    openssl: 'aes-192-ctr',
    key: '8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b',
    ciphertext: [
      '1abc932417521ca24f2b0459fe7e6e0b',
      '090339ec0aa6faefd5ccc2c6f4ce8e94',
      '1e36b26bd1ebc670d1bd1d665620abf7',
      '4f78a7f6d29809585a97daec58c6b050',
    ],
  },
  {
    cipher: aes256Ctr,
    openssl: 'aes-256-ctr',
    key: '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4',
    ciphertext: [
      '601ec313775789a5b7a7f504bbf3d228',
      'f443e3ca4d62b59aca84e990cacaf5c5',
      '2b0930daa23de94ce87017ba2d84988d',
      'dfc9c58db67aada613c2dd08457941a6',
    ],
  },
]

describe.each(ciphers)('$cipher.name', ({ cipher, openssl, key, ciphertext }) => {
  const vector = { source: 'NIST SP 800-38A F.5', key, iv: COUNTER, plaintext: TEXT.join(' '), ciphertext: ciphertext.join(' ') }
  const checks = cipherChecks(cipher, {
    vectors: [vector],
    reference(ownKey, iv) {
      const other = createCipheriv(openssl, ownKey, iv)
      return (plaintext) => other.update(plaintext)
    },
  })
  register(checks, it)

  it('refuses what is not whole blocks', () => {
    const stream = cipher.createEncryptor(fromHex(key), fromHex(COUNTER))
    const refusal = expect.objectContaining({ name: 'SSHError', code: 'ARGUMENT', fault: 'caller' })
    expect(() => stream.transform(new Uint8Array(17))).toThrow(refusal)
  })
})

describe('the list of all', () => {
  it('is frozen, has each once, authenticated ones first', () => {
    expect(Object.isFrozen(aesCiphers)).toBe(true)
    expect(aesCiphers.every((cipher) => Object.isFrozen(cipher))).toBe(true)
    expect(aesCiphers).toEqual([aes256Gcm, aes128Gcm, aes256Ctr, aes192Ctr, aes128Ctr])
  })

  it('has the names and limits of the RFCs', () => {
    expect(
      aesCiphers.map(({ name, keyLength, ivLength, blockLength, keyLimit }) => [name, keyLength, ivLength, blockLength, keyLimit]),
    ).toEqual([
      ['aes256-gcm@openssh.com', 32, 12, 16, 2 ** 36],
      ['aes128-gcm@openssh.com', 16, 12, 16, 2 ** 36],
      ['aes256-ctr', 32, 16, 16, 2 ** 36],
      ['aes192-ctr', 24, 16, 16, 2 ** 36],
      ['aes128-ctr', 16, 16, 16, 2 ** 36],
    ])
  })
})

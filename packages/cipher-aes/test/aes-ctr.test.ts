import { createCipheriv } from 'node:crypto'
import { fromHex, seededRandom, toHex, unaligned } from '@seashell/testing'
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
  const closed = expect.objectContaining({ name: 'SSHError', code: 'CLOSED', fault: 'caller' })
  const refusal = expect.objectContaining({ name: 'SSHError', code: 'ARGUMENT', fault: 'caller' })

  it('encrypts as NIST SP 800-38A F.5 shows, at once and block by block', () => {
    const whole = fromHex(TEXT.join(''))
    cipher.createEncryptor(fromHex(key), fromHex(COUNTER)).transform(whole)
    expect(toHex(whole)).toBe(ciphertext.join(''))

    const stream = cipher.createEncryptor(fromHex(key), fromHex(COUNTER))
    for (const [index, text] of TEXT.entries()) {
      const block = fromHex(text)
      stream.transform(block)
      stream.transform(new Uint8Array(0))
      expect(toHex(block)).toBe(ciphertext[index])
    }
  })

  it('decrypts as NIST SP 800-38A F.5 shows', () => {
    const whole = fromHex(ciphertext.join(''))
    cipher.createDecryptor(fromHex(key), fromHex(COUNTER)).transform(whole)
    expect(toHex(whole)).toBe(TEXT.join(''))
  })

  it.each(['00000000000000000000000000000000', 'ffffffffffffffffffffffffffffffff', '00000000ffffffffffffffffffffffff'])(
    'goes through 200 packets as OpenSSL does, from counter %s, at any address',
    (counter) => {
      const random = seededRandom(cipher.name)
      const iv = fromHex(counter)
      const encryptor = cipher.createEncryptor(fromHex(key), iv)
      const decryptor = cipher.createDecryptor(fromHex(key), iv)
      const other = createCipheriv(openssl, fromHex(key), iv)
      for (let packet = 0; packet < 200; packet++) {
        const text = random(16 * ((packet * 5) % 60))
        const data = packet % 2 === 0 ? unaligned(text) : new Uint8Array(text)
        encryptor.transform(data)
        expect(toHex(data)).toBe(toHex(other.update(text)))
        decryptor.transform(data)
        expect(toHex(data)).toBe(toHex(text))
      }
    },
  )

  it('neither changes nor keeps key and initial vector', () => {
    const [ownKey, iv] = [fromHex(key), fromHex(COUNTER)]
    const stream = cipher.createEncryptor(ownKey, iv)
    expect([toHex(ownKey), toHex(iv)]).toEqual([key, COUNTER])
    ownKey.fill(0)
    iv.fill(0)
    const block = fromHex(TEXT[0]!)
    stream.transform(block)
    expect(toHex(block)).toBe(ciphertext[0])
    expect(iv).toEqual(new Uint8Array(16))
  })

  it("works on Node's Buffers, whose slices are views", () => {
    const [ownKey, iv, data] = [Buffer.from(key, 'hex'), Buffer.from(COUNTER, 'hex'), Buffer.from(`00${TEXT.join('')}`, 'hex').subarray(1)]
    cipher.createEncryptor(ownKey, iv).transform(data)
    expect(toHex(data)).toBe(ciphertext.join(''))
    expect([toHex(ownKey), toHex(iv)]).toEqual([key, COUNTER])
  })

  it('lets streams with one key go their own ways, also when one is destroyed', () => {
    const streams = [1, 2, 3].map(() => cipher.createEncryptor(fromHex(key), fromHex(COUNTER)))
    streams[2]!.destroy()
    for (const block of [0, 1]) {
      for (const stream of streams.slice(0, 2)) {
        const data = fromHex(TEXT[block]!)
        stream.transform(data)
        expect(toHex(data)).toBe(ciphertext[block])
      }
    }
  })

  it('refuses what is not whole blocks, and work after destroy()', () => {
    const stream = cipher.createEncryptor(fromHex(key), fromHex(COUNTER))
    expect(() => stream.transform(new Uint8Array(17))).toThrow(refusal)
    stream.destroy()
    expect(() => stream.transform(new Uint8Array(16))).toThrow(closed)
  })

  it('refuses keys and initial vectors of another length', () => {
    for (const create of ['createEncryptor', 'createDecryptor'] as const) {
      for (const length of [0, 16, 24, 32, 33].filter((each) => each !== cipher.keyLength)) {
        expect(() => cipher[create](new Uint8Array(length), new Uint8Array(16))).toThrow(refusal)
      }
      expect(() => cipher[create](fromHex(key), new Uint8Array(12))).toThrow(refusal)
    }
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

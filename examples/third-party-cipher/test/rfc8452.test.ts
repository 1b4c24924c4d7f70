import { gcmsiv } from '@noble/ciphers/aes.js'
import { describe, expect, it } from 'vitest'
import { slowGcmSiv } from './slow-gcm-siv.ts'

const key = '01'.padEnd(64, '0')
const nonce = '03'.padEnd(24, '0')

// RFC 8452, Appendix C.2 and, the last one, C.3.
const vectors = [
  { name: 'no byte', key, nonce, ad: '', text: '', result: '07f5f4169bbf55a8400cd47ea6fd400f' },
  { name: '8 bytes', key, nonce, ad: '', text: '0100000000000000', result: 'c2ef328e5c71c83b843122130f7364b761e0b97427e3df28' },
  {
    name: '12 bytes',
    key,
    nonce,
    ad: '',
    text: '010000000000000000000000',
    result: '9aab2aeb3faa0a34aea8e2b18ca50da9ae6559e48fd10f6e5c9ca17e',
  },
  {
    name: '16 bytes',
    key,
    nonce,
    ad: '',
    text: '01000000000000000000000000000000',
    result: '85a01b63025ba19b7fd3ddfc033b3e76c9eac6fa700942702e90862383c6c366',
  },
  {
    name: '32 bytes',
    key,
    nonce,
    ad: '',
    text: '0100000000000000000000000000000002000000000000000000000000000000',
    result: '4a6a9db4c8c6549201b9edb53006cba821ec9cf850948a7c86c68ac7539d027fe819e63abcd020b006a976397632eb5d',
  },
  {
    name: '48 bytes',
    key,
    nonce,
    ad: '',
    text: '010000000000000000000000000000000200000000000000000000000000000003000000000000000000000000000000',
    result:
      'c00d121893a9fa603f48ccc1ca3c57ce7499245ea0046db16c53c7c66fe717e39cf6c748837b61f6ee3adcee17534ed5790bc96880a99ba804bd12c0e6a22cc4',
  },
  {
    name: '8 bytes, with associated data',
    key,
    nonce,
    ad: '01',
    text: '0200000000000000',
    result: '1de22967237a813291213f267e3b452f02d01ae33e4ec854',
  },
  {
    name: '21 bytes, with 35 of associated data',
    key: '3c535de192eaed3822a2fbbe2ca9dfc88255e14a661b8aa82cc54236093bbc23',
    nonce: '688089e55540db1872504e1c',
    ad: '734320ccc9d9bbbb19cb81b2af4ecbc3e72834321f7aa0f70b7282b4f33df23f167541',
    text: 'ced532ce4159b035277d4dfbb7db62968b13cd4eec',
    result: '626660c26ea6612fb17ad91e8e767639edd6c9faee9d6c7029675b89eaf4ba1ded1a286594',
  },
  {
    name: 'a counter that runs over',
    key: '00'.repeat(32),
    nonce: '00'.repeat(12),
    ad: '',
    text: '000000000000000000000000000000004db923dc793ee6497c76dcc03a98e108',
    result: 'f3f80f2cf0cb2dd9c5984fcda908456cc537703b5ba70324a6793a7bf218d3eaffffffff000000000000000000000000',
  },
]

describe('AES-256-GCM-SIV of RFC 8452', () => {
  it.each(vectors)('is what the primitive computes: $name', ({ text, result, ...vector }) => {
    const cipher = gcmsiv(bytes(vector.key), bytes(vector.nonce), bytes(vector.ad))
    expect(hex(cipher.encrypt(bytes(text)))).toBe(result)
    expect(hex(cipher.decrypt(bytes(result)))).toBe(text)
  })

  it.each(vectors)('is what the tests compare with: $name', ({ text, result, ...vector }) => {
    expect(hex(slowGcmSiv(bytes(vector.key), bytes(vector.nonce), bytes(vector.ad), bytes(text)))).toBe(result)
  })
})

function bytes(digits: string): Uint8Array {
  return new Uint8Array(Buffer.from(digits, 'hex'))
}

function hex(found: Uint8Array): string {
  return Buffer.from(found).toString('hex')
}

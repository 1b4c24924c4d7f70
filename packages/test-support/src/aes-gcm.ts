import { createCipheriv } from 'node:crypto'

/** The sealer of a direction, as a function of sequence number and `length ‖ body`: RFC 5647 §7 on OpenSSL's GCM. */
export function opensslGcm(key: Uint8Array, iv: Uint8Array): (sequence: number, packet: Uint8Array) => Uint8Array {
  const fixed = iv.subarray(0, 4)
  let invocation = Buffer.from(iv).readBigUInt64BE(4)
  return (_sequence, packet) => {
    const nonce = Buffer.alloc(12)
    nonce.set(fixed)
    nonce.writeBigUInt64BE(invocation, 4)
    invocation = BigInt.asUintN(64, invocation + 1n)
    const cipher = createCipheriv(key.length === 32 ? 'aes-256-gcm' : 'aes-128-gcm', key, nonce).setAAD(packet.subarray(0, 4))
    return Buffer.concat([packet.subarray(0, 4), cipher.update(packet.subarray(4)), cipher.final(), cipher.getAuthTag()])
  }
}

/** A message under AES-GCM; everything but its number is in hexadecimal. */
export interface GcmVector {
  readonly number: number
  readonly key: string
  readonly nonce: string
  /** The associated data. */
  readonly ad: string
  readonly text: string
  readonly sealed: string
  readonly tag: string
}

// McGrew and Viega, "The Galois/Counter Mode of Operation (GCM)", Appendix B; the same cases are in NIST's submission of GCM.
const TEXT =
  'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255'
const ASSOCIATED = 'feedfacedeadbeeffeedfacedeadbeefabaddad2'
const KEY_128 = 'feffe9928665731c6d6a8f9467308308'
const NONCE = 'cafebabefacedbaddecaf888'

/** Test cases of GCM's specification, those with nonces of 12 bytes, all in hexadecimal. */
export const gcmVectors: readonly GcmVector[] = [
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

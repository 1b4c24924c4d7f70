import { createCipheriv } from 'node:crypto'

/** AEAD_AES_256_GCM_SIV as RFC 8452 §4 has it, on OpenSSL's AES, with POLYVAL in numbers: slow, and unlike the one that is tested. */
export function slowGcmSiv(key: Uint8Array, nonce: Uint8Array, associatedData: Uint8Array, plaintext: Uint8Array): Buffer {
  const [authenticationKey, encryptionKey] = deriveKeys(key, nonce)
  const lengths = Buffer.alloc(16)
  lengths.writeBigUInt64LE(BigInt(associatedData.length) * 8n, 0)
  lengths.writeBigUInt64LE(BigInt(plaintext.length) * 8n, 8)
  const hash = polyval(authenticationKey, Buffer.concat([padded(associatedData), padded(plaintext), lengths]))
  for (let index = 0; index < 12; index++) hash[index]! ^= nonce[index]!
  hash[15]! &= 0x7f
  const tag = encryptBlocks(encryptionKey, hash)
  return Buffer.concat([encryptCounters(encryptionKey, tag, plaintext), tag])
}

/** RFC 8452 §4: halves of encrypted counters, under the nonce. */
function deriveKeys(key: Uint8Array, nonce: Uint8Array): [authenticationKey: Buffer, encryptionKey: Buffer] {
  const halves = [0, 1, 2, 3, 4, 5].map((index) => {
    const block = Buffer.concat([Buffer.alloc(4), nonce])
    block.writeUInt32LE(index)
    return encryptBlocks(key, block).subarray(0, 8)
  })
  return [Buffer.concat(halves.slice(0, 2)), Buffer.concat(halves.slice(2))]
}

/** AES-CTR with a counter of 32 bits, little-endian, in the first bytes of the block (RFC 8452 §4). */
function encryptCounters(key: Uint8Array, tag: Uint8Array, text: Uint8Array): Buffer {
  const counters = Buffer.alloc(Math.ceil(text.length / 16) * 16)
  for (let start = 0; start < counters.length; start += 16) {
    counters.set(tag, start)
    counters[start + 15]! |= 0x80
    counters.writeUInt32LE((counters.readUInt32LE(start) + start / 16) % 2 ** 32, start)
  }
  const keystream = encryptBlocks(key, counters)
  return Buffer.from(text.map((byte, index) => byte ^ keystream[index]!))
}

/** RFC 8452 §3: the field of polynomials modulo x^128 + x^127 + x^126 + x^121 + 1; the lowest bit of the first byte is that of x^0. */
const MODULUS = (1n << 128n) | (1n << 127n) | (1n << 126n) | (1n << 121n) | 1n

/** x^-128, as RFC 8452 §3 gives it: x^127 + x^124 + x^121 + x^114 + 1. */
const X_INVERSE_128 = (1n << 127n) | (1n << 124n) | (1n << 121n) | (1n << 114n) | 1n

function polyval(key: Uint8Array, data: Uint8Array): Buffer {
  // dot(a, b) = a · b · x^-128, of which one factor is always the key.
  const factor = multiply(fromBytes(key), X_INVERSE_128)
  let sum = 0n
  for (let start = 0; start < data.length; start += 16) {
    sum = multiply(sum ^ fromBytes(data.subarray(start, start + 16)), factor)
  }
  const bytes = Buffer.alloc(16)
  bytes.writeBigUInt64LE(sum & 0xffff_ffff_ffff_ffffn, 0)
  bytes.writeBigUInt64LE(sum >> 64n, 8)
  return bytes
}

function multiply(a: bigint, b: bigint): bigint {
  let product = 0n
  for (let left = a, bits = b; bits > 0n; bits >>= 1n) {
    if (bits & 1n) product ^= left
    left <<= 1n
    if (left >> 128n) left ^= MODULUS
  }
  return product
}

function fromBytes(bytes: Uint8Array): bigint {
  const block = Buffer.from(bytes)
  return block.readBigUInt64LE(0) | (block.readBigUInt64LE(8) << 64n)
}

function padded(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 15)])
}

function encryptBlocks(key: Uint8Array, blocks: Uint8Array): Buffer {
  return createCipheriv('aes-256-ecb', key, null).setAutoPadding(false).update(blocks)
}

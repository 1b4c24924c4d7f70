import { createCipheriv } from 'node:crypto'

/**
 * UMAC as RFC 4418 writes it down, step by step, with big numbers and OpenSSL's AES: slow, and for a key, a nonce and a message of any
 * length up to 2^24 bytes.
 */
export function plainUmac(tagLength: number, key: Uint8Array, nonce: bigint, message: Uint8Array): Uint8Array {
  const iterations = tagLength / 4
  const l1Key = kdf(key, 1, 1024 + (iterations - 1) * 16)
  const l2Key = kdf(key, 2, iterations * 24)
  const l3Key1 = kdf(key, 3, iterations * 64)
  const l3Key2 = kdf(key, 4, iterations * 4)
  const tag = pdf(key, nonce, tagLength)
  for (let i = 0; i < iterations; i++) {
    const a = l1Hash(l1Key.subarray(i * 16, i * 16 + 1024), message)
    const b = message.length <= 1024 ? a[0]! : poly(l2Key.readBigUInt64BE(i * 24) & 0x01ffffff01ffffffn, a)
    const hash = l3Hash(l3Key1.subarray(i * 64, i * 64 + 64), l3Key2.readUInt32BE(i * 4), b)
    tag.writeUInt32BE((tag.readUInt32BE(i * 4) ^ hash) >>> 0, i * 4)
  }
  return new Uint8Array(tag)
}

/** §5.3.2 with words of 64 bits. */
export function poly(key: bigint, words: readonly bigint[]): bigint {
  const p = 2n ** 64n - 59n
  let y = 1n
  for (const m of words) {
    if (m >= 2n ** 64n - 2n ** 32n) {
      y = (key * y + (p - 1n)) % p
      y = (key * y + (m - 59n)) % p
    } else {
      y = (key * y + m) % p
    }
  }
  return y
}

/** §5.2.2, on a message whose length is a multiple of 32 bytes. */
export function plainNh(key: Buffer, message: Buffer): bigint {
  let y = 0n
  const sum = (word: number) => BigInt((message.readUInt32LE(word * 4) + key.readUInt32BE(word * 4)) % 2 ** 32)
  for (let word = 0; word < message.length / 4; word += 8) {
    for (let i = word; i < word + 4; i++) y += sum(i) * sum(i + 4)
  }
  return y % 2n ** 64n
}

/** §5.2: 64 bits for each KiB, the last of which is padded. */
function l1Hash(key: Buffer, message: Uint8Array): bigint[] {
  const result: bigint[] = []
  for (let offset = 0; offset === 0 || offset < message.length; offset += 1024) {
    const chunk = message.subarray(offset, offset + 1024)
    const padded = Buffer.alloc(Math.max(32, Math.ceil(chunk.length / 32) * 32))
    padded.set(chunk)
    result.push((plainNh(key, padded) + BigInt(chunk.length * 8)) % 2n ** 64n)
  }
  return result
}

/** §5.4, on 64 bits: the upper half of the 128 is zero. */
function l3Hash(key1: Buffer, key2: number, value: bigint): number {
  let y = 0n
  for (let i = 0; i < 4; i++) {
    const word = (value >> BigInt(48 - 16 * i)) & 0xffffn
    y += word * (key1.readBigUInt64BE(32 + i * 8) % (2n ** 36n - 5n))
  }
  return (Number((y % (2n ** 36n - 5n)) % 2n ** 32n) ^ key2) >>> 0
}

/** §3.2.1. */
function kdf(key: Uint8Array, index: number, length: number): Buffer {
  const input = Buffer.alloc(Math.ceil(length / 16) * 16)
  for (let offset = 0; offset < length; offset += 16) {
    input.writeUInt32BE(index, offset + 4)
    input.writeUInt32BE(offset / 16 + 1, offset + 12)
  }
  return aes(key, input).subarray(0, length)
}

/** §3.3.1. */
function pdf(key: Uint8Array, nonce: bigint, tagLength: number): Buffer {
  const parts = BigInt(Math.floor(16 / tagLength))
  const part = Number(nonce % parts)
  const input = Buffer.alloc(16)
  input.writeBigUInt64BE(nonce - BigInt(part))
  return aes(kdf(key, 0, 16), input).subarray(part * tagLength, (part + 1) * tagLength)
}

function aes(key: Uint8Array, blocks: Buffer): Buffer {
  return createCipheriv('aes-128-ecb', key, null).setAutoPadding(false).update(blocks)
}

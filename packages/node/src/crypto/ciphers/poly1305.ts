import { createCipheriv, type KeyObject } from 'node:crypto'
import { poly1305 } from '@noble/ciphers/_poly1305.js'

const P = 2n ** 130n - 5n
const TWO_128 = 2n ** 128n
const BLOCK_LENGTH = 16

/** The bits of r that are kept (RFC 8439 §2.5). */
const CLAMP = 0x0ffffffc0ffffffc0ffffffc0fffffffn

/**
 * From how many bytes on OpenSSL's Poly1305 is the faster, though it takes two passes and arithmetic around them: noble's 170 µs for 32 KiB
 * come down to some 20. At 2 KiB the two are even.
 */
const OPENSSL_LENGTH = 4096

/**
 * Poly1305 (RFC 8439 §2.5) of data, under the one-time key that ChaCha20 gives for a key and a nonce.
 *
 * @param key a ChaCha20 key of 32 bytes
 * @param nonce 12 bytes; RFC 8439's, which for a 64-bit nonce of the original ChaCha20 begins with four zeros
 * @param oneTimeKey the first 32 bytes of block 0 of their keystream: r ‖ s
 * @param data at least one byte
 * @returns 16 bytes
 */
export function computePoly1305(key: KeyObject, nonce: Uint8Array, oneTimeKey: Uint8Array, data: Uint8Array): Uint8Array {
  return data.length < OPENSSL_LENGTH ? poly1305(data, oneTimeKey) : poly1305ByAead(key, nonce, oneTimeKey, data)
}

/**
 * Node has OpenSSL's Poly1305 inside the AEAD of RFC 8439 alone, which covers more than SSH does: associated data, padded with zeros to whole
 * blocks, and a block of lengths. What Poly1305 gives without those can be computed from two such tags.
 *
 * Poly1305 is (((b₁·r + b₂)·r + …)·r mod p) + s mod 2^128, where each bᵢ is a block as a little-endian number, plus 2^(8 · its length).
 * Let h stand for all blocks but the last, `last` for the bytes of that, and x = (h + last + 2^128)·r mod p. Then with empty plaintext
 *
 * - the tag over all data gives `whole` = ((x + 2^128 + length)·r mod p) mod 2^128,
 * - the tag over all but the last block gives `front` = (x + (frontLength − last)·r mod p) mod 2^128,
 * - and wanted is x − (2^128 − 2^(8 · lastLength))·r mod p, plus s.
 *
 * From `front` alone x is known but for the two bits that a tag does not show. Of the four numbers it can be, one gives `whole`.
 *
 * BigInt takes no constant time. The key that it works on is used for this one packet, and nobody accepts that packet number twice.
 */
export function poly1305ByAead(key: KeyObject, nonce: Uint8Array, oneTimeKey: Uint8Array, data: Uint8Array): Uint8Array {
  const frontLength = data.length - (data.length % BLOCK_LENGTH || BLOCK_LENGTH)
  const lastLength = data.length - frontLength
  const r = readBlock(oneTimeKey.subarray(0, BLOCK_LENGTH)) & CLAMP
  const s = readBlock(oneTimeKey.subarray(BLOCK_LENGTH))
  const last = readBlock(data.subarray(frontLength))
  const front = BigInt.asUintN(128, aeadTag(key, nonce, data.subarray(0, frontLength)) - s)
  const whole = BigInt.asUintN(128, aeadTag(key, nonce, data) - s)

  let x = modulo(front - (BigInt(frontLength) - last) * r)
  for (let tried = 0; tried < 3; tried++) {
    if (BigInt.asUintN(128, modulo((x + TWO_128 + BigInt(data.length)) * r)) === whole) break
    x = modulo(x + TWO_128)
  }
  return writeBlock(modulo(x - (TWO_128 - 2n ** BigInt(8 * lastLength)) * r) + s)
}

function aeadTag(key: KeyObject, nonce: Uint8Array, associatedData: Uint8Array): bigint {
  const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: BLOCK_LENGTH })
  cipher.setAAD(associatedData, { plaintextLength: 0 })
  cipher.final()
  return readBlock(cipher.getAuthTag())
}

/** A number modulo p that is not negative. */
function modulo(value: bigint): bigint {
  const rest = value % P
  return rest < 0n ? rest + P : rest
}

/** Up to 16 bytes as a little-endian number. */
function readBlock(bytes: Uint8Array): bigint {
  const block = new DataView(new ArrayBuffer(BLOCK_LENGTH))
  for (let index = 0; index < bytes.length; index++) block.setUint8(index, bytes[index]!)
  return (block.getBigUint64(8, true) << 64n) | block.getBigUint64(0, true)
}

/** A number modulo 2^128 as 16 little-endian bytes. */
function writeBlock(value: bigint): Uint8Array {
  const block = new DataView(new ArrayBuffer(BLOCK_LENGTH))
  block.setBigUint64(0, value, true)
  block.setBigUint64(8, value >> 64n, true)
  return new Uint8Array(block.buffer)
}

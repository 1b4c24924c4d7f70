import { type CipherGCMTypes, createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import type { AeadCipherDefinition, Opener, Sealer } from '@seashell/core'
import { readUint32, writeUint32 } from '@seashell/core/wire'
import { giveBack } from '../../memory.ts'
import { destroyed, plainBytes, requireLength } from '../bytes.ts'
import { BLOCK_LENGTH, KEY_LIMIT } from './aes.ts'
import { notAuthentic } from './not-authentic.ts'

const NONCE_LENGTH = 12
const TAG_LENGTH = 16

/** The packet length travels in clear, as associated data (RFC 5647 §7.3). */
const HEAD_LENGTH = 4

/** AES-GCM under each of its names: OpenSSH's (PROTOCOL §1.6), RFC 5647's, and ssh2's. */
export const aesGcmCiphers: readonly AeadCipherDefinition[] = /* @__PURE__ */ Object.freeze([
  /* @__PURE__ */ aesGcm('aes256-gcm@openssh.com', 'aes-256-gcm', 32),
  /* @__PURE__ */ aesGcm('aes128-gcm@openssh.com', 'aes-128-gcm', 16),
  /* @__PURE__ */ aesGcm('AEAD_AES_256_GCM', 'aes-256-gcm', 32, true),
  /* @__PURE__ */ aesGcm('AEAD_AES_128_GCM', 'aes-128-gcm', 16, true),
  /* @__PURE__ */ aesGcm('aes256-gcm', 'aes-256-gcm', 32),
  /* @__PURE__ */ aesGcm('aes128-gcm', 'aes-128-gcm', 16),
])

function aesGcm(name: string, opensslName: CipherGCMTypes, keyLength: number, negotiatesMAC = false): AeadCipherDefinition {
  const start = (key: Uint8Array, iv: Uint8Array): GcmDirection => {
    requireLength(`a key for ${name}`, key, keyLength)
    requireLength(`an initial vector for ${name}`, iv, NONCE_LENGTH)
    return new GcmDirection(name, opensslName, key, iv)
  }
  return Object.freeze({
    kind: 'cipher',
    apiVersion: 1,
    name,
    provider: 'node:crypto',
    integrity: 'aead',
    negotiatesMAC,
    keyLength,
    ivLength: NONCE_LENGTH,
    blockLength: BLOCK_LENGTH,
    alignment: 'body',
    tagLength: TAG_LENGTH,
    keyLimit: KEY_LIMIT,
    createSealer: start,
    createOpener: start,
  })
}

/** One direction: whoever made it calls either `seal` or `open`. */
class GcmDirection implements Sealer, Opener {
  readonly headLength = HEAD_LENGTH
  readonly #name: string
  readonly #opensslName: CipherGCMTypes
  /** A KeyObject, since OpenSSL would copy bytes for each packet. */
  #key: KeyObject | undefined
  readonly #nonce: Uint8Array
  #failed = false

  constructor(name: string, opensslName: CipherGCMTypes, key: Uint8Array, iv: Uint8Array) {
    this.#name = name
    this.#opensslName = opensslName
    this.#key = createSecretKey(key)
    this.#nonce = new Uint8Array(iv)
  }

  seal(_sequence: number, packet: Uint8Array): void {
    if (this.#key === undefined) throw destroyed(this.#name)
    const end = packet.length - TAG_LENGTH
    const cipher = createCipheriv(this.#opensslName, this.#key, this.#nonce)
    cipher.setAAD(packet.subarray(0, HEAD_LENGTH))
    const body = cipher.update(packet.subarray(HEAD_LENGTH, end))
    packet.set(body, HEAD_LENGTH)
    giveBack(body)
    cipher.final()
    packet.set(cipher.getAuthTag(), end)
    countInvocation(this.#nonce)
  }

  readLength(_sequence: number, head: Uint8Array): number {
    return readUint32(head, 0)
  }

  open(sequence: number, packet: Uint8Array): Uint8Array {
    if (this.#key === undefined) throw destroyed(this.#name)
    if (this.#failed || packet.length < HEAD_LENGTH + TAG_LENGTH) throw this.#refuse(sequence)
    const end = packet.length - TAG_LENGTH
    const decipher = createDecipheriv(this.#opensslName, this.#key, this.#nonce, { authTagLength: TAG_LENGTH })
    decipher.setAAD(packet.subarray(0, HEAD_LENGTH))
    decipher.setAuthTag(packet.subarray(end))
    // Node decrypts into an array of its own, which nobody sees before `final` has found the tag right.
    const body = decipher.update(packet.subarray(HEAD_LENGTH, end))
    try {
      decipher.final()
    } catch (cause) {
      throw this.#refuse(sequence, cause)
    }
    countInvocation(this.#nonce)
    return plainBytes(body)
  }

  release(body: Uint8Array): void {
    giveBack(body)
  }

  destroy(): void {
    // OpenSSL wipes the key when the KeyObject is collected.
    this.#key = undefined
    this.#nonce.fill(0)
  }

  #refuse(sequence: number, cause?: unknown): Error {
    this.#failed = true
    return notAuthentic(this.#name, sequence, cause)
  }
}

/** Four bytes of the nonce stay, the other eight count packets modulo 2^64 (RFC 5647 §7.1). */
function countInvocation(nonce: Uint8Array): void {
  const low = (readUint32(nonce, 8) + 1) >>> 0
  writeUint32(nonce, 8, low)
  if (low === 0) writeUint32(nonce, 4, readUint32(nonce, 4) + 1)
}

import type { AeadCipherDefinition, Opener, Sealer } from '@seashell/core'
import { readUint32, writeUint32 } from '@seashell/core/wire'
import { destroyed, notAuthentic, requireLength } from './checks.ts'
import { Gcm, NONCE_LENGTH, TAG_LENGTH } from './gcm.ts'
import { BLOCK_LENGTH, KEY_LIMIT } from './limits.ts'

/**
 * `aes256-gcm@openssh.com`: AEAD_AES_256_GCM of RFC 5647 under OpenSSH's name (PROTOCOL §1.6). Key of 32 bytes, IV of 12, tag of 16.
 */
export const aes256Gcm: AeadCipherDefinition = /* @__PURE__ */ aesGcm('aes256-gcm@openssh.com', 32)

/**
 * `aes128-gcm@openssh.com`: AEAD_AES_128_GCM of RFC 5647 under OpenSSH's name (PROTOCOL §1.6). Key of 16 bytes, IV of 12, tag of 16.
 */
export const aes128Gcm: AeadCipherDefinition = /* @__PURE__ */ aesGcm('aes128-gcm@openssh.com', 16)

/** `aes256-gcm`: the same as {@link aes256Gcm} under a name without a domain, which ssh2 for Node.js has too. */
export const aes256GcmBare: AeadCipherDefinition = /* @__PURE__ */ aesGcm('aes256-gcm', 32)

/** `aes128-gcm`: the same as {@link aes128Gcm} under a name without a domain, which ssh2 for Node.js has too. */
export const aes128GcmBare: AeadCipherDefinition = /* @__PURE__ */ aesGcm('aes128-gcm', 16)

/**
 * `AEAD_AES_256_GCM`: the same as {@link aes256Gcm} under RFC 5647's own name, which both sides must agree on as the MAC too (§5.1).
 */
export const aeadAes256Gcm: AeadCipherDefinition = /* @__PURE__ */ aesGcm('AEAD_AES_256_GCM', 32, true)

/**
 * `AEAD_AES_128_GCM`: the same as {@link aes128Gcm} under RFC 5647's own name, which both sides must agree on as the MAC too (§5.1).
 */
export const aeadAes128Gcm: AeadCipherDefinition = /* @__PURE__ */ aesGcm('AEAD_AES_128_GCM', 16, true)

/** The packet length travels in clear, as associated data (RFC 5647 §7.3). */
const HEAD_LENGTH = 4

function aesGcm(name: string, keyLength: number, negotiatesMAC = false): AeadCipherDefinition {
  const requireKey = (key: Uint8Array, iv: Uint8Array): void => {
    requireLength(`a key for ${name}`, key, keyLength)
    requireLength(`an initial vector for ${name}`, iv, NONCE_LENGTH)
  }
  return Object.freeze({
    kind: 'cipher',
    apiVersion: 1,
    name,
    provider: 'noble',
    integrity: 'aead',
    negotiatesMAC,
    keyLength,
    ivLength: NONCE_LENGTH,
    blockLength: BLOCK_LENGTH,
    alignment: 'body',
    tagLength: TAG_LENGTH,
    keyLimit: KEY_LIMIT,
    createSealer(key: Uint8Array, iv: Uint8Array): Sealer {
      requireKey(key, iv)
      return new GcmSealer(name, key, iv)
    },
    createOpener(key: Uint8Array, iv: Uint8Array): Opener {
      requireKey(key, iv)
      return new GcmOpener(name, key, iv)
    },
  })
}

class GcmSealer implements Sealer {
  readonly #name: string
  readonly #gcm: Gcm
  readonly #nonce: Uint8Array
  #destroyed = false

  constructor(name: string, key: Uint8Array, iv: Uint8Array) {
    this.#name = name
    this.#gcm = new Gcm(key)
    this.#nonce = new Uint8Array(iv)
  }

  seal(_sequence: number, packet: Uint8Array): void {
    if (this.#destroyed) throw destroyed(this.#name)
    const end = packet.length - TAG_LENGTH
    this.#gcm.seal(this.#nonce, packet.subarray(0, HEAD_LENGTH), packet.subarray(HEAD_LENGTH, end), packet.subarray(end))
    countInvocation(this.#nonce)
  }

  destroy(): void {
    this.#destroyed = true
    this.#gcm.destroy()
    this.#nonce.fill(0)
  }
}

class GcmOpener implements Opener {
  readonly headLength = HEAD_LENGTH
  readonly #name: string
  readonly #gcm: Gcm
  readonly #nonce: Uint8Array
  #failed = false
  #destroyed = false

  constructor(name: string, key: Uint8Array, iv: Uint8Array) {
    this.#name = name
    this.#gcm = new Gcm(key)
    this.#nonce = new Uint8Array(iv)
  }

  readLength(_sequence: number, head: Uint8Array): number {
    return readUint32(head, 0)
  }

  open(sequence: number, packet: Uint8Array): Uint8Array {
    if (this.#destroyed) throw destroyed(this.#name)
    const end = packet.length - TAG_LENGTH
    const body = packet.subarray(HEAD_LENGTH, end)
    this.#failed ||= end < HEAD_LENGTH || !this.#gcm.open(this.#nonce, packet.subarray(0, HEAD_LENGTH), body, packet.subarray(end))
    if (this.#failed) throw notAuthentic(this.#name, sequence)
    countInvocation(this.#nonce)
    return body
  }

  destroy(): void {
    this.#destroyed = true
    this.#gcm.destroy()
    this.#nonce.fill(0)
  }
}

/** Four bytes of the nonce stay, the other eight count packets modulo 2^64 (RFC 5647 §7.1). */
function countInvocation(nonce: Uint8Array): void {
  const low = (readUint32(nonce, 8) + 1) >>> 0
  writeUint32(nonce, 8, low)
  if (low === 0) writeUint32(nonce, 4, readUint32(nonce, 4) + 1)
}

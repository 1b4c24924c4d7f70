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
  /* @__PURE__ */ aesGcm('aes256-gcm@openssh.com', 32),
  /* @__PURE__ */ aesGcm('aes128-gcm@openssh.com', 16),
  /* @__PURE__ */ aesGcm('AEAD_AES_256_GCM', 32, true),
  /* @__PURE__ */ aesGcm('AEAD_AES_128_GCM', 16, true),
  /* @__PURE__ */ aesGcm('aes256-gcm', 32),
  /* @__PURE__ */ aesGcm('aes128-gcm', 16),
])

function aesGcm(name: string, keyLength: number, negotiatesMAC = false): AeadCipherDefinition {
  const start = (key: Uint8Array, iv: Uint8Array): GcmDirection => {
    requireLength(`a key for ${name}`, key, keyLength)
    requireLength(`an initial vector for ${name}`, iv, NONCE_LENGTH)
    return new GcmDirection(name, key, iv)
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

/** AES-GCM of whole packets under one key, with nonces from whoever calls. */
export interface NodePacketGcm {
  /** Seals `length ‖ body ‖ room for the tag` in place, with a nonce of 12 bytes. */
  seal(nonce: Uint8Array, packet: Uint8Array): void
  /** The body of `length ‖ body ‖ tag`, in new memory, with a nonce of 12 bytes; undefined where the tag is not right. */
  open(nonce: Uint8Array, packet: Uint8Array): Uint8Array | undefined
  /** Takes back what `open` returned, once nobody looks at it any more. */
  release(body: Uint8Array): void
  /** Forgets the key, which OpenSSL wipes when the garbage collector comes to it. */
  destroy(): void
}

/** AES-GCM on `node:crypto`, as {@link nodeGcm} has it. */
export interface NodeGcm {
  /** Where it comes from. */
  readonly provider: 'node:crypto'
  /** Starts under a key of 16 or 32 bytes. */
  start(key: Uint8Array): NodePacketGcm
}

/**
 * What `aesGcmCiphersOver` of `@seashell/cipher-aes` and `defineAesGcmWasm` of `@seashell/cipher-aes-gcm-wasm` can have of `node:crypto`. Alone
 * it is in `nodeCrypto`.
 *
 * @example
 * ```ts
 * import { defineAesGcmWasm } from '@seashell/cipher-aes-gcm-wasm'
 * import { nodeGcm } from '@seashell/node'
 *
 * const ciphers = defineAesGcmWasm({ upTo: 1024, beyond: nodeGcm })
 * ```
 */
export const nodeGcm: NodeGcm = /* @__PURE__ */ Object.freeze({
  provider: 'node:crypto',
  start: (key: Uint8Array) => new OpenSSLGcm(key),
})

class OpenSSLGcm implements NodePacketGcm {
  readonly #opensslName: CipherGCMTypes
  /** A KeyObject, since OpenSSL would copy bytes for each packet. */
  #key: KeyObject | undefined

  constructor(key: Uint8Array) {
    this.#opensslName = key.length === 32 ? 'aes-256-gcm' : 'aes-128-gcm'
    this.#key = createSecretKey(key)
  }

  seal(nonce: Uint8Array, packet: Uint8Array): void {
    const end = packet.length - TAG_LENGTH
    const cipher = createCipheriv(this.#opensslName, this.#keyInUse(), nonce)
    cipher.setAAD(packet.subarray(0, HEAD_LENGTH))
    const body = cipher.update(packet.subarray(HEAD_LENGTH, end))
    packet.set(body, HEAD_LENGTH)
    giveBack(body)
    cipher.final()
    packet.set(cipher.getAuthTag(), end)
  }

  open(nonce: Uint8Array, packet: Uint8Array): Uint8Array | undefined {
    const end = packet.length - TAG_LENGTH
    const decipher = createDecipheriv(this.#opensslName, this.#keyInUse(), nonce, { authTagLength: TAG_LENGTH })
    decipher.setAAD(packet.subarray(0, HEAD_LENGTH))
    decipher.setAuthTag(packet.subarray(end))
    // Node decrypts into an array of its own, which nobody sees before `final` has found the tag right.
    const body = decipher.update(packet.subarray(HEAD_LENGTH, end))
    try {
      decipher.final()
    } catch {
      return undefined
    }
    return plainBytes(body)
  }

  release(body: Uint8Array): void {
    giveBack(body)
  }

  destroy(): void {
    this.#key = undefined
  }

  #keyInUse(): KeyObject {
    if (this.#key === undefined) throw destroyed(this.#opensslName)
    return this.#key
  }
}

/** One direction: whoever made it calls either `seal` or `open`. */
class GcmDirection implements Sealer, Opener {
  readonly headLength = HEAD_LENGTH
  readonly #name: string
  readonly #nonce: Uint8Array
  #gcm: NodePacketGcm | undefined
  #failed = false

  constructor(name: string, key: Uint8Array, iv: Uint8Array) {
    this.#name = name
    this.#nonce = new Uint8Array(iv)
    this.#gcm = nodeGcm.start(key)
  }

  seal(_sequence: number, packet: Uint8Array): void {
    if (this.#gcm === undefined) throw destroyed(this.#name)
    this.#gcm.seal(this.#nonce, packet)
    countInvocation(this.#nonce)
  }

  readLength(_sequence: number, head: Uint8Array): number {
    return readUint32(head, 0)
  }

  open(sequence: number, packet: Uint8Array): Uint8Array {
    if (this.#gcm === undefined) throw destroyed(this.#name)
    const isWhole = packet.length >= HEAD_LENGTH + TAG_LENGTH
    const body = this.#failed || !isWhole ? undefined : this.#gcm.open(this.#nonce, packet)
    this.#failed = body === undefined
    if (body === undefined) throw notAuthentic(this.#name, sequence)
    countInvocation(this.#nonce)
    return body
  }

  release(body: Uint8Array): void {
    giveBack(body)
  }

  destroy(): void {
    this.#gcm?.destroy()
    this.#gcm = undefined
    this.#nonce.fill(0)
  }
}

/** Four bytes of the nonce stay, the other eight count packets modulo 2^64 (RFC 5647 §7.1). */
function countInvocation(nonce: Uint8Array): void {
  const low = (readUint32(nonce, 8) + 1) >>> 0
  writeUint32(nonce, 8, low)
  if (low === 0) writeUint32(nonce, 4, readUint32(nonce, 4) + 1)
}

import type { AeadCipherDefinition, Opener, Sealer } from '@seashell/core'
import { readUint32, writeUint32 } from '@seashell/core/wire'
import { destroyed, notAuthentic, requireLength } from './checks.ts'
import { Gcm, NONCE_LENGTH, TAG_LENGTH } from './gcm.ts'
import { BLOCK_LENGTH, KEY_LIMIT } from './limits.ts'

/** The packet length travels in clear, as associated data (RFC 5647 §7.3). */
const HEAD_LENGTH = 4

/** AES-GCM of whole packets under one key, in one direction: what differs from one implementation to another. Lengths are bytes. */
export interface PacketGcm {
  /**
   * Seals `length ‖ body ‖ room for the tag` in place. The packet length stays in clear, as associated data (RFC 5647 §7.3).
   *
   * @param nonce 12, never the same twice; neither kept nor changed
   * @param packet at least 4 + 16
   */
  seal(nonce: Uint8Array, packet: Uint8Array): void
  /**
   * The body of `length ‖ body ‖ tag`, in the packet's memory or other; or undefined, and nothing is decrypted: the tag is not right.
   *
   * @param nonce 12; neither kept nor changed
   * @param packet at least 4 + 16
   */
  open(nonce: Uint8Array, packet: Uint8Array): Uint8Array | undefined
  /** Takes back an array that {@link open} made, in memory other than the packet's, once nobody looks at it any more. */
  release?(body: Uint8Array): void
  /** Wipes what was made of the key. Nothing but itself is called after it. */
  destroy(): void
}

/** Somebody's AES-GCM. */
export interface GcmArithmetic {
  /** Where it comes from: the `provider` of definitions over it. */
  readonly provider: string
  /** Starts under a key of 16 or 32 bytes, which is neither kept nor changed. */
  start(key: Uint8Array): PacketGcm
}

/** AES-GCM of packets on noble. */
class PortableGcm implements PacketGcm {
  readonly #gcm: Gcm

  constructor(key: Uint8Array) {
    this.#gcm = new Gcm(key)
  }

  seal(nonce: Uint8Array, packet: Uint8Array): void {
    const end = packet.length - TAG_LENGTH
    this.#gcm.seal(nonce, packet.subarray(0, HEAD_LENGTH), packet.subarray(HEAD_LENGTH, end), packet.subarray(end))
  }

  open(nonce: Uint8Array, packet: Uint8Array): Uint8Array | undefined {
    const end = packet.length - TAG_LENGTH
    const body = packet.subarray(HEAD_LENGTH, end)
    return this.#gcm.open(nonce, packet.subarray(0, HEAD_LENGTH), body, packet.subarray(end)) ? body : undefined
  }

  destroy(): void {
    this.#gcm.destroy()
  }
}

/** AES-GCM on noble. */
export const portableGcm: GcmArithmetic = /* @__PURE__ */ Object.freeze({
  provider: 'noble',
  start: (key: Uint8Array) => new PortableGcm(key),
})

/** The definition of AES-GCM under one of its names. Keys, nonces and refusals are seen to here, whoever computes. */
export function aesGcm(
  name: string,
  keyLength: number,
  negotiatesMAC = false,
  arithmetic: GcmArithmetic = portableGcm,
): AeadCipherDefinition {
  const start = (key: Uint8Array, iv: Uint8Array): GcmDirection => {
    requireLength(`a key for ${name}`, key, keyLength)
    requireLength(`an initial vector for ${name}`, iv, NONCE_LENGTH)
    return new GcmDirection(name, arithmetic.start(key), iv)
  }
  return Object.freeze({
    kind: 'cipher',
    apiVersion: 1,
    name,
    provider: arithmetic.provider,
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

/** The nonce of the packet that is being sealed or opened, of all connections: nobody keeps it. */
const nonce = /* @__PURE__ */ new Uint8Array(NONCE_LENGTH)

/**
 * One direction: whoever made it calls either `seal` or `open`. It has the nonce, so that no two packets get the same: as three signed numbers,
 * which take an eighth of what an array does.
 */
class GcmDirection implements Sealer, Opener {
  readonly headLength = HEAD_LENGTH
  readonly #name: string
  readonly #gcm: PacketGcm
  readonly #fixed: number
  #counterHigh: number
  #counterLow: number
  #failed = false
  #destroyed = false

  constructor(name: string, gcm: PacketGcm, iv: Uint8Array) {
    this.#name = name
    this.#gcm = gcm
    this.#fixed = readUint32(iv, 0) | 0
    this.#counterHigh = readUint32(iv, 4) | 0
    this.#counterLow = readUint32(iv, 8) | 0
  }

  seal(_sequence: number, packet: Uint8Array): void {
    if (this.#destroyed) throw destroyed(this.#name)
    this.#gcm.seal(this.#nonce(), packet)
    this.#countInvocation()
  }

  readLength(_sequence: number, head: Uint8Array): number {
    return readUint32(head, 0)
  }

  open(sequence: number, packet: Uint8Array): Uint8Array {
    if (this.#destroyed) throw destroyed(this.#name)
    const isWhole = packet.length >= HEAD_LENGTH + TAG_LENGTH
    const body = this.#failed || !isWhole ? undefined : this.#gcm.open(this.#nonce(), packet)
    this.#failed = body === undefined
    if (body === undefined) throw notAuthentic(this.#name, sequence)
    this.#countInvocation()
    return body
  }

  release(body: Uint8Array): void {
    this.#gcm.release?.(body)
  }

  destroy(): void {
    this.#destroyed = true
    this.#gcm.destroy()
  }

  #nonce(): Uint8Array {
    writeUint32(nonce, 0, this.#fixed)
    writeUint32(nonce, 4, this.#counterHigh)
    writeUint32(nonce, 8, this.#counterLow)
    return nonce
  }

  /** Four bytes of the nonce stay, the other eight count packets modulo 2^64 (RFC 5647 §7.1). */
  #countInvocation(): void {
    this.#counterLow = (this.#counterLow + 1) | 0
    if (this.#counterLow === 0) this.#counterHigh = (this.#counterHigh + 1) | 0
  }
}

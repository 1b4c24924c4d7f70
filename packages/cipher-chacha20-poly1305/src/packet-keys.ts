import { poly1305 } from '@noble/ciphers/_poly1305.js'
import { chacha20orig } from '@noble/ciphers/chacha.js'
import { writeUint32 } from '@seashell/core/wire'

/** Bytes of key of one instance of ChaCha20. */
const CHACHA_KEY_LENGTH = 32

/** Bytes of a Poly1305 key, and how many bytes of keystream make it. */
const POLY_KEY_LENGTH = 32

/** Bytes of the packet length, which has a key of its own. */
export const HEAD_LENGTH = 4

/**
 * The two keys of one direction, and what is done with them for one packet. Keystream blocks of the body are counted: 0 gives the key of
 * Poly1305, the text begins at 1.
 *
 * OpenSSH's PROTOCOL.chacha20poly1305 calls the key of the body K_2 and that of the length K_1; the IETF's draft calls them the other way
 * round. They agree on which comes first in the key material: the body's.
 */
export class PacketKeys {
  readonly #bodyKey: Uint8Array
  readonly #lengthKey: Uint8Array
  readonly #nonce = new Uint8Array(8)
  readonly #polyKey = new Uint8Array(POLY_KEY_LENGTH)

  /** @param key 64 bytes; not kept */
  constructor(key: Uint8Array) {
    this.#bodyKey = new Uint8Array(key.subarray(0, CHACHA_KEY_LENGTH))
    this.#lengthKey = new Uint8Array(key.subarray(CHACHA_KEY_LENGTH))
  }

  /** Encrypts or decrypts, in place, a packet length. */
  transformLength(sequence: number, length: Uint8Array): void {
    chacha20orig(this.#lengthKey, this.#nonceOf(sequence), length, length)
  }

  /** Encrypts or decrypts, in place, what follows the length. */
  transformBody(sequence: number, body: Uint8Array): void {
    chacha20orig(this.#bodyKey, this.#nonceOf(sequence), body, body, 1)
  }

  /** The tag over `encrypted length ‖ encrypted body`: 16 bytes. */
  computeTag(sequence: number, sealed: Uint8Array): Uint8Array {
    this.#polyKey.fill(0)
    chacha20orig(this.#bodyKey, this.#nonceOf(sequence), this.#polyKey, this.#polyKey)
    return poly1305(sealed, this.#polyKey)
  }

  /** Wipes the keys. */
  destroy(): void {
    for (const key of [this.#bodyKey, this.#lengthKey, this.#polyKey]) key.fill(0)
  }

  /** The sequence number as a uint64. */
  #nonceOf(sequence: number): Uint8Array {
    writeUint32(this.#nonce, 4, sequence)
    return this.#nonce
  }
}

import { unsafe } from '@noble/ciphers/aes.js'
import { deriveKeyWith } from './kdf.ts'
import { Pad } from './pad.ts'
import { Uhash } from './uhash.ts'

/** Bytes of key: AES-128's, as OpenSSH has it. */
export const KEY_LENGTH = 16

/** UMAC (RFC 4418 §4) under one key: the tag is UHASH of the message, and the pad of a nonce added. */
export class Umac {
  readonly #tagLength: number
  readonly #uhash: Uhash
  readonly #pad: Pad

  /**
   * @param key 16 bytes; not kept
   * @param tagLength 4, 8, 12 or 16 bytes
   */
  constructor(key: Uint8Array, tagLength: number) {
    const roundKeys = unsafe.expandKeyLE(key)
    const derive = deriveKeyWith(roundKeys)
    const padKey = derive(0, KEY_LENGTH)
    this.#tagLength = tagLength
    this.#uhash = new Uhash(derive, tagLength / 4)
    this.#pad = new Pad(padKey, tagLength)
    padKey.fill(0)
    roundKeys.fill(0)
  }

  /**
   * The tag of a message under a nonce, which must be another for each message. A new array.
   *
   * @param nonceUpper the upper 32 bits of the nonce
   * @param nonceLower the lower 32 bits of the nonce
   */
  tag(nonceUpper: number, nonceLower: number, data: Uint8Array): Uint8Array {
    const tag = new Uint8Array(this.#tagLength)
    this.#uhash.hash(data, tag)
    this.#pad.apply(nonceUpper, nonceLower, tag)
    return tag
  }

  /** Wipes the keys. */
  destroy(): void {
    this.#uhash.destroy()
    this.#pad.destroy()
  }
}

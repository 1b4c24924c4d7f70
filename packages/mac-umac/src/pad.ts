import { unsafe } from '@noble/ciphers/aes.js'
import { writeUint32 } from '@seashell/core/wire'
import { BLOCK_LENGTH } from './kdf.ts'

/**
 * PDF (RFC 4418 §3.3): a pad for each nonce, AES of the nonce and zeros. Where several tags fit into a block, the lowest bits of the nonce
 * choose between the parts of one block.
 */
export class Pad {
  readonly #roundKeys: Uint32Array
  readonly #tagLength: number
  readonly #block = new Uint8Array(BLOCK_LENGTH)

  /**
   * @param key 16 bytes; not kept
   * @param tagLength 4, 8, 12 or 16 bytes
   */
  constructor(key: Uint8Array, tagLength: number) {
    this.#roundKeys = unsafe.expandKeyLE(key)
    this.#tagLength = tagLength
  }

  /** Adds the pad of a nonce, whose 64 bits come in halves, to a hash of `tagLength` bytes. */
  apply(nonceUpper: number, nonceLower: number, hash: Uint8Array): void {
    const [block, tagLength] = [this.#block, this.#tagLength]
    const part = nonceLower & (Math.floor(BLOCK_LENGTH / tagLength) - 1)
    block.fill(0)
    writeUint32(block, 0, nonceUpper)
    writeUint32(block, 4, nonceLower - part)
    unsafe.encryptBlock(this.#roundKeys, block)
    for (let index = 0; index < tagLength; index++) hash[index]! ^= block[part * tagLength + index]!
  }

  /** Wipes the key. */
  destroy(): void {
    this.#roundKeys.fill(0)
    this.#block.fill(0)
  }
}

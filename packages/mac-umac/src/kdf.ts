import { unsafe } from '@noble/ciphers/aes.js'
import { writeUint32 } from '@seashell/core/wire'

/** Bytes of AES's block. */
export const BLOCK_LENGTH = 16

/** Makes keys of a key: `index` says which, `length` how many bytes. They belong to the caller. */
export type DeriveKey = (index: number, length: number) => Uint8Array

/**
 * KDF (RFC 4418 §3.2.1): AES of `uint64 index ‖ uint64 counter`, the counter from 1 on.
 *
 * @param roundKeys what noble makes of the key
 */
export function deriveKeyWith(roundKeys: Uint32Array): DeriveKey {
  return (index, length) => {
    const bytes = new Uint8Array(Math.ceil(length / BLOCK_LENGTH) * BLOCK_LENGTH)
    for (let offset = 0; offset < length; offset += BLOCK_LENGTH) {
      const block = bytes.subarray(offset, offset + BLOCK_LENGTH)
      writeUint32(block, 4, index)
      writeUint32(block, 12, offset / BLOCK_LENGTH + 1)
      unsafe.encryptBlock(roundKeys, block)
    }
    return bytes.subarray(0, length)
  }
}

import { unsafe } from '@noble/ciphers/aes.js'
import type { BlockCipher } from './block-cipher.ts'

/** AES (FIPS 197) by noble, with its round keys computed once. The key has 16, 24 or 32 bytes. */
export function createAes(key: Uint8Array): BlockCipher {
  const encryption = unsafe.expandKeyLE(key)
  const decryption = unsafe.expandKeyDecLE(key)
  return {
    encryptBlock: (block) => void unsafe.encryptBlock(encryption, block),
    decryptBlock: (block) => void unsafe.decryptBlock(decryption, block),
    destroy() {
      encryption.fill(0)
      decryption.fill(0)
    },
  }
}

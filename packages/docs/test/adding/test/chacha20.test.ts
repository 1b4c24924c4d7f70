// test/chacha20.test.ts
import { createCipheriv } from 'node:crypto'
import { cipherChecks, register } from '@seashell/conformance'
import { describe, it } from 'vitest'
import { chacha20 } from '../src/chacha20.ts'

const checks = cipherChecks(chacha20, {
  vectors: [
    {
      source: 'RFC 8439 A.1, test vectors 1 and 2',
      key: '00'.repeat(32),
      iv: '00'.repeat(12),
      plaintext: '00'.repeat(128),
      ciphertext: `
        76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586
        9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f`,
    },
  ],
  // OpenSSL puts the counter in front of the nonce.
  reference(key, iv) {
    const cipher = createCipheriv('chacha20', key, Buffer.concat([Buffer.alloc(4), iv]))
    return (plaintext) => cipher.update(plaintext)
  },
})
describe(chacha20.name, () => register(checks, it))

// src/chacha20.ts
import { chacha20 as xorKeystream } from '@noble/ciphers/chacha.js'
import type { CipherStream, MacCipherDefinition } from '@seashell/core'
import { invalidArgument, SSHError } from '@seashell/core/wire'

const BLOCK_LENGTH = 64

/** `chacha20@example.org`: ChaCha20 (RFC 8439 §2.4), its counter going on from packet to packet. Key of 32 bytes, IV of 12, the nonce. */
export const chacha20: MacCipherDefinition = Object.freeze<MacCipherDefinition>({
  kind: 'cipher',
  integrity: 'mac',
  apiVersion: 1,
  name: 'chacha20@example.org',
  provider: 'noble',
  keyLength: 32,
  ivLength: 12,
  blockLength: BLOCK_LENGTH,
  // The counter has 32 bits: it ends after 2^38 bytes. New keys are asked for long before.
  keyLimit: 2 ** 36,
  createEncryptor: start,
  createDecryptor: start,
})

function start(key: Uint8Array, iv: Uint8Array): CipherStream {
  if (key.length !== 32 || iv.length !== 12) {
    throw invalidArgument(`expected a key of 32 bytes and an IV of 12 for chacha20@example.org; got ${key.length} and ${iv.length}`)
  }
  const [ownKey, nonce] = [new Uint8Array(key), new Uint8Array(iv)]
  let counter = 0
  let destroyed = false
  return {
    transform(data) {
      if (destroyed) throw new SSHError('CLOSED', 'chacha20@example.org was used after destroy()', { fault: 'caller' })
      data.set(xorKeystream(ownKey, nonce, data, undefined, counter))
      counter += data.length / BLOCK_LENGTH
    },
    destroy() {
      destroyed = true
      ownKey.fill(0)
    },
  }
}

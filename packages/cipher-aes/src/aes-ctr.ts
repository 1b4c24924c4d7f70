import { unsafe } from '@noble/ciphers/aes.js'
import type { CipherStream, MacCipherDefinition } from '@seashell/core'
import { invalidArgument } from '@seashell/core/wire'
import { transformAligned } from './aligned.ts'
import { destroyed, requireLength } from './checks.ts'
import { BLOCK_LENGTH, KEY_LIMIT } from './limits.ts'

/** `aes256-ctr` (RFC 4344 §4): AES in counter mode, key of 32 bytes, IV of 16. It needs a MAC beside it. */
export const aes256Ctr: MacCipherDefinition = /* @__PURE__ */ aesCtr('aes256-ctr', 32)

/** `aes192-ctr` (RFC 4344 §4): AES in counter mode, key of 24 bytes, IV of 16. It needs a MAC beside it. */
export const aes192Ctr: MacCipherDefinition = /* @__PURE__ */ aesCtr('aes192-ctr', 24)

/** `aes128-ctr` (RFC 4344 §4): AES in counter mode, key of 16 bytes, IV of 16. It needs a MAC beside it. */
export const aes128Ctr: MacCipherDefinition = /* @__PURE__ */ aesCtr('aes128-ctr', 16)

function aesCtr(name: string, keyLength: number): MacCipherDefinition {
  // A counter mode decrypts by encrypting.
  const create = (key: Uint8Array, iv: Uint8Array): CipherStream => {
    requireLength(`a key for ${name}`, key, keyLength)
    requireLength(`an initial vector for ${name}`, iv, BLOCK_LENGTH)
    return new CtrStream(name, key, iv)
  }
  return Object.freeze({
    kind: 'cipher',
    apiVersion: 1,
    name,
    provider: 'noble',
    integrity: 'mac',
    keyLength,
    ivLength: BLOCK_LENGTH,
    blockLength: BLOCK_LENGTH,
    keyLimit: KEY_LIMIT,
    createEncryptor: create,
    createDecryptor: create,
  })
}

class CtrStream implements CipherStream {
  readonly #name: string
  readonly #roundKeys: Uint32Array
  /** The counter of the next block, X in RFC 4344 §4; noble counts it up. */
  readonly #counter: Uint8Array
  #destroyed = false

  constructor(name: string, key: Uint8Array, iv: Uint8Array) {
    this.#name = name
    this.#roundKeys = unsafe.expandKeyLE(key)
    this.#counter = new Uint8Array(iv)
  }

  transform(data: Uint8Array): void {
    if (this.#destroyed) throw destroyed(this.#name)
    // The rest of a block begun would be lost, and its keystream used again.
    if (data.length % BLOCK_LENGTH !== 0) {
      throw invalidArgument(`expected a multiple of ${BLOCK_LENGTH} bytes for ${this.#name}; got ${data.length}`)
    }
    transformAligned(data, (aligned) => unsafe.ctrCounter(this.#roundKeys, this.#counter, aligned, aligned))
  }

  destroy(): void {
    this.#destroyed = true
    this.#roundKeys.fill(0)
    this.#counter.fill(0)
  }
}

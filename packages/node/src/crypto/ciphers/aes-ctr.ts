import type { Buffer } from 'node:buffer'
import { type Cipher, createCipheriv } from 'node:crypto'
import type { CipherStream, MacCipherDefinition } from '@seashell/core'
import { invalidArgument } from '@seashell/core/wire'
import { giveBack } from '../../memory.ts'
import { destroyed, plainBytes, requireLength } from '../bytes.ts'
import { BLOCK_LENGTH, KEY_LIMIT } from './aes.ts'

/** AES in counter mode (RFC 4344 §4), in each length of key. */
export const aesCtrCiphers: readonly MacCipherDefinition[] = /* @__PURE__ */ Object.freeze([
  /* @__PURE__ */ aesCtr('aes256-ctr', 'aes-256-ctr', 32),
  /* @__PURE__ */ aesCtr('aes192-ctr', 'aes-192-ctr', 24),
  /* @__PURE__ */ aesCtr('aes128-ctr', 'aes-128-ctr', 16),
])

function aesCtr(name: string, opensslName: string, keyLength: number): MacCipherDefinition {
  // A counter mode decrypts by encrypting.
  const create = (key: Uint8Array, iv: Uint8Array): CipherStream => {
    requireLength(`a key for ${name}`, key, keyLength)
    requireLength(`an initial vector for ${name}`, iv, BLOCK_LENGTH)
    return new CtrStream(name, createCipheriv(opensslName, key, iv))
  }
  return Object.freeze({
    kind: 'cipher',
    apiVersion: 1,
    name,
    provider: 'node:crypto',
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
  /** OpenSSL counts on from call to call. */
  #cipher: Cipher | undefined

  constructor(name: string, cipher: Cipher) {
    this.#name = name
    this.#cipher = cipher
  }

  transform(data: Uint8Array): void {
    const transformed = this.#update(data)
    data.set(transformed)
    giveBack(transformed)
  }

  transformToNew(data: Uint8Array): Uint8Array {
    return plainBytes(this.#update(data))
  }

  release(transformed: Uint8Array): void {
    giveBack(transformed)
  }

  destroy(): void {
    this.#cipher = undefined
  }

  #update(data: Uint8Array): Buffer<ArrayBuffer> {
    if (this.#cipher === undefined) throw destroyed(this.#name)
    if (data.length % BLOCK_LENGTH !== 0) {
      throw invalidArgument(`expected a multiple of ${BLOCK_LENGTH} bytes for ${this.#name}; got ${data.length}`)
    }
    return this.#cipher.update(data)
  }
}

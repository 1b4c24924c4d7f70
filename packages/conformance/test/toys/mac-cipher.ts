import { createCipheriv } from 'node:crypto'
import type { CipherStream, MacCipherDefinition } from '@seashell/core'
import { concatBytes } from '@seashell/core/wire'
import type { MacCipherReference } from '../../src/index.ts'
import { errors } from './errors.ts'

/** What can be wrong with {@link toyCtr}. */
export type MacCipherFlaw =
  | 'the key is reversed'
  | 'the counter begins again with each call'
  | 'the counter skips a block with each call'
  | 'the counter never moves'
  | 'the counter has 32 bits'
  | 'the counter is little-endian'
  | 'each block is encrypted alone'
  | 'nothing is encrypted'
  | 'the last block of a call is left out'
  | 'the decryptor is a block behind'
  | 'the decryptor does nothing'
  | 'it works on a copy'
  | "the caller's iv is advanced"
  | "the caller's key is kept"
  | "the caller's key is wiped by destroy()"
  | 'state is shared'
  | 'the whole buffer is used'
  | 'a slice is taken for a copy'
  | 'addresses must be aligned'
  | 'it goes on after destroy()'
  | 'lengths are not checked'
  | 'a wrong length is a plain Error'
  | 'half of the key is used'
  | 'the iv is ignored'
  | 'it writes past the end'
  | 'new memory is the memory it was given'
  | 'what becomes new memory is changed too'
  | 'new memory comes from a stream of its own'
  | 'all new memory is one array'
  | 'new memory that is given back takes the rest along'
  | 'slices of new memory are views'
  | 'it makes new memory after destroy()'
  | 'it takes memory back and makes none'

/** The block of AES, in bytes. */
const BLOCK_LENGTH = 16

/** AES-128 in counter mode on OpenSSL's block cipher: right without a flaw, and slow. */
export function toyCtr(flaw?: MacCipherFlaw): MacCipherDefinition {
  const has = (one: MacCipherFlaw): boolean => flaw === one
  const shared = new Uint8Array(BLOCK_LENGTH)
  const create =
    (isDecryptor: boolean) =>
    (key: Uint8Array, iv: Uint8Array): CipherStream => {
      if (key.length !== 16 || iv.length !== BLOCK_LENGTH) {
        if (has('a wrong length is a plain Error')) throw new Error('wrong length')
        if (!has('lengths are not checked')) throw errors.lengths([16, key.length], [BLOCK_LENGTH, iv.length])
      }
      return new Stream(key, iv, has, shared, isDecryptor)
    }
  return Object.freeze({
    kind: 'cipher',
    apiVersion: 1,
    name: 'toy-ctr@example.org',
    provider: 'toy',
    integrity: 'mac',
    keyLength: 16,
    ivLength: BLOCK_LENGTH,
    blockLength: BLOCK_LENGTH,
    createEncryptor: create(false),
    createDecryptor: create(true),
  })
}

/** OpenSSL's own counter mode. */
export const toyCtrReference: MacCipherReference = (key, iv) => {
  const cipher = createCipheriv('aes-128-ctr', key, iv)
  return (plaintext) => cipher.update(plaintext)
}

class Stream implements CipherStream {
  readonly #has: (flaw: MacCipherFlaw) => boolean
  #key: Uint8Array
  readonly #iv: Uint8Array
  #counter: Uint8Array
  readonly #made: Uint8Array[] = []
  readonly #room = new Uint8Array(65_536)
  #isDestroyed = false
  readonly #isDecryptor: boolean

  constructor(key: Uint8Array, iv: Uint8Array, has: (flaw: MacCipherFlaw) => boolean, shared: Uint8Array, isDecryptor: boolean) {
    this.#has = has
    this.#isDecryptor = isDecryptor
    this.#iv = new Uint8Array(iv)
    this.#key = has("the caller's key is kept") || has("the caller's key is wiped by destroy()") ? key : new Uint8Array(key)
    if (has('a slice is taken for a copy')) this.#key = key.slice()
    if (has('the key is reversed')) this.#key.reverse()
    if (has('half of the key is used')) this.#key.copyWithin(8, 0, 8)
    this.#counter = has("the caller's iv is advanced") ? iv : new Uint8Array(iv)
    if (has('the iv is ignored')) this.#counter.fill(0)
    if (has('state is shared')) {
      shared.set(iv)
      this.#counter = shared
    }
    if (has('the decryptor is a block behind') && isDecryptor) this.#advance()
  }

  transform(given: Uint8Array): void {
    if (this.#isDestroyed && !this.#has('it goes on after destroy()')) throw errors.closed()
    if (this.#has('nothing is encrypted') || (this.#isDecryptor && this.#has('the decryptor does nothing'))) return
    if (this.#has('addresses must be aligned') && given.byteOffset % 4 !== 0) throw new RangeError('not a multiple of 4')
    if (this.#has('the counter begins again with each call')) this.#counter = new Uint8Array(this.#iv)
    if (this.#has('the counter skips a block with each call')) this.#advance()
    const data = this.#has('the whole buffer is used') ? new Uint8Array(given.buffer) : given
    const bytes = this.#has('it works on a copy') ? new Uint8Array(data) : data
    const end = this.#has('the last block of a call is left out') ? bytes.length - BLOCK_LENGTH : bytes.length
    for (let start = 0; start < end; start += BLOCK_LENGTH) this.#transformBlock(bytes.subarray(start, start + BLOCK_LENGTH))
    if (this.#has('it writes past the end') && given.byteOffset + given.length < given.buffer.byteLength) {
      new Uint8Array(given.buffer)[given.byteOffset + given.length] = 0
    }
  }

  get transformToNew(): ((data: Uint8Array) => Uint8Array) | undefined {
    return this.#has('it takes memory back and makes none') ? undefined : (data) => this.#toNew(data)
  }

  release(): void {
    if (this.#has('new memory that is given back takes the rest along')) for (const bytes of this.#made) bytes.fill(0)
  }

  destroy(): void {
    this.#isDestroyed = true
    if (!this.#has("the caller's key is kept")) this.#key.fill(0)
  }

  #toNew(data: Uint8Array): Uint8Array {
    if (this.#isDestroyed && this.#has('it makes new memory after destroy()')) return new Uint8Array(data)
    const counter = new Uint8Array(this.#counter)
    const bytes = this.#has('slices of new memory are views') ? Buffer.from(data) : new Uint8Array(data)
    this.transform(bytes)
    if (this.#has('new memory comes from a stream of its own')) this.#counter = counter
    if (this.#has('what becomes new memory is changed too')) data.fill(0)
    if (this.#has('new memory is the memory it was given')) return copiedTo(data, bytes)
    if (this.#has('all new memory is one array')) return copiedTo(this.#room, bytes)
    this.#made.push(bytes)
    return bytes
  }

  #transformBlock(block: Uint8Array): void {
    const alone = this.#has('each block is encrypted alone')
    const mask = encryptBlock(this.#key, alone ? this.#iv : this.#counter)
    for (let index = 0; index < block.length; index++) block[index]! ^= mask[index]!
    if (!alone) this.#advance()
  }

  #advance(): void {
    if (this.#has('the counter never moves')) return
    if (this.#has('the counter is little-endian')) {
      for (let index = 0; index < BLOCK_LENGTH; index++) {
        this.#counter[index] = this.#counter[index]! + 1
        if (this.#counter[index] !== 0) return
      }
      return
    }
    const first = this.#has('the counter has 32 bits') ? 12 : 0
    for (let index = BLOCK_LENGTH - 1; index >= first; index--) {
      this.#counter[index] = this.#counter[index]! + 1
      if (this.#counter[index] !== 0) return
    }
  }
}

function copiedTo(room: Uint8Array, bytes: Uint8Array): Uint8Array {
  room.set(bytes)
  return room.subarray(0, bytes.length)
}

function encryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-128-ecb', concatBytes(key, new Uint8Array(16)).subarray(0, 16), null).setAutoPadding(false)
  return cipher.update(block)
}

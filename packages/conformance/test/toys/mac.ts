import { createHash, createHmac } from 'node:crypto'
import type { MacDefinition, MacInstance } from '@seashell/core'
import type { MacReference } from '../../src/index.ts'
import { errors } from './errors.ts'

/** What can be wrong with {@link toyMac}. */
export type MacFlaw =
  | 'the sequence number is left out'
  | 'the sequence number has 16 bits'
  | 'the sequence number is little-endian'
  | 'the first 64 bytes are signed'
  | 'a last byte on its own is left out'
  | 'the packet is padded with zeros'
  | 'it is a hash over key and packet'
  | 'the tag is too long'
  | 'the tag is text'
  | 'all tags are one array'
  | 'the packets before are signed too'
  | 'the packet is wiped'
  | "the caller's key is kept"
  | "the caller's key is wiped by destroy()"
  | 'state is shared'
  | 'the whole buffer is used'
  | 'a slice is taken for a copy'
  | 'half of the key is used'
  | 'the length of the key is not checked'
  | 'it goes on after destroy()'

const LENGTH = 32

/** HMAC-SHA-256 on OpenSSL's hash, as SSH wants it: right without a flaw. */
export function toyMac(flaw?: MacFlaw): MacDefinition {
  const has = (one: MacFlaw): boolean => flaw === one
  const everything: Uint8Array[] = []
  return Object.freeze({
    kind: 'mac',
    apiVersion: 1,
    name: 'toy-mac@example.org',
    provider: 'toy',
    keyLength: LENGTH,
    macLength: LENGTH,
    encryptThenMac: false,
    create(key: Uint8Array): MacInstance {
      if (key.length !== LENGTH && !has('the length of the key is not checked')) throw errors.lengths([LENGTH, key.length], [0, 0])
      return new Instance(key, has, has('state is shared') ? everything : [])
    },
  })
}

/** OpenSSL's own HMAC. */
export const toyMacReference: MacReference = (key) => (sequence, data) => {
  const prefix = Buffer.alloc(4)
  prefix.writeUInt32BE(sequence)
  return createHmac('sha256', key).update(prefix).update(data).digest()
}

class Instance implements MacInstance {
  readonly #has: (flaw: MacFlaw) => boolean
  #key: Uint8Array
  readonly #before: Uint8Array[]
  readonly #tag = new Uint8Array(LENGTH)
  #isDestroyed = false

  constructor(key: Uint8Array, has: (flaw: MacFlaw) => boolean, before: Uint8Array[]) {
    this.#has = has
    this.#before = before
    const keeps = has("the caller's key is kept") || has("the caller's key is wiped by destroy()")
    this.#key = keeps ? key : has('a slice is taken for a copy') ? key.slice() : new Uint8Array(key)
    if (has('half of the key is used')) this.#key = new Uint8Array(key).fill(0, 16)
  }

  sign(sequence: number, given: Uint8Array): Uint8Array {
    if (this.#isDestroyed && !this.#has('it goes on after destroy()')) throw errors.closed()
    const data = this.#covered(given)
    const number = this.#number(sequence)
    const remembers = this.#has('the packets before are signed too') || this.#has('state is shared')
    const input = [...this.#before, number, data]
    if (remembers) this.#before.push(number, new Uint8Array(data))
    const hash = this.#has('it is a hash over key and packet') ? createHash('sha256').update(this.#key) : createHmac('sha256', this.#key)
    for (const part of input) hash.update(part)
    this.#tag.set(hash.digest())
    if (this.#has('the packet is wiped')) given.fill(0)
    if (this.#has('all tags are one array')) return this.#tag
    const length = this.#has('the tag is too long') ? LENGTH + 1 : LENGTH
    const tag = new Uint8Array(length)
    tag.set(this.#tag)
    return this.#has('the tag is text') ? (Buffer.from(tag).toString('hex') as unknown as Uint8Array) : tag
  }

  destroy(): void {
    this.#isDestroyed = true
    if (!this.#has("the caller's key is kept")) this.#key.fill(0)
  }

  #covered(given: Uint8Array): Uint8Array {
    const data = this.#has('the whole buffer is used') ? new Uint8Array(given.buffer) : given
    if (this.#has('the first 64 bytes are signed')) return data.subarray(0, 64)
    if (this.#has('a last byte on its own is left out')) return data.subarray(0, data.length & ~1)
    if (!this.#has('the packet is padded with zeros')) return data
    const padded = new Uint8Array(Math.ceil(data.length / 64) * 64)
    padded.set(data)
    return padded
  }

  #number(sequence: number): Uint8Array {
    const number = Buffer.alloc(4)
    if (this.#has('the sequence number is left out')) return number
    if (this.#has('the sequence number is little-endian')) number.writeUInt32LE(sequence)
    else number.writeUInt32BE(this.#has('the sequence number has 16 bits') ? sequence & 0xffff : sequence)
    return number
  }
}

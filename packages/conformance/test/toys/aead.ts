import { createHmac } from 'node:crypto'
import type { AeadCipherDefinition, Opener, Sealer } from '@seashell/core'
import { concatBytes, equalBytes, invalidArgument, readUint32, writeUint32 } from '@seashell/core/wire'
import type { AeadReference } from '../../src/index.ts'
import { errors } from './errors.ts'

/** What can be wrong with {@link toyAead}. */
export type AeadFlaw =
  | 'the halves of the key are swapped'
  | 'the tag is not checked'
  | 'the tag skips the length'
  | 'the tag skips the last block'
  | 'the tag skips the sequence number'
  | 'four bytes of the tag are compared'
  | 'as much of the tag is compared as came'
  | 'a tag of zeros is good'
  | 'bytes after the tag are ignored'
  | 'the nonce never moves'
  | 'the nonce moves by a block'
  | 'the nonce of the opener never moves'
  | 'the nonce counts in 32 bits'
  | 'a packet may come twice'
  | 'the sequence number has 31 bits'
  | "the caller's iv is advanced"
  | "the caller's key is kept"
  | "the caller's key is wiped by destroy()"
  | 'scratch memory is shared'
  | 'the opener recovers'
  | 'plaintext is released before it is verified'
  | 'it throws a plain Error'
  | 'it blames the caller'
  | 'the whole buffer is used'
  | 'a slice is taken for a copy'
  | 'addresses must be aligned'
  | 'it goes on after destroy()'
  | 'lengths are not checked'
  | 'the length that is wrong is not told'
  | 'half of the key is used'
  | 'the iv is ignored'
  | 'it writes past the end'
  | 'the length is one too many'
  | 'the length is read where the body is'
  | 'the tag is returned too'
  | 'the body is copied without its padding'
  | 'the head has no length'
  | 'bodies share their memory'
  | 'a body that is given back takes the others along'

const KEY_LENGTH = 64
const IV_LENGTH = 12
const TAG_LENGTH = 16
const BLOCK_LENGTH = 32

/**
 * An AEAD of HMAC-SHA-256 alone: a keystream under the first half of the key, a tag under the second, a nonce that counts packets, the length
 * in clear. NO SECURITY IS CLAIMED: it exists to be broken.
 */
export function toyAead(flaw?: AeadFlaw): AeadCipherDefinition {
  const has = (one: AeadFlaw): boolean => flaw === one
  const shared = new Uint8Array(IV_LENGTH)
  const start = (key: Uint8Array, iv: Uint8Array): State => {
    if (!has('lengths are not checked') && (key.length !== KEY_LENGTH || iv.length !== IV_LENGTH)) {
      if (has('the length that is wrong is not told')) throw invalidArgument('expected another key or IV')
      throw errors.lengths([KEY_LENGTH, key.length], [IV_LENGTH, iv.length])
    }
    return new State(key, iv, has, shared)
  }
  return Object.freeze({
    kind: 'cipher',
    apiVersion: 1,
    name: 'toy-aead@example.org',
    provider: 'toy',
    integrity: 'aead',
    keyLength: KEY_LENGTH,
    ivLength: IV_LENGTH,
    blockLength: 16,
    alignment: 'body',
    tagLength: TAG_LENGTH,
    createSealer: (key: Uint8Array, iv: Uint8Array): Sealer => sealer(start(key, iv), has),
    createOpener: (key: Uint8Array, iv: Uint8Array): Opener => opener(start(key, iv), has),
  })
}

/** The same, written another way: packet by packet, without state but the counter. */
export const toyAeadReference: Exclude<AeadReference, AeadCipherDefinition> = (key, iv) => {
  let invocation = Buffer.from(iv).readBigUInt64BE(4)
  return (sequence, packet) => {
    const nonce = Buffer.from(iv)
    let mask = Buffer.alloc(0)
    nonce.writeBigUInt64BE(invocation, 4)
    invocation = BigInt.asUintN(64, invocation + 1n)
    const sealed = Buffer.from(packet)
    for (let at = 4; at < sealed.length; at++) {
      const index = Buffer.alloc(4)
      index.writeUInt32BE((at - 4) >> 5)
      if ((at - 4) % 32 === 0) mask = createHmac('sha256', key.subarray(0, 32)).update(nonce).update(index).digest()
      sealed[at]! ^= mask[(at - 4) % 32]!
    }
    const number = Buffer.alloc(4)
    number.writeUInt32BE(sequence)
    const tag = createHmac('sha256', key.subarray(32)).update(nonce).update(number).update(sealed).digest()
    return Buffer.concat([sealed, tag.subarray(0, TAG_LENGTH)])
  }
}

type Has = (flaw: AeadFlaw) => boolean

class State {
  readonly has: Has
  key: Uint8Array
  nonce: Uint8Array
  isDestroyed = false
  hasFailed = false

  constructor(key: Uint8Array, iv: Uint8Array, has: Has, shared: Uint8Array) {
    this.has = has
    const keeps = has("the caller's key is kept") || has("the caller's key is wiped by destroy()")
    this.key = keeps ? key : has('a slice is taken for a copy') ? key.slice() : new Uint8Array(key)
    if (has('the halves of the key are swapped')) this.key = concatBytes(key.subarray(32), key.subarray(0, 32))
    if (has('half of the key is used')) this.key.copyWithin(48, 32, 48)
    this.nonce = has("the caller's iv is advanced") ? iv : new Uint8Array(iv)
    if (has('scratch memory is shared')) {
      this.nonce = shared
      shared.set(iv)
    }
    if (has('the iv is ignored')) this.nonce.fill(0)
  }

  crypt(body: Uint8Array): void {
    const counter = this.has('the nonce moves by a block') ? this.nonce[11]! : 0
    const nonce = this.has('the nonce moves by a block') ? this.nonce.with(11, 0) : this.nonce
    for (let start = 0; start < body.length; start += BLOCK_LENGTH) {
      const index = new Uint8Array(4)
      writeUint32(index, 0, start / BLOCK_LENGTH + counter)
      const keystream = createHmac('sha256', this.key.subarray(0, 32)).update(nonce).update(index).digest()
      for (let at = start; at < Math.min(start + BLOCK_LENGTH, body.length); at++) body[at]! ^= keystream[at - start]!
    }
  }

  tag(sequence: number, sealed: Uint8Array): Uint8Array {
    const number = new Uint8Array(4)
    writeUint32(number, 0, this.has('the sequence number has 31 bits') ? sequence & 0x7fff_ffff : sequence)
    if (this.has('the tag skips the sequence number')) number.fill(0)
    const first = this.has('the tag skips the length') ? 4 : 0
    const last = this.has('the tag skips the last block') ? sealed.length - 16 : sealed.length
    const hmac = createHmac('sha256', this.key.subarray(32)).update(this.nonce).update(number)
    return new Uint8Array(hmac.update(sealed.subarray(first, last)).digest().subarray(0, TAG_LENGTH))
  }

  advance(): void {
    if (this.has('the nonce never moves')) return
    const low = (readUint32(this.nonce, 8) + 1) >>> 0
    writeUint32(this.nonce, 8, low)
    if (low === 0 && !this.has('the nonce counts in 32 bits')) writeUint32(this.nonce, 4, readUint32(this.nonce, 4) + 1)
  }

  /** The packet as the rest of the code sees it. */
  view(packet: Uint8Array): Uint8Array {
    if (this.isDestroyed && !this.has('it goes on after destroy()')) throw errors.closed()
    if (this.has('addresses must be aligned') && packet.byteOffset % 4 !== 0) throw new RangeError('not a multiple of 4')
    return this.has('the whole buffer is used') ? new Uint8Array(packet.buffer) : packet
  }

  destroy(): void {
    this.isDestroyed = true
    if (!this.has("the caller's key is kept")) this.key.fill(0)
  }
}

function sealer(state: State, has: Has): Sealer {
  return {
    seal(sequence, given) {
      const packet = state.view(given)
      const end = packet.length - TAG_LENGTH
      state.crypt(packet.subarray(4, end))
      packet.set(state.tag(sequence, packet.subarray(0, end)), end)
      if (has('it writes past the end') && given.byteOffset + given.length < given.buffer.byteLength) {
        new Uint8Array(given.buffer)[given.byteOffset + given.length] = 0
      }
      state.advance()
    },
    destroy: () => state.destroy(),
  }
}

function opener(state: State, has: Has): Opener {
  const room = new Uint8Array(65_536)
  const bodies: Uint8Array[] = []
  return {
    headLength: has('the head has no length') ? 0 : 4,
    readLength(_sequence, head) {
      const length = readUint32(has('the length is read where the body is') ? new Uint8Array(head.buffer, head.byteOffset + 4) : head, 0)
      return has('the length is one too many') ? length + 1 : length
    },
    open(sequence, given) {
      const packet = state.view(given)
      const end = has('bytes after the tag are ignored') ? 4 + readUint32(packet, 0) : packet.length - TAG_LENGTH
      if (has('plaintext is released before it is verified')) {
        const expected = state.tag(sequence, packet.subarray(0, Math.max(end, 0)))
        state.crypt(packet.subarray(4, end))
        if (state.hasFailed || !equalBytes(expected, packet.subarray(end))) return fail(state)
      } else {
        if (state.hasFailed || !isAuthentic(state, sequence, packet, end)) return fail(state)
        state.crypt(packet.subarray(4, end))
      }
      if (!has('the nonce of the opener never moves')) state.advance()
      if (has('bodies share their memory')) return copiedTo(room, packet.subarray(4, end))
      if (has('a body that is given back takes the others along')) bodies.push(packet.slice(4, end))
      if (bodies.length > 0) return bodies.at(-1)!
      if (has('the tag is returned too')) return packet.subarray(4)
      return has('the body is copied without its padding') ? packet.slice(4, end - packet[4]!) : packet.subarray(4, end)
    },
    release: () => bodies.forEach((body) => body.fill(0)),
    destroy: () => state.destroy(),
  }
}

function copiedTo(room: Uint8Array, body: Uint8Array): Uint8Array {
  room.set(body)
  return room.subarray(0, body.length)
}

function isAuthentic(state: State, sequence: number, packet: Uint8Array, end: number): boolean {
  const { has } = state
  if (has('the tag is not checked')) return true
  if (end < 4) return false
  const found = packet.subarray(end, end + TAG_LENGTH)
  if (has('a tag of zeros is good') && found.every((byte) => byte === 0)) return true
  const compared = has('four bytes of the tag are compared') ? 4 : TAG_LENGTH
  if (has('a packet may come twice')) {
    const before = new State(state.key, state.nonce.with(11, (state.nonce[11]! + 255) % 256), has, state.nonce)
    if (equalBytes(found, before.tag(sequence - 1, packet.subarray(0, end)))) return true
  }
  if (has('as much of the tag is compared as came')) {
    const sealedLength = Math.min(4 + readUint32(packet, 0), packet.length)
    const rest = packet.subarray(sealedLength)
    return equalBytes(state.tag(sequence, packet.subarray(0, sealedLength)).subarray(0, rest.length), rest)
  }
  return equalBytes(state.tag(sequence, packet.subarray(0, end)).subarray(0, compared), found.subarray(0, compared))
}

function fail(state: State): never {
  state.hasFailed = !state.has('the opener recovers')
  if (state.has('it throws a plain Error')) throw new Error('bad tag')
  const error = errors.notAuthentic()
  throw state.has('it blames the caller') ? Object.assign(error, { fault: 'caller' }) : error
}

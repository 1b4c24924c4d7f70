import { type Cipher, createCipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import type { AeadCipherDefinition, Opener, Sealer } from '@seashell/core'
import { equalBytesConstantTime, invalidArgument, readUint32, writeUint32 } from '@seashell/core/wire'
import { giveBack } from '../../memory.ts'
import { destroyed } from '../bytes.ts'
import { notAuthentic } from './not-authentic.ts'
import { computePoly1305 } from './poly1305.ts'

const NAME = 'chacha20-poly1305@openssh.com'
const KEY_LENGTH = 64
const TAG_LENGTH = 16

/** Bytes of the packet length, which has a key of its own. */
const HEAD_LENGTH = 4

/** Bytes of key of one instance of ChaCha20. */
const CHACHA_KEY_LENGTH = 32

/** The keystream comes in blocks; the first of a body gives the one-time key of Poly1305, the text begins with the second. */
const KEYSTREAM_BLOCK = /* @__PURE__ */ new Uint8Array(64)
const ONE_TIME_KEY_LENGTH = 32

/** `chacha20-poly1305@openssh.com` (OpenSSH's PROTOCOL.chacha20poly1305; draft-ietf-sshm-chacha20-poly1305). */
export const chacha20Poly1305: AeadCipherDefinition = /* @__PURE__ */ Object.freeze({
  kind: 'cipher',
  apiVersion: 1,
  name: NAME,
  provider: 'node:crypto',
  integrity: 'aead',
  keyLength: KEY_LENGTH,
  ivLength: 0,
  blockLength: 8,
  alignment: 'body',
  tagLength: TAG_LENGTH,
  // 1 GiB, as RFC 4253 §9 recommends and as OpenSSH takes it for all blocks under 16 bytes (`ssh_set_newkeys` in packet.c).
  keyLimit: 2 ** 30,
  createSealer: start,
  createOpener: start,
})

function start(key: Uint8Array, iv: Uint8Array): ChachaDirection {
  if (key.length !== KEY_LENGTH || iv.length !== 0) {
    throw invalidArgument(`expected a key of ${KEY_LENGTH} bytes for ${NAME} and no initial vector; got ${key.length} and ${iv.length}`)
  }
  return new ChachaDirection(key)
}

interface Keys {
  readonly body: KeyObject
  readonly length: KeyObject
}

/** One direction: whoever made it calls either `seal` or `open`. */
class ChachaDirection implements Sealer, Opener {
  readonly headLength = HEAD_LENGTH
  #keys: Keys | undefined
  /** As OpenSSL wants it: `counter ‖ nonce`, the counter zero, the nonce the sequence number as a uint64. */
  readonly #iv = new Uint8Array(16)
  #failed = false

  constructor(key: Uint8Array) {
    this.#keys = {
      body: createSecretKey(key.subarray(0, CHACHA_KEY_LENGTH)),
      length: createSecretKey(key.subarray(CHACHA_KEY_LENGTH)),
    }
  }

  seal(sequence: number, packet: Uint8Array): void {
    const keys = this.#requireKeys()
    const end = packet.length - TAG_LENGTH
    packet.set(this.#keystream(keys.length, sequence).update(packet.subarray(0, HEAD_LENGTH)))
    const keystream = this.#keystream(keys.body, sequence)
    const oneTimeKey = takeOneTimeKey(keystream)
    transform(keystream, packet.subarray(HEAD_LENGTH, end))
    packet.set(this.#tag(keys, oneTimeKey, packet.subarray(0, end)), end)
  }

  readLength(sequence: number, head: Uint8Array): number {
    // Not in place, since the tag covers the length as it came.
    return readUint32(this.#keystream(this.#requireKeys().length, sequence).update(head.subarray(0, HEAD_LENGTH)), 0)
  }

  open(sequence: number, packet: Uint8Array): Uint8Array {
    const keys = this.#requireKeys()
    const end = packet.length - TAG_LENGTH
    const keystream = this.#keystream(keys.body, sequence)
    this.#failed ||= end < HEAD_LENGTH || !this.#isAuthentic(keys, takeOneTimeKey(keystream), packet, end)
    if (this.#failed) throw notAuthentic(NAME, sequence)
    const body = packet.subarray(HEAD_LENGTH, end)
    transform(keystream, body)
    return body
  }

  destroy(): void {
    // OpenSSL wipes the keys when the KeyObjects are collected.
    this.#keys = undefined
  }

  #requireKeys(): Keys {
    if (this.#keys === undefined) throw destroyed(NAME)
    return this.#keys
  }

  #keystream(key: KeyObject, sequence: number): Cipher {
    writeUint32(this.#iv, 12, sequence)
    return createCipheriv('chacha20', key, this.#iv)
  }

  #isAuthentic(keys: Keys, oneTimeKey: Uint8Array, packet: Uint8Array, end: number): boolean {
    return equalBytesConstantTime(this.#tag(keys, oneTimeKey, packet.subarray(0, end)), packet.subarray(end))
  }

  /** The tag over `encrypted length ‖ encrypted body`: 16 bytes. */
  #tag(keys: Keys, oneTimeKey: Uint8Array, sealed: Uint8Array): Uint8Array {
    return computePoly1305(keys.body, this.#iv.subarray(4), oneTimeKey, sealed)
  }
}

/** Encrypts or decrypts in place. */
function transform(keystream: Cipher, body: Uint8Array): void {
  const transformed = keystream.update(body)
  body.set(transformed)
  giveBack(transformed)
}

/** Takes block 0 from a body's keystream, of which it was the next. */
function takeOneTimeKey(keystream: Cipher): Uint8Array {
  return keystream.update(KEYSTREAM_BLOCK).subarray(0, ONE_TIME_KEY_LENGTH)
}

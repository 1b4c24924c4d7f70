import type { AeadCipherDefinition, DisconnectReasons, Opener, Sealer } from '@seashell/core'
import { equalBytesConstantTime, invalidArgument, readUint32, SSHError } from '@seashell/core/wire'
import { HEAD_LENGTH, PacketKeys } from './packet-keys.ts'

const NAME = 'chacha20-poly1305@openssh.com'
const KEY_LENGTH = 64
const TAG_LENGTH = 16

const MAC_ERROR: typeof DisconnectReasons.MAC_ERROR = 5

/**
 * `chacha20-poly1305@openssh.com` (OpenSSH's PROTOCOL.chacha20poly1305; draft-ietf-sshm-chacha20-poly1305): ChaCha20 with a key for the
 * packet length and another for the rest, and Poly1305 over both. Key of 64 bytes, no IV, tag of 16; the nonce is the sequence number.
 * It is not the AEAD of RFC 8439.
 */
export const chacha20Poly1305: AeadCipherDefinition = /* @__PURE__ */ Object.freeze({
  kind: 'cipher',
  apiVersion: 1,
  name: NAME,
  provider: 'noble',
  integrity: 'aead',
  keyLength: KEY_LENGTH,
  ivLength: 0,
  blockLength: 8,
  alignment: 'body',
  tagLength: TAG_LENGTH,
  // 1 GiB, as RFC 4253 §9 recommends and as OpenSSH takes it for all blocks under 16 bytes (`ssh_set_newkeys` in packet.c).
  keyLimit: 2 ** 30,
  createSealer: (key: Uint8Array, iv: Uint8Array): Sealer => new ChachaSealer(packetKeys(key, iv)),
  createOpener: (key: Uint8Array, iv: Uint8Array): Opener => new ChachaOpener(packetKeys(key, iv)),
})

function packetKeys(key: Uint8Array, iv: Uint8Array): PacketKeys {
  if (key.length !== KEY_LENGTH || iv.length !== 0) {
    throw invalidArgument(`expected a key of ${KEY_LENGTH} bytes for ${NAME} and no initial vector; got ${key.length} and ${iv.length}`)
  }
  return new PacketKeys(key)
}

class ChachaSealer implements Sealer {
  readonly #keys: PacketKeys
  #destroyed = false

  constructor(keys: PacketKeys) {
    this.#keys = keys
  }

  seal(sequence: number, packet: Uint8Array): void {
    if (this.#destroyed) throw destroyed()
    const sealed = packet.subarray(0, packet.length - TAG_LENGTH)
    this.#keys.transformLength(sequence, sealed.subarray(0, HEAD_LENGTH))
    this.#keys.transformBody(sequence, sealed.subarray(HEAD_LENGTH))
    packet.set(this.#keys.computeTag(sequence, sealed), sealed.length)
  }

  destroy(): void {
    this.#destroyed = true
    this.#keys.destroy()
  }
}

class ChachaOpener implements Opener {
  readonly headLength = HEAD_LENGTH
  readonly #keys: PacketKeys
  #failed = false
  #destroyed = false

  constructor(keys: PacketKeys) {
    this.#keys = keys
  }

  readLength(sequence: number, head: Uint8Array): number {
    if (this.#destroyed) throw destroyed()
    // A copy, since the tag covers the length as it came.
    const length = new Uint8Array(head.subarray(0, HEAD_LENGTH))
    this.#keys.transformLength(sequence, length)
    return readUint32(length, 0)
  }

  open(sequence: number, packet: Uint8Array): Uint8Array {
    if (this.#destroyed) throw destroyed()
    const end = packet.length - TAG_LENGTH
    this.#failed ||= end < HEAD_LENGTH || !this.#isAuthentic(sequence, packet, end)
    if (this.#failed) throw notAuthentic(sequence)
    const body = packet.subarray(HEAD_LENGTH, end)
    this.#keys.transformBody(sequence, body)
    return body
  }

  destroy(): void {
    this.#destroyed = true
    this.#keys.destroy()
  }

  #isAuthentic(sequence: number, packet: Uint8Array, end: number): boolean {
    return equalBytesConstantTime(this.#keys.computeTag(sequence, packet.subarray(0, end)), packet.subarray(end))
  }
}

/** What a direction throws once its keys are wiped: encrypting with zeros instead would go unnoticed. */
function destroyed(): SSHError {
  return new SSHError('CLOSED', `${NAME} was used after destroy()`, { fault: 'caller' })
}

/** What an opener throws for a packet that is not authentic, and for all after it. */
function notAuthentic(sequence: number): SSHError {
  const message = `expected packet ${sequence}, and all before it, with the tag that ${NAME} gives; found another`
  return new SSHError('MAC', message, { fault: 'peer', reason: MAC_ERROR })
}

import { gcmsiv } from '@noble/ciphers/aes.js'
import type { AeadCipherDefinition, Opener, Sealer } from '@seashell/core'
import { invalidArgument, readUint32, SSHError, writeUint32 } from '@seashell/core/wire'

const NAME = 'aes256-gcm-siv@example.org'
const KEY_LENGTH = 32
const NONCE_LENGTH = 12
const TAG_LENGTH = 16

/** The packet length travels in clear, as associated data: four bytes tell it. */
const HEAD_LENGTH = 4

/**
 * `aes256-gcm-siv@example.org`: AEAD_AES_256_GCM_SIV (RFC 8452) for SSH's packets. Key of 32 bytes, IV of 12, tag of 16.
 *
 * - associated data: the packet length, four bytes, which is sent in clear
 * - plaintext: `padding length ‖ payload ‖ padding`
 * - nonce: the IV, its last four bytes XORed with the sequence number, as TLS 1.3 does it (RFC 8446 §5.3)
 */
export const aes256GcmSiv: AeadCipherDefinition = /* @__PURE__ */ Object.freeze<AeadCipherDefinition>({
  kind: 'cipher',
  apiVersion: 1,
  name: NAME,
  provider: 'noble',
  integrity: 'aead',
  keyLength: KEY_LENGTH,
  ivLength: NONCE_LENGTH,
  blockLength: 16,
  alignment: 'body',
  tagLength: TAG_LENGTH,
  // 2^32 blocks of 16 bytes (RFC 4344 §3.2).
  keyLimit: 2 ** 36,
  createSealer: (key: Uint8Array, iv: Uint8Array): Sealer => new GcmSivSealer(key, iv),
  createOpener: (key: Uint8Array, iv: Uint8Array): Opener => new GcmSivOpener(key, iv),
})

/** What both directions have: the key, and a nonce for each packet. */
class PacketCipher {
  readonly #key: Uint8Array
  readonly #iv: Uint8Array
  #destroyed = false

  constructor(key: Uint8Array, iv: Uint8Array) {
    if (key.length !== KEY_LENGTH || iv.length !== NONCE_LENGTH) {
      throw invalidArgument(
        `expected a key of ${KEY_LENGTH} bytes and an IV of ${NONCE_LENGTH} for ${NAME}; got ${key.length} and ${iv.length}`,
      )
    }
    // Copies: whoever called wipes theirs. `slice` would be none, were they Node's Buffers.
    this.#key = new Uint8Array(key)
    this.#iv = new Uint8Array(iv)
  }

  /** AES-GCM-SIV for one packet. */
  forPacket(sequence: number, head: Uint8Array): ReturnType<typeof gcmsiv> {
    if (this.#destroyed) throw new SSHError('CLOSED', `${NAME} was used after destroy()`, { fault: 'caller' })
    const nonce = new Uint8Array(this.#iv)
    writeUint32(nonce, NONCE_LENGTH - 4, readUint32(nonce, NONCE_LENGTH - 4) ^ sequence)
    return gcmsiv(this.#key, nonce, head)
  }

  destroy(): void {
    this.#destroyed = true
    this.#key.fill(0)
    this.#iv.fill(0)
  }
}

class GcmSivSealer implements Sealer {
  readonly #cipher: PacketCipher

  constructor(key: Uint8Array, iv: Uint8Array) {
    this.#cipher = new PacketCipher(key, iv)
  }

  seal(sequence: number, packet: Uint8Array): void {
    const body = packet.subarray(HEAD_LENGTH, packet.length - TAG_LENGTH)
    packet.set(this.#cipher.forPacket(sequence, packet.subarray(0, HEAD_LENGTH)).encrypt(body), HEAD_LENGTH)
  }

  destroy(): void {
    this.#cipher.destroy()
  }
}

class GcmSivOpener implements Opener {
  readonly headLength = HEAD_LENGTH
  readonly #cipher: PacketCipher
  #failed = false

  constructor(key: Uint8Array, iv: Uint8Array) {
    this.#cipher = new PacketCipher(key, iv)
  }

  readLength(_sequence: number, head: Uint8Array): number {
    return readUint32(head, 0)
  }

  open(sequence: number, packet: Uint8Array): Uint8Array {
    const cipher = this.#cipher.forPacket(sequence, packet.subarray(0, HEAD_LENGTH))
    if (this.#failed) throw notAuthentic(sequence)
    try {
      return cipher.decrypt(packet.subarray(HEAD_LENGTH))
    } catch (cause) {
      this.#failed = true
      throw notAuthentic(sequence, cause)
    }
  }

  destroy(): void {
    this.#cipher.destroy()
  }
}

/** What core makes of it: DISCONNECT with reason MAC_ERROR (RFC 4253 §11.1). */
function notAuthentic(sequence: number, cause?: unknown): SSHError {
  return new SSHError('MAC', `expected packet ${sequence}, and all before it, with the tag of ${NAME}; found another`, {
    fault: 'peer',
    reason: 5,
    cause,
  })
}

// src/chacha20-poly1305.ts
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import type { AeadCipherDefinition, Opener, Sealer } from '@seashell/core'
import { invalidArgument, readUint32, SSHError, writeUint32 } from '@seashell/core/wire'

const NAME = 'chacha20-poly1305-ietf@example.org'

/**
 * AEAD_CHACHA20_POLY1305 (RFC 8439 §2.8). The packet length is the associated data and travels in clear; the nonce is the IV, its last four
 * bytes XORed with the sequence number. Key of 32 bytes, IV of 12, tag of 16.
 */
export const chacha20Poly1305Ietf: AeadCipherDefinition = Object.freeze<AeadCipherDefinition>({
  kind: 'cipher',
  integrity: 'aead',
  apiVersion: 1,
  name: NAME,
  provider: 'noble',
  keyLength: 32,
  ivLength: 12,
  blockLength: 8,
  alignment: 'body',
  tagLength: 16,
  createSealer(key, iv): Sealer {
    const cipher = new PacketCipher(key, iv)
    return {
      seal: (sequence, packet) => packet.set(cipher.of(sequence, packet).encrypt(packet.subarray(4, -16)), 4),
      destroy: () => cipher.destroy(),
    }
  },
  createOpener(key, iv): Opener {
    const cipher = new PacketCipher(key, iv)
    let failed = false
    return {
      headLength: 4,
      readLength: (_sequence, head) => readUint32(head, 0),
      open(sequence, packet) {
        const opened = cipher.of(sequence, packet)
        if (failed) throw notAuthentic(sequence)
        try {
          return opened.decrypt(packet.subarray(4))
        } catch (cause) {
          failed = true
          throw notAuthentic(sequence, cause)
        }
      },
      destroy: () => cipher.destroy(),
    }
  },
})

/** The key, and a nonce for each packet. */
class PacketCipher {
  readonly #key: Uint8Array
  readonly #iv: Uint8Array
  #destroyed = false

  constructor(key: Uint8Array, iv: Uint8Array) {
    if (key.length !== 32 || iv.length !== 12) {
      throw invalidArgument(`expected a key of 32 bytes and an IV of 12 for ${NAME}; got ${key.length} and ${iv.length}`)
    }
    this.#key = new Uint8Array(key)
    this.#iv = new Uint8Array(iv)
  }

  of(sequence: number, packet: Uint8Array) {
    if (this.#destroyed) throw new SSHError('CLOSED', `${NAME} was used after destroy()`, { fault: 'caller' })
    const nonce = new Uint8Array(this.#iv)
    writeUint32(nonce, 8, readUint32(nonce, 8) ^ sequence)
    return chacha20poly1305(this.#key, nonce, packet.subarray(0, 4))
  }

  destroy(): void {
    this.#destroyed = true
    this.#key.fill(0)
  }
}

function notAuthentic(sequence: number, cause?: unknown): SSHError {
  const message = `expected packet ${sequence}, and all before it, with the tag of ${NAME}; found another`
  return new SSHError('MAC', message, { fault: 'peer', reason: 5, cause })
}

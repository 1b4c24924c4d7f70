import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import type { MacDefinition, MacInstance } from '@seashell/core'
import { writeUint32 } from '@seashell/core/wire'
import { destroyed, plainBytes, requireLength } from './bytes.ts'

/** HMAC over the ciphertext (OpenSSH PROTOCOL §1.5), and over the plaintext (RFC 6668 §2, RFC 4253 §6.4). */
export const hmacMACs: readonly MacDefinition[] = /* @__PURE__ */ Object.freeze([
  /* @__PURE__ */ defineHmac('hmac-sha2-256-etm@openssh.com', 'sha256', 32, true),
  /* @__PURE__ */ defineHmac('hmac-sha2-512-etm@openssh.com', 'sha512', 64, true),
  /* @__PURE__ */ defineHmac('hmac-sha2-256', 'sha256', 32, false),
  /* @__PURE__ */ defineHmac('hmac-sha2-512', 'sha512', 64, false),
  /* @__PURE__ */ defineHmac('hmac-sha1-etm@openssh.com', 'sha1', 20, true),
  /* @__PURE__ */ defineHmac('hmac-sha1', 'sha1', 20, false),
])

/** The key is as long as the digest (RFC 4253 §6.4, RFC 6668 §2). */
function defineHmac(name: string, hash: string, length: number, encryptThenMac: boolean): MacDefinition {
  return Object.freeze({
    kind: 'mac',
    apiVersion: 1,
    name,
    provider: 'node:crypto',
    keyLength: length,
    macLength: length,
    encryptThenMac,
    create(key: Uint8Array): MacInstance {
      requireLength(`a key for ${name}`, key, length)
      return new HmacInstance(name, hash, createSecretKey(key))
    },
  })
}

class HmacInstance implements MacInstance {
  readonly #name: string
  readonly #hash: string
  #key: KeyObject | undefined
  readonly #sequence = new Uint8Array(4)

  constructor(name: string, hash: string, key: KeyObject) {
    this.#name = name
    this.#hash = hash
    this.#key = key
  }

  sign(sequence: number, data: Uint8Array): Uint8Array {
    if (this.#key === undefined) throw destroyed(this.#name)
    // RFC 4253 §6.4: mac = MAC(key, sequence_number || unencrypted_packet)
    writeUint32(this.#sequence, 0, sequence)
    return plainBytes(createHmac(this.#hash, this.#key).update(this.#sequence).update(data).digest())
  }

  destroy(): void {
    // OpenSSL wipes the key when the KeyObject is collected.
    this.#key = undefined
  }
}

import { hmac } from '@noble/hashes/hmac.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import type { MacDefinition, MacInstance } from '@seashell/core'
import { invalidArgument, SSHError, writeUint32 } from '@seashell/core/wire'

/** `hmac-sha2-512-etm@openssh.com` (OpenSSH PROTOCOL §1.5): HMAC-SHA-512 over the ciphertext. Key and tag of 64 bytes. */
export const hmacSha512Etm: MacDefinition = /* @__PURE__ */ hmacSha2('hmac-sha2-512-etm@openssh.com', sha512, true)

/** `hmac-sha2-256-etm@openssh.com` (OpenSSH PROTOCOL §1.5): HMAC-SHA-256 over the ciphertext. Key and tag of 32 bytes. */
export const hmacSha256Etm: MacDefinition = /* @__PURE__ */ hmacSha2('hmac-sha2-256-etm@openssh.com', sha256, true)

/** `hmac-sha2-512` (RFC 6668 §2): HMAC-SHA-512 over the plaintext. Key and tag of 64 bytes. */
export const hmacSha512: MacDefinition = /* @__PURE__ */ hmacSha2('hmac-sha2-512', sha512, false)

/** `hmac-sha2-256` (RFC 6668 §2): HMAC-SHA-256 over the plaintext. Key and tag of 32 bytes. */
export const hmacSha256: MacDefinition = /* @__PURE__ */ hmacSha2('hmac-sha2-256', sha256, false)

/** The key is as long as the digest (RFC 6668 §2). */
function hmacSha2(name: string, hash: typeof sha256 | typeof sha512, encryptThenMac: boolean): MacDefinition {
  const length = hash.outputLen
  return Object.freeze({
    kind: 'mac',
    apiVersion: 1,
    name,
    provider: 'noble',
    keyLength: length,
    macLength: length,
    encryptThenMac,
    create(key: Uint8Array): MacInstance {
      if (key.length !== length) throw invalidArgument(`expected a key of ${length} bytes for ${name}; got ${key.length}`)
      return new HmacInstance(name, hmac.create(hash, key))
    },
  })
}

type Hmac = ReturnType<typeof hmac.create>

class HmacInstance implements MacInstance {
  readonly #name: string
  /** The state after the key alone: each packet begins with a copy of it, and the key is hashed once. */
  readonly #keyed: Hmac
  readonly #sequence = new Uint8Array(4)
  #destroyed = false

  constructor(name: string, keyed: Hmac) {
    this.#name = name
    this.#keyed = keyed
  }

  sign(sequence: number, data: Uint8Array): Uint8Array {
    if (this.#destroyed) throw new SSHError('CLOSED', `${this.#name} was used after destroy()`, { fault: 'caller' })
    // RFC 4253 §6.4: mac = MAC(key, sequence_number || unencrypted_packet)
    writeUint32(this.#sequence, 0, sequence)
    return this.#keyed.clone().update(this.#sequence).update(data).digest()
  }

  destroy(): void {
    this.#destroyed = true
    this.#keyed.destroy()
  }
}

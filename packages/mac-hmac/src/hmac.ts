import { hmac } from '@noble/hashes/hmac.js'
import type { CHash } from '@noble/hashes/utils.js'
import type { MacDefinition, MacInstance } from '@seashell/core'
import { invalidArgument, SSHError, writeUint32 } from '@seashell/core/wire'

/** What makes one HMAC differ from another. */
export interface HmacOptions {
  /** The MAC's name on the wire. */
  readonly name: string
  /** The hash, of @noble/hashes. The key is as long as its digest (RFC 4253 §6.4, RFC 6668 §2). */
  readonly hash: CHash
  /** Whether it covers the ciphertext; see `MacDefinition` in `@seashell/core`. */
  readonly encryptThenMac: boolean
  /** Bytes of tag, the first of the digest; all of them where absent. */
  readonly macLength?: number
  /** One sentence why nobody should use it; see `Definition` in `@seashell/core`. */
  readonly insecure?: string
}

/**
 * HMAC (RFC 2104) as SSH has it, with any hash: `HMAC(key, uint32 sequence number ‖ packet)` (RFC 4253 §6.4).
 *
 * @example
 * ```ts
 * import { sha384 } from '@noble/hashes/sha2.js'
 * import { defineHmac } from '@seashell/mac-hmac'
 *
 * const ours = defineHmac({ name: 'hmac-sha2-384', hash: sha384, encryptThenMac: false })
 * ```
 */
export function defineHmac({ name, hash, encryptThenMac, macLength = hash.outputLen, insecure }: HmacOptions): MacDefinition {
  const keyLength = hash.outputLen
  return Object.freeze<MacDefinition>({
    kind: 'mac',
    apiVersion: 1,
    name,
    provider: 'noble',
    ...(insecure !== undefined && { insecure }),
    keyLength,
    macLength,
    encryptThenMac,
    create(key: Uint8Array): MacInstance {
      if (key.length !== keyLength) throw invalidArgument(`expected a key of ${keyLength} bytes for ${name}; got ${key.length}`)
      return new HmacInstance(name, macLength, hmac.create(hash, key))
    },
  })
}

type Hmac = ReturnType<typeof hmac.create>

class HmacInstance implements MacInstance {
  readonly #name: string
  readonly #macLength: number
  /** The state after the key alone: each packet begins with a copy of it, and the key is hashed once. */
  readonly #keyed: Hmac
  readonly #sequence = new Uint8Array(4)
  #destroyed = false

  constructor(name: string, macLength: number, keyed: Hmac) {
    this.#name = name
    this.#macLength = macLength
    this.#keyed = keyed
  }

  sign(sequence: number, data: Uint8Array): Uint8Array {
    if (this.#destroyed) throw new SSHError('CLOSED', `${this.#name} was used after destroy()`, { fault: 'caller' })
    // RFC 4253 §6.4: mac = MAC(key, sequence_number || unencrypted_packet)
    writeUint32(this.#sequence, 0, sequence)
    const digest = this.#keyed.clone().update(this.#sequence).update(data).digest()
    return digest.length === this.#macLength ? digest : digest.slice(0, this.#macLength)
  }

  destroy(): void {
    this.#destroyed = true
    this.#keyed.destroy()
  }
}

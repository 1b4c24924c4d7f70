import type { MacDefinition, MacInstance } from '@seashell/core'
import { invalidArgument, SSHError } from '@seashell/core/wire'
import { KEY_LENGTH, Umac } from './umac.ts'

/** `umac-64-etm@openssh.com` (OpenSSH PROTOCOL §1.1, §1.5): UMAC over the ciphertext. Key of 16 bytes, tag of 8. */
export const umac64Etm: MacDefinition = /* @__PURE__ */ defineUmac('umac-64-etm@openssh.com', 8, true)

/** `umac-128-etm@openssh.com` (OpenSSH PROTOCOL §1.1, §1.5): UMAC over the ciphertext. Key of 16 bytes, tag of 16. */
export const umac128Etm: MacDefinition = /* @__PURE__ */ defineUmac('umac-128-etm@openssh.com', 16, true)

/** `umac-64@openssh.com` (OpenSSH PROTOCOL §1.1): UMAC over the plaintext. Key of 16 bytes, tag of 8. */
export const umac64: MacDefinition = /* @__PURE__ */ defineUmac('umac-64@openssh.com', 8, false)

/** `umac-128@openssh.com` (OpenSSH PROTOCOL §1.1): UMAC over the plaintext. Key of 16 bytes, tag of 16. */
export const umac128: MacDefinition = /* @__PURE__ */ defineUmac('umac-128@openssh.com', 16, false)

function defineUmac(name: string, macLength: number, encryptThenMac: boolean): MacDefinition {
  return Object.freeze({
    kind: 'mac',
    apiVersion: 1,
    name,
    provider: 'noble',
    keyLength: KEY_LENGTH,
    macLength,
    encryptThenMac,
    create(key: Uint8Array): MacInstance {
      if (key.length !== KEY_LENGTH) throw invalidArgument(`expected a key of ${KEY_LENGTH} bytes for ${name}; got ${key.length}`)
      return new UmacInstance(name, new Umac(key, macLength))
    },
  })
}

class UmacInstance implements MacInstance {
  readonly #name: string
  readonly #umac: Umac
  #destroyed = false

  constructor(name: string, umac: Umac) {
    this.#name = name
    this.#umac = umac
  }

  sign(sequence: number, data: Uint8Array): Uint8Array {
    if (this.#destroyed) throw new SSHError('CLOSED', `${this.#name} was used after destroy()`, { fault: 'caller' })
    // The nonce is the sequence number as uint64 (draft-miller-secsh-umac §3).
    return this.#umac.tag(0, sequence, data)
  }

  destroy(): void {
    this.#destroyed = true
    this.#umac.destroy()
  }
}

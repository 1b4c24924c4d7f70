// src/kmac256.ts
import { kmac256 as kmac } from '@noble/hashes/sha3-addons.js'
import type { MacDefinition } from '@seashell/core'
import { concatBytes, invalidArgument, SSHError, writeUint32 } from '@seashell/core/wire'

const NAME = 'kmac256-etm@example.org'

/** KMAC256 (NIST SP 800-185 §4) over `sequence ‖ packet`, without customization. Key of 32 bytes, tag of 64; over the ciphertext. */
export const kmac256: MacDefinition = Object.freeze<MacDefinition>({
  kind: 'mac',
  apiVersion: 1,
  name: NAME,
  provider: 'noble',
  keyLength: 32,
  macLength: 64,
  encryptThenMac: true,
  create(key) {
    if (key.length !== 32) throw invalidArgument(`expected a key of 32 bytes for ${NAME}; got ${key.length}`)
    const ownKey = new Uint8Array(key)
    let destroyed = false
    return {
      sign(sequence, data) {
        if (destroyed) throw new SSHError('CLOSED', `${NAME} was used after destroy()`, { fault: 'caller' })
        const prefix = new Uint8Array(4)
        writeUint32(prefix, 0, sequence)
        return kmac(ownKey, concatBytes(prefix, data), { dkLen: 64 })
      },
      destroy() {
        destroyed = true
        ownKey.fill(0)
      },
    }
  },
})

// test/chacha20-poly1305.test.ts
import { createCipheriv } from 'node:crypto'
import { cipherChecks, register } from '@seashell/conformance'
import { describe, it } from 'vitest'
import { chacha20Poly1305Ietf } from '../src/chacha20-poly1305.ts'

const checks = cipherChecks(chacha20Poly1305Ietf, {
  reference: (key, iv) => (sequence, packet) => {
    const nonce = Buffer.from(iv)
    nonce.writeInt32BE(nonce.readInt32BE(8) ^ sequence, 8)
    const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 })
    cipher.setAAD(packet.subarray(0, 4), { plaintextLength: packet.length - 4 })
    return Buffer.concat([packet.subarray(0, 4), cipher.update(packet.subarray(4)), cipher.final(), cipher.getAuthTag()])
  },
})
describe(chacha20Poly1305Ietf.name, () => register(checks, it))

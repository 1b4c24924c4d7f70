import { cipherChecks, register } from '@seashell/conformance'
import { describe, it } from 'vitest'
import { aes256GcmSiv } from '../src/index.ts'
import { slowGcmSiv } from './slow-gcm-siv.ts'

const checks = cipherChecks(aes256GcmSiv, {
  reference: (key, iv) => (sequence, packet) => {
    const nonce = Buffer.from(iv)
    nonce.writeInt32BE(nonce.readInt32BE(8) ^ sequence, 8)
    return Buffer.concat([packet.subarray(0, 4), slowGcmSiv(key, nonce, packet.subarray(0, 4), packet.subarray(4))])
  },
})
describe(aes256GcmSiv.name, () => register(checks, it))

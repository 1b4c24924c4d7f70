import { cipherChecks, register } from '@seashell/conformance'
import { opensslGcm, toHex } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { aeadAes128Gcm, aeadAes256Gcm, aes128Gcm, aes128GcmBare, aes256Gcm, aes256GcmBare } from '../src/index.ts'

describe.each([aes128Gcm, aes256Gcm, aeadAes128Gcm, aeadAes256Gcm, aes128GcmBare, aes256GcmBare].map((cipher) => ({ cipher })))(
  '$cipher.name',
  ({ cipher }) => {
    register(cipherChecks(cipher, { reference: opensslGcm }), it)

    const key = new Uint8Array(cipher.keyLength).fill(0x2a)

    it.each(['00000000', '7fffffff', 'ffffffff'])(
      'carries into the upper half %s of its invocation counter, and leaves the fixed field alone',
      (upper) => {
        const iv = new Uint8Array(Buffer.from(`0102ffff${upper}fffffffe`, 'hex'))
        const [sealer, opener, sealByReference] = [cipher.createSealer(key, iv), cipher.createOpener(key, iv), opensslGcm(key, iv)]
        for (let packet = 0; packet < 4; packet++) {
          const plain = new Uint8Array(4 + 16)
          plain.set([0, 0, 0, 16, packet])
          const sealed = new Uint8Array(36)
          sealed.set(plain)
          sealer.seal(7, sealed)
          expect(toHex(sealed)).toBe(toHex(sealByReference(7, plain)))
          expect(opener.open(7, sealed)).toEqual(plain.subarray(4))
        }
      },
    )
  },
)

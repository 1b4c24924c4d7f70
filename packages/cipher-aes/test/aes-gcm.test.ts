import { createCipheriv } from 'node:crypto'
import { cipherChecks, register } from '@seashell/conformance'
import { toHex } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { aeadAes128Gcm, aeadAes256Gcm, aes128Gcm, aes128GcmBare, aes256Gcm, aes256GcmBare } from '../src/index.ts'

/** RFC 5647 §7 on OpenSSL's GCM. */
function openssl(algorithm: 'aes-128-gcm' | 'aes-256-gcm') {
  return (key: Uint8Array, iv: Uint8Array) => {
    const fixed = iv.subarray(0, 4)
    let invocation = Buffer.from(iv).readBigUInt64BE(4)
    return (_sequence: number, packet: Uint8Array) => {
      const nonce = Buffer.alloc(12)
      nonce.set(fixed)
      nonce.writeBigUInt64BE(invocation, 4)
      invocation = BigInt.asUintN(64, invocation + 1n)
      const cipher = createCipheriv(algorithm, key, nonce).setAAD(packet.subarray(0, 4))
      return Buffer.concat([packet.subarray(0, 4), cipher.update(packet.subarray(4)), cipher.final(), cipher.getAuthTag()])
    }
  }
}

describe.each([
  { cipher: aes128Gcm, reference: openssl('aes-128-gcm') },
  { cipher: aes256Gcm, reference: openssl('aes-256-gcm') },
  { cipher: aeadAes128Gcm, reference: openssl('aes-128-gcm') },
  { cipher: aeadAes256Gcm, reference: openssl('aes-256-gcm') },
  { cipher: aes128GcmBare, reference: openssl('aes-128-gcm') },
  { cipher: aes256GcmBare, reference: openssl('aes-256-gcm') },
])('$cipher.name', ({ cipher, reference }) => {
  register(cipherChecks(cipher, { reference }), it)

  const key = new Uint8Array(cipher.keyLength).fill(0x2a)

  it.each(['00000000', '7fffffff', 'ffffffff'])(
    'carries into the upper half %s of its invocation counter, and leaves the fixed field alone',
    (upper) => {
      const iv = new Uint8Array(Buffer.from(`0102ffff${upper}fffffffe`, 'hex'))
      const [sealer, opener, sealByReference] = [cipher.createSealer(key, iv), cipher.createOpener(key, iv), reference(key, iv)]
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
})

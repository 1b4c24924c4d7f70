import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { SSHError, WireReader, WireWriter } from '@seashell/core/wire'
import { describe, expect, it } from 'vitest'
import { defineRsa } from '../src/index.ts'

// SEQUENCE { SEQUENCE { OBJECT IDENTIFIER 2.16.840.1.101.3.4.2.2, NULL }, OCTET STRING of 48 bytes }
const digestInfo = [0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30]
const name = 'rsa-sha2-384@example.com'
const hash = (data: Uint8Array): Uint8Array => createHash('sha384').update(data).digest()
const small = defineRsa({ name, hash, digestInfo, minimumBits: 1024, insecure: 'for tests' })

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
const numbers = privateKey.export({ format: 'jwk' })
const mpints = (writer: WireWriter, ...fields: (string | undefined)[]): Uint8Array => {
  for (const field of fields) writer.writeMpint(Buffer.from(field!, 'base64url'))
  return writer.finish()
}
const blob = mpints(new WireWriter().writeString('ssh-rsa'), numbers.e, numbers.n)
const fields = mpints(new WireWriter(), numbers.n, numbers.e, numbers.d, numbers.qi, numbers.p, numbers.q)
const data = Uint8Array.of(1, 2, 3)

describe('an RSA algorithm of one’s own', () => {
  it('signs and verifies as node:crypto does, with the hash and the size of key that it is given', async () => {
    const expected = new WireWriter()
      .writeString(name)
      .writeString(sign('sha384', data, privateKey))
      .finish()
    expect(small.bitLength(blob)).toBe(1024)
    expect(await small.verify(blob, data, expected)).toBe(true)
    const pair = small.privateKeys!.read(new WireReader(fields))
    expect(pair).toEqual({ publicKey: blob, privateKey: fields })
    expect(await small.privateKeys!.sign(pair.privateKey, data)).toEqual(expected)
    expect(publicKey.asymmetricKeyDetails?.modulusLength).toBe(1024)
  })

  it('says why nobody should use it, if there is a reason', () => {
    expect(small).toMatchObject({ name, signatureFormat: name, keyFormat: 'ssh-rsa', insecure: 'for tests' })
    expect(defineRsa({ name, hash, digestInfo })).not.toHaveProperty('insecure')
  })

  it('takes no key below 2048 bits where nothing is said about that', () => {
    const usual = defineRsa({ name, hash, digestInfo })
    expect(() => usual.bitLength(blob)).toThrow(SSHError)
    expect(() => usual.privateKeys!.read(new WireReader(fields))).toThrow(SSHError)
  })
})

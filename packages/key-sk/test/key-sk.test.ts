import { publicKeyChecks, register } from '@seashell/conformance'
import { bigIntToBytes, bytesToBigInt, concatBytes, WireReader, WireWriter } from '@seashell/core/wire'
import {
  readSecurityKeyDetails,
  type SecurityKeyDefinition,
  securityKeys,
  skEcdsaSha2Nistp256,
  skPublicKeys,
  skSshEd25519,
  webauthnSkEcdsaSha2Nistp256,
} from '@seashell/key-sk'
import { fromHex } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { generateKey, press, pressOnPage, publicBlob } from './authenticator.ts'

const ed25519 = generateKey('ed25519')
const p256 = generateKey('p256')
const data = fromHex('000102030405')
const types: [string, SecurityKeyDefinition, Uint8Array, typeof press][] = [
  ['sk-ssh-ed25519', skSshEd25519, ed25519, press],
  ['sk-ecdsa', skEcdsaSha2Nistp256, p256, press],
  ['webauthn', webauthnSkEcdsaSha2Nistp256, p256, pressOnPage],
]

/** Of RFC 4492's curve: on P-256's equation with another b; and the point at infinity in other words. */
const beside = concatBytes(fromHex('04'), new Uint8Array(63), fromHex('01'))
const ecdsaBlob = (point: Uint8Array, curve = 'nistp256', application: string | Uint8Array = 'ssh:'): Uint8Array =>
  new WireWriter().writeString('sk-ecdsa-sha2-nistp256@openssh.com').writeString(curve).writeString(point).writeString(application).finish()
const pointOf = (blob: Uint8Array): Uint8Array => {
  const reader = new WireReader(blob)
  reader.readString()
  reader.readString()
  return reader.readString()
}

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/** A signature with its r and s changed. */
function withHalves(blob: Uint8Array, change: (r: bigint, s: bigint) => readonly [bigint, bigint]): Uint8Array {
  const reader = new WireReader(blob)
  const name = reader.readName()
  const halves = new WireReader(reader.readString())
  const [r, s] = change(bytesToBigInt(halves.readMpint()), bytesToBigInt(halves.readMpint()))
  const value = new WireWriter().writeMpint(bigIntToBytes(r)).writeMpint(bigIntToBytes(s)).finish()
  return new WireWriter().writeString(name).writeString(value).writeBytes(reader.readRemaining()).finish()
}

/** A signature with its flags and counter changed. */
function withDetails(blob: Uint8Array, flags: number, counter: number): Uint8Array {
  const reader = new WireReader(blob)
  const writer = new WireWriter().writeString(reader.readString()).writeString(reader.readString()).writeByte(flags).writeUint32(counter)
  reader.readBytes(5)
  return writer.writeBytes(reader.readRemaining()).finish()
}

describe('the conformance kit', () => {
  const ecdsaKeys = [
    { what: 'a point beside the curve', publicKey: ecdsaBlob(beside) },
    { what: 'a compressed point', publicKey: ecdsaBlob(concatBytes(fromHex('02'), pointOf(publicBlob(p256)).subarray(1, 33))) },
    { what: 'a hybrid point', publicKey: ecdsaBlob(concatBytes(fromHex('06'), pointOf(publicBlob(p256)).subarray(1))) },
    { what: 'the point at infinity', publicKey: ecdsaBlob(new Uint8Array(1)) },
    { what: 'a curve of another name', publicKey: ecdsaBlob(pointOf(publicBlob(p256)), 'nistp384') },
    { what: 'an application with a zero in it', publicKey: ecdsaBlob(pointOf(publicBlob(p256)), 'nistp256', 'ssh:\0') },
    { what: 'an application that is no text', publicKey: ecdsaBlob(pointOf(publicBlob(p256)), 'nistp256', fromHex('ff')) },
  ]
  const ecdsaSignatures = [
    { what: 'r of zero', change: (blob: Uint8Array) => withHalves(blob, (_, s) => [0n, s]) },
    { what: 's of zero', change: (blob: Uint8Array) => withHalves(blob, (r) => [r, 0n]) },
    { what: 'r + n', change: (blob: Uint8Array) => withHalves(blob, (r, s) => [r + ORDER, s]) },
    { what: 's + n', change: (blob: Uint8Array) => withHalves(blob, (r, s) => [r, s + ORDER]) },
    { what: 'r and s in each other’s place', change: (blob: Uint8Array) => withHalves(blob, (r, s) => [s, r]) },
  ]
  const ed25519Keys = [31, 33, 0].map((length) => ({
    what: `a key of ${length} bytes`,
    publicKey: new WireWriter().writeString('sk-ssh-ed25519@openssh.com').writeString(new Uint8Array(length)).writeString('ssh:').finish(),
  }))
  const ed25519Signatures = [
    {
      what: 'S + L, a second form of the same signature',
      change(blob: Uint8Array) {
        const order = 2n ** 252n + 27742317777372353535851937790883648493n
        const s = bytesToBigInt(blob.subarray(-37, -5).toReversed()) + order
        return concatBytes(blob.subarray(0, -37), bigIntToBytes(s, 32).toReversed(), blob.subarray(-5))
      },
    },
  ]
  for (const [what, definition, key, sign] of types) {
    describe(what, () => {
      const isEd25519 = definition === skSshEd25519
      const checks = publicKeyChecks(definition, {
        reference: { sign: (privateKey, message) => sign(privateKey, message) },
        keyPair: { publicKey: publicBlob(key), privateKey: key },
        refusedKeys: isEd25519 ? ed25519Keys : ecdsaKeys,
        refusedSignatures: isEd25519 ? ed25519Signatures : ecdsaSignatures,
      })
      register(checks, it)
    })
  }
})

describe.each(types)('%s', (_what, definition, key, sign) => {
  const blob = publicBlob(key)
  const verify = (signature: Uint8Array, by = definition): unknown => by.verify(blob, data, signature)

  it('demands that somebody touched the key, unless told not to', () => {
    const untouched = sign(key, data, { flags: 0 })
    expect(verify(sign(key, data))).toBe(true)
    expect(verify(untouched)).toBe(false)
    expect(verify(untouched, definition.withPolicy({ touchRequired: false }))).toBe(true)
    expect(verify(sign(key, data, { flags: 4 }))).toBe(false)
  })

  it('demands that the key verified its user where told to', () => {
    const strict = definition.withPolicy({ verifyRequired: true })
    expect(verify(sign(key, data), strict)).toBe(false)
    expect(verify(sign(key, data, { flags: 4 }), strict)).toBe(false)
    expect(verify(sign(key, data, { flags: 5 }), strict)).toBe(true)
    expect(verify(sign(key, data, { flags: 5 }))).toBe(true)
  })

  it('keeps of its policy what the next one does not mention', () => {
    const strict = definition.withPolicy({ verifyRequired: true }).withPolicy({ touchRequired: false })
    expect(verify(sign(key, data), strict)).toBe(false)
    expect(verify(sign(key, data, { flags: 4 }), strict)).toBe(true)
  })

  it('does not take flags or a counter that were not signed', () => {
    const untouched = sign(key, data, { flags: 0, counter: 7 })
    const lax = definition.withPolicy({ touchRequired: false })
    expect(verify(withDetails(untouched, 0, 7), lax)).toBe(true)
    expect(verify(withDetails(untouched, 1, 7), lax)).toBe(false)
    expect(verify(withDetails(untouched, 0, 8), lax)).toBe(false)
    expect(verify(withDetails(untouched, 1, 7))).toBe(false)
  })

  it('takes any counter that was signed, and tells it', () => {
    for (const counter of [0, 1, 0xffff_ffff]) {
      const signature = sign(key, data, { counter, flags: 5 })
      expect(verify(signature)).toBe(true)
      expect(readSecurityKeyDetails(signature)).toEqual({ userPresent: true, userVerified: true, counter })
    }
    expect(readSecurityKeyDetails(sign(key, data, { flags: 0 }))).toMatchObject({ userPresent: false, userVerified: false })
  })

  it('does not take a signature that was made for another application', () => {
    expect(verify(sign(key, data, { application: 'ssh:other' }))).toBe(false)
    expect(verify(sign(key, data, { application: 'https://example.org' }))).toBe(false)
    expect(definition.verify(publicBlob(key, 'ssh:other'), data, sign(key, data))).toBe(false)
    expect(definition.verify(publicBlob(key, 'ssh:other'), data, sign(key, data, { application: 'ssh:other' }))).toBe(true)
  })

  it('refuses keys for other applications than it is told to take', () => {
    const strict = definition.withPolicy({ applications: ['ssh:', 'ssh:work'] })
    expect(strict.bitLength(blob)).toBe(256)
    expect(verify(sign(key, data), strict)).toBe(true)
    const other = publicBlob(key, 'ssh:other')
    const refusal = expect.objectContaining({ code: 'KEY', fault: 'peer', message: expect.stringContaining('found one for "ssh:other"') })
    expect(() => strict.bitLength(other)).toThrow(refusal)
    expect(() => strict.verify(other, data, sign(key, data, { application: 'ssh:other' }))).toThrow(refusal)
  })

  it('has no private keys: they never leave what holds them', () => {
    expect(definition.privateKeys).toBeUndefined()
  })
})

describe('ECDSA', () => {
  it('takes s and n − s: authenticators make either', () => {
    const signature = press(p256, data)
    expect(
      skEcdsaSha2Nistp256.verify(
        publicBlob(p256),
        data,
        withHalves(signature, (r, s) => [r, ORDER - s]),
      ),
    ).toBe(true)
  })

  it('takes no signature of the other kind for its own', () => {
    expect(skEcdsaSha2Nistp256.verify(publicBlob(p256), data, pressOnPage(p256, data))).toBe(false)
    expect(webauthnSkEcdsaSha2Nistp256.verify(publicBlob(p256), data, press(p256, data))).toBe(false)
  })
})

describe('webauthn', () => {
  const verify = (page: Parameters<typeof pressOnPage>[2], definition = webauthnSkEcdsaSha2Nistp256): unknown =>
    definition.verify(publicBlob(p256), data, pressOnPage(p256, data, page))
  const challenge = Buffer.from(data).toString('base64url')
  const client = (members: object): string => JSON.stringify({ type: 'webauthn.get', challenge, origin: 'https://example.org', ...members })

  it('takes what browsers add after the origin', () => {
    expect(verify({ clientData: client({ crossOrigin: true, other_keys_can_be_added_here: 'do not compare' }) })).toBe(true)
    expect(verify({ clientData: client({}) })).toBe(true)
  })

  it.each([
    ['a registration', client({ type: 'webauthn.create' })],
    ['a payment', client({ type: 'payment.get' })],
    ['another challenge', client({ challenge: Buffer.from('other').toString('base64url') })],
    ['a challenge with padding', client({ challenge: `${challenge}=` })],
    ['another origin', client({ origin: 'https://evil.example' })],
    ['an origin that goes on', client({ origin: 'https://example.org.evil.example' })],
    ['members in another order', JSON.stringify({ challenge, type: 'webauthn.get', origin: 'https://example.org' })],
    ['white space', client({}).replace(':', ': ')],
    ['nothing', ''],
    ['the beginning alone', client({}).slice(0, -2)],
  ])('does not take client data of %s', (_what, clientData) => {
    expect(verify({ clientData })).toBe(false)
  })

  it('does not take an origin with a quote, a backslash or a control character', () => {
    for (const origin of ['https://example.org","x":"', 'https://example.org\\', 'https://example.org\n', '\u007f']) {
      const clientData = `{"type":"webauthn.get","challenge":"${challenge}","origin":"${origin}"}`
      expect(verify({ clientData, origin }), JSON.stringify(origin)).toBe(false)
    }
  })

  it('does not take an origin that is not that of the client data', () => {
    expect(verify({ sentOrigin: 'https://example.com' })).toBe(false)
    expect(verify({ sentOrigin: 'https://example' })).toBe(false)
  })

  it('takes only the origins that it is told to', () => {
    const strict = webauthnSkEcdsaSha2Nistp256.withPolicy({ origins: ['https://example.org'] })
    expect(verify({}, strict)).toBe(true)
    expect(verify({ origin: 'https://evil.example' })).toBe(true)
    expect(verify({ origin: 'https://evil.example' }, strict)).toBe(false)
  })

  it('takes extensions, which are signed, where the flags tell of them, and no attested data', () => {
    const extensions = fromHex('a0')
    expect(verify({ flags: 0x81, extensions })).toBe(true)
    expect(verify({ flags: 0x01, extensions })).toBe(false)
    expect(verify({ flags: 0x81 })).toBe(false)
    expect(verify({ flags: 0x41 })).toBe(false)
  })
})

describe('the definitions', () => {
  it('are frozen, with any policy, and so are the lists', () => {
    const lists = [skPublicKeys, securityKeys({ verifyRequired: true, applications: ['ssh:'] })]
    for (const list of lists) {
      expect(Object.isFrozen(list)).toBe(true)
      expect(list.every((definition) => Object.isFrozen(definition))).toBe(true)
      expect(list.map(({ name }) => name)).toEqual([
        'sk-ssh-ed25519@openssh.com',
        'sk-ecdsa-sha2-nistp256@openssh.com',
        'webauthn-sk-ecdsa-sha2-nistp256@openssh.com',
      ])
    }
    const answers = lists.map(([definition]) => definition!.verify(publicBlob(ed25519), data, press(ed25519, data)))
    expect(answers).toEqual([true, false])
  })

  it('tell the keys from the algorithms', () => {
    expect(skPublicKeys.map(({ keyFormat, typeName }) => `${keyFormat} ${typeName}`)).toEqual([
      'sk-ssh-ed25519@openssh.com ED25519-SK',
      'sk-ecdsa-sha2-nistp256@openssh.com ECDSA-SK',
      'sk-ecdsa-sha2-nistp256@openssh.com ECDSA-SK',
    ])
  })
})

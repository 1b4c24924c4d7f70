import { type PublicKeyDefinition, systemRandom } from '@seashell/core'
import { bigIntToBytes, isSSHError, WireReader, WireWriter } from '@seashell/core/wire'
import { isCertificate, parseCertificate, signCertificate } from '@seashell/certificates'
import { toHex } from '@seashell/test-support'
import { beforeAll, describe, expect, it } from 'vitest'
import { definitions, ed25519Signer, odd, oddSigner, rsaSigner, sshEd25519 } from './support/keys.ts'
import { caSeed, hostCertificate, userCertificate, userSeed } from './support/openssh.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const string = (value: string): Uint8Array => new WireWriter().writeString(value).finish()
const fields = (...names: readonly string[]): Uint8Array =>
  names.reduce((writer, name) => writer.writeString(name).writeString(''), new WireWriter()).finish()

/** The error's code and fault, or what was returned instead of one. */
function failure(action: () => unknown): unknown {
  try {
    return action()
  } catch (error) {
    return isSSHError(error) ? `${error.code} ${error.fault}` : error
  }
}

describe('a certificate by ssh-keygen', () => {
  it('for a user is read', () => {
    const certificate = parseCertificate(userCertificate, definitions)
    expect(certificate).toMatchObject({
      keyFormat: 'ssh-ed25519-cert-v01@openssh.com',
      serial: 18446744073709551615n,
      type: 'user',
      keyID: 'alice laptop',
      principals: ['alice', 'root'],
      validAfter: BigInt(Date.UTC(2020, 0) / 1000),
      validBefore: BigInt(Date.UTC(2030, 0) / 1000),
    })
    expect([...certificate.criticalOptions]).toEqual([
      ['force-command', string('uptime -p')],
      ['source-address', string('192.0.2.0/24,2001:db8::/32')],
      ['verify-required', new Uint8Array()],
    ])
    expect([...certificate.extensions]).toEqual([
      ['no-touch-required', new Uint8Array()],
      ['note@example.org', string('hello')],
      ['permit-pty', new Uint8Array()],
    ])
    expect(toHex(certificate.publicKey)).toBe(toHex(ed25519Signer(userSeed).publicKey))
    expect(toHex(certificate.signatureKey)).toBe(toHex(ed25519Signer(caSeed).publicKey))
    expect(toHex(certificate.signedData) + toHex(new WireWriter().writeString(certificate.signature).finish())).toBe(toHex(userCertificate))
  })

  it('for a host is read, whose key has two fields', () => {
    const certificate = parseCertificate(hostCertificate, definitions)
    expect(certificate).toMatchObject({
      keyFormat: 'ssh-rsa-cert-v01@openssh.com',
      serial: 7n,
      type: 'host',
      keyID: 'host one',
      principals: ['one.example.org', '*.cluster.example.org'],
      validAfter: 0n,
      validBefore: 0xffff_ffff_ffff_ffffn,
      criticalOptions: new Map(),
      extensions: new Map(),
    })
    const key = new WireReader(certificate.publicKey)
    expect(key.readName()).toBe('ssh-rsa')
    expect(key.readMpint()).toEqual(new Uint8Array([1, 0, 1]))
    expect(key.readMpint()).toHaveLength(256)
    key.end()
  })

  it('is kept apart from the bytes that were read', () => {
    const bytes = userCertificate.slice()
    const certificate = parseCertificate(bytes, definitions)
    bytes.fill(0)
    expect(toHex(certificate.blob)).toBe(toHex(userCertificate))
    expect(toHex(certificate.publicKey)).toBe(toHex(ed25519Signer(userSeed).publicKey))
  })

  it('is refused where it is cut anywhere, or goes on', () => {
    for (let length = 0; length < userCertificate.length; length++) {
      expect(
        failure(() => parseCertificate(userCertificate.subarray(0, length), definitions)),
        `${length} bytes`,
      ).toBe('KEY peer')
    }
    expect(failure(() => parseCertificate(Uint8Array.from([...userCertificate, 0]), definitions))).toBe('KEY peer')
  })

  it('is refused where nobody has defined its key’s type', () => {
    expect(() => parseCertificate(userCertificate, [odd])).toThrow('expected a certificate for a key of a known type')
  })

  it('is told from plain keys by its format', () => {
    expect(isCertificate(userCertificate)).toBe(true)
    expect(isCertificate(hostCertificate)).toBe(true)
    expect(isCertificate(string('ssh-rsa-cert-v00@openssh.com'))).toBe(true)
    expect(isCertificate(ed25519Signer().publicKey)).toBe(false)
    expect(failure(() => isCertificate(new Uint8Array(3)))).toBe('KEY peer')
  })
})

describe('the key inside', () => {
  const request = { type: 'user', principals: ['alice'], keyID: '', validAfter: new Date(0), validBefore: 'forever' } as const

  it('may have any number of fields: where it ends its own definition says', async () => {
    for (const signer of [oddSigner(), rsaSigner(), ed25519Signer()]) {
      const blob = await signCertificate({ ...request, publicKey: signer.publicKey, random: systemRandom }, ed25519Signer())
      expect(toHex(parseCertificate(blob, definitions).publicKey)).toBe(toHex(signer.publicKey))
    }
  })

  it('is refused with the words of its definition where that refuses it', async () => {
    const blob = await signCertificate({ ...request, publicKey: rsaSigner(1024).publicKey, random: systemRandom }, ed25519Signer())
    expect(() => parseCertificate(blob, definitions)).toThrow('an RSA key of less than 2048 bits')
  })

  it('is no certificate itself', () => {
    const twice = new WireWriter()
      .writeString('ssh-ed25519-cert-v01-cert-v01@openssh.com')
      .writeBytes(userCertificate.subarray(36))
      .finish()
    const certified: PublicKeyDefinition = Object.freeze({ ...sshEd25519, keyFormat: 'ssh-ed25519-cert-v01@openssh.com' })
    expect(failure(() => parseCertificate(twice, [certified, sshEd25519]))).toBe('KEY peer')
  })

  it('passes on what a definition throws that is no SSHError', () => {
    const broken: PublicKeyDefinition = Object.freeze({
      ...sshEd25519,
      bitLength() {
        throw new TypeError('broken')
      },
    })
    expect(() => parseCertificate(userCertificate, [broken])).toThrow(TypeError)
  })
})

describe('a body', () => {
  let authority: Uint8Array
  beforeAll(() => {
    authority = ed25519Signer().publicKey
  })

  interface Body {
    readonly type?: number
    readonly keyID?: Uint8Array
    readonly principals?: Uint8Array
    readonly criticalOptions?: Uint8Array
    readonly extensions?: Uint8Array
  }

  function build({ type = 1, keyID = text('id'), principals = string('alice'), criticalOptions, extensions }: Body): Uint8Array {
    return new WireWriter()
      .writeString('ssh-ed25519-cert-v01@openssh.com')
      .writeString('nonce')
      .writeString(bigIntToBytes(9n, 32))
      .writeUint64(1n)
      .writeUint32(type)
      .writeString(keyID)
      .writeString(principals)
      .writeUint64(0n)
      .writeUint64(1n)
      .writeString(criticalOptions ?? '')
      .writeString(extensions ?? '')
      .writeString('reserved for later')
      .writeString(authority)
      .writeString('signature')
      .finish()
  }

  it('is read whatever stands in its reserved field', () => {
    expect(parseCertificate(build({}), [sshEd25519])).toMatchObject({ type: 'user', principals: ['alice'], keyID: 'id' })
  })

  it.each<[string, Body]>([
    ['of type 0', { type: 0 }],
    ['of type 3', { type: 3 }],
    ['with a key id that is no text', { keyID: new Uint8Array([0xff]) }],
    ['with a zero in its key id', { keyID: text('a\0b') }],
    ['with a zero in a principal', { principals: string('root\0') }],
    ['with principals that end early', { principals: string('alice').subarray(0, 7) }],
    ['with more than 256 principals', { principals: new WireWriter().writeBytes(new Uint8Array(4 * 257)).finish() }],
    ['with critical options that are out of order', { criticalOptions: fields('b', 'a') }],
    ['with a critical option twice', { criticalOptions: fields('a', 'a') }],
    ['with a critical option without a name', { criticalOptions: fields('') }],
    ['with a critical option without data', { criticalOptions: string('a') }],
    ['with extensions that are out of order', { extensions: fields('permit-pty', 'permit-X11-forwarding') }],
    ['with an extension twice', { extensions: fields('permit-pty', 'permit-pty') }],
  ])('%s is refused', (_what, body) => {
    expect(failure(() => parseCertificate(build(body), [sshEd25519]))).toBe('KEY peer')
  })
})

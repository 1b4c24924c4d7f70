import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { fromHex } from '@seashell/test-support'
import { WireWriter } from '@seashell/core/wire'

// An authenticator on node:crypto, written from PROTOCOL.u2f and WebAuthn and nothing of this package's.

/** What an authenticator can be told to do. */
export interface Press {
  /** User present 0x01, user verified 0x04, attested data 0x40, extensions 0x80. */
  readonly flags?: number
  readonly counter?: number
  /** What it signs for; that of the key where absent. */
  readonly application?: string
}

/** What a browser can be told to do. */
export interface Page extends Press {
  readonly origin?: string
  /** Client data in place of the right one. */
  readonly clientData?: string
  readonly extensions?: Uint8Array
  /** The origin that is sent, where that is another. */
  readonly sentOrigin?: string
}

const sha256 = (data: Uint8Array | string): Buffer => createHash('sha256').update(data).digest()

function loadKey(pkcs8: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' })
}

export function generateKey(type: 'ed25519' | 'p256'): Uint8Array {
  const { privateKey } = type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return privateKey.export({ format: 'der', type: 'pkcs8' })
}

export function publicBlob(pkcs8: Uint8Array, application = 'ssh:'): Uint8Array {
  const { kty, x = '', y = '' } = createPublicKey(loadKey(pkcs8)).export({ format: 'jwk' })
  const coordinates = [x, y].map((text) => Buffer.from(text, 'base64url'))
  const writer = new WireWriter()
  if (kty === 'OKP') writer.writeString('sk-ssh-ed25519@openssh.com').writeString(coordinates[0]!)
  else
    writer
      .writeString('sk-ecdsa-sha2-nistp256@openssh.com')
      .writeString('nistp256')
      .writeString(Buffer.concat([fromHex('04'), ...coordinates]))
  return writer.writeString(application).finish()
}

function touch(
  pkcs8: Uint8Array,
  { flags = 1, counter = 7, application = 'ssh:' }: Press,
  messageHash: Uint8Array,
  extensions: Uint8Array = new Uint8Array(),
) {
  const key = loadKey(pkcs8)
  const head = Buffer.alloc(5)
  head.writeUInt8(flags)
  head.writeUInt32BE(counter, 1)
  const data = Buffer.concat([sha256(application), head, extensions, messageHash])
  const isEd25519 = key.asymmetricKeyType === 'ed25519'
  const raw = sign(isEd25519 ? null : 'sha256', data, { key, dsaEncoding: 'ieee-p1363' })
  const value = isEd25519 ? raw : new WireWriter().writeMpint(raw.subarray(0, 32)).writeMpint(raw.subarray(32)).finish()
  return { value, head, isEd25519 }
}

/** A signature as OpenSSH's ssh makes it with a key. */
export function press(pkcs8: Uint8Array, data: Uint8Array, options: Press = {}): Uint8Array {
  const { value, head, isEd25519 } = touch(pkcs8, options, sha256(data))
  const name = isEd25519 ? 'sk-ssh-ed25519@openssh.com' : 'sk-ecdsa-sha2-nistp256@openssh.com'
  return new WireWriter().writeString(name).writeString(value).writeBytes(head).finish()
}

/** A signature as a page in a browser makes it with a key. */
export function pressOnPage(pkcs8: Uint8Array, data: Uint8Array, options: Page = {}): Uint8Array {
  const { origin = 'https://example.org', extensions = new Uint8Array() } = options
  const challenge = Buffer.from(data).toString('base64url')
  const clientData = options.clientData ?? JSON.stringify({ type: 'webauthn.get', challenge, origin, crossOrigin: false })
  const { value, head } = touch(pkcs8, options, sha256(clientData), extensions)
  return new WireWriter()
    .writeString('webauthn-sk-ecdsa-sha2-nistp256@openssh.com')
    .writeString(value)
    .writeBytes(head)
    .writeString(options.sentOrigin ?? origin)
    .writeString(clientData)
    .writeString(extensions)
    .finish()
}

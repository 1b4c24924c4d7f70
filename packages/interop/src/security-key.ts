import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { WireReader, WireWriter } from '@seashell/core/wire'
import type { Signer } from '@seashell/core'

/** What one press of the button is like. */
export interface Press {
  /** User present 0x01, user verified 0x04. */
  readonly flags?: number
  /** What it signs for; that of the key where absent. */
  readonly application?: string
}

const APPLICATION = 'ssh:'
const sha256 = (data: Uint8Array | string): Buffer => createHash('sha256').update(data).digest()

/** A FIDO authenticator in software, after OpenSSH's PROTOCOL.u2f: on node:crypto, with nothing of `@seashell/key-sk`. */
export function securityKey(type: 'ed25519' | 'ecdsa', press: Press = {}): Signer {
  const { privateKey, publicKey } = type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const [first, second] = [Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]
  const name = type === 'ed25519' ? 'sk-ssh-ed25519@openssh.com' : 'sk-ecdsa-sha2-nistp256@openssh.com'
  const blob = new WireWriter().writeString(name)
  if (type === 'ed25519') blob.writeString(first)
  else blob.writeString('nistp256').writeString(Buffer.concat([Buffer.from([4]), first, second]))
  let counter = 0
  return {
    publicKey: blob.writeString(APPLICATION).finish(),
    algorithms: [name],
    async sign(data) {
      const head = Buffer.from([press.flags ?? 1, 0, 0, 0, ++counter])
      const message = Buffer.concat([sha256(press.application ?? APPLICATION), head, sha256(data)])
      return new WireWriter()
        .writeString(name)
        .writeString(signCurve(type, privateKey, message))
        .writeBytes(head)
        .finish()
    },
  }
}

function signCurve(type: 'ed25519' | 'ecdsa', key: KeyObject, message: Uint8Array): Uint8Array {
  if (type === 'ed25519') return sign(null, message, key)
  const raw = sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' })
  return new WireWriter().writeMpint(raw.subarray(0, 32)).writeMpint(raw.subarray(32)).finish()
}

/** The same, used by a page at https://example.org: a browser wraps what is signed (WebAuthn §5.8.1). */
export function webSecurityKey(press: Press = {}): Signer {
  const origin = 'https://example.org'
  const name = 'webauthn-sk-ecdsa-sha2-nistp256@openssh.com'
  const key = securityKey('ecdsa', press)
  return {
    publicKey: key.publicKey,
    algorithms: [name],
    async sign(data) {
      const challenge = Buffer.from(data).toString('base64url')
      const clientData = Buffer.from(JSON.stringify({ type: 'webauthn.get', challenge, origin, crossOrigin: false }))
      const reader = new WireReader(await key.sign(clientData, key.algorithms[0]!))
      reader.readName()
      const signature = new WireWriter(1024).writeString(name).writeBytes(reader.readRemaining())
      return signature.writeString(origin).writeString(clientData).writeString('').finish()
    },
  }
}

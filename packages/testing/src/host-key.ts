import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { byte, mpint, string } from './wire.ts'

/** A key pair of the peer's: a host key, or a user's. */
export interface SigningKey {
  /** The signature algorithm to negotiate. */
  readonly algorithm: string
  /** The public key blob (RFC 4253 §6.6). */
  readonly blob: Buffer
  /** The signature blob over data. */
  sign(data: Uint8Array): Buffer
  /** The private key. */
  readonly privateKey: KeyObject
}

/** A new ssh-ed25519 key (RFC 8709). */
export function ed25519Key(): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(12)
  return {
    algorithm: 'ssh-ed25519',
    blob: fields('ssh-ed25519', raw),
    sign: (data) => fields('ssh-ed25519', sign(null, data, privateKey)),
    privateKey,
  }
}

/** A new ecdsa-sha2-nistp256 key (RFC 5656 §3). */
export function ecdsaKey(): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const { x, y } = publicKey.export({ format: 'jwk' })
  const point = Buffer.concat([byte(4), Buffer.from(x!, 'base64url'), Buffer.from(y!, 'base64url')])
  return {
    algorithm: 'ecdsa-sha2-nistp256',
    blob: fields('ecdsa-sha2-nistp256', 'nistp256', point),
    sign(data) {
      const signature = sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' })
      return fields('ecdsa-sha2-nistp256', Buffer.concat([mpint(signature.subarray(0, 32)), mpint(signature.subarray(32))]))
    },
    privateKey,
  }
}

/** A new RSA key, which signs with rsa-sha2-512 (RFC 8332). */
export function rsaKey(modulusLength = 2048, publicExponent = 65_537): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength, publicExponent })
  const { n, e } = publicKey.export({ format: 'jwk' })
  return {
    algorithm: 'rsa-sha2-512',
    blob: Buffer.concat([string('ssh-rsa'), mpint(Buffer.from(e!, 'base64url')), mpint(Buffer.from(n!, 'base64url'))]),
    sign: (data) => fields('rsa-sha2-512', sign('sha512', data, privateKey)),
    privateKey,
  }
}

/** Strings, one after another. */
export function fields(...values: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat(values.map(string))
}

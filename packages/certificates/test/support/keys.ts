import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { type PublicKeyDefinition, type SignaturePolicy, type Signer, SSHError } from '@seashell/core'
import { bytesToBigInt, isSSHError, WireReader, WireWriter } from '@seashell/core/wire'
import { fromHex } from '@seashell/test-support'

// Types of key on node:crypto: certificates are tested with definitions that nobody here wrote for them.

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')

function strict<Result>(blob: Uint8Array, format: string, read: (reader: WireReader) => Result): Result {
  try {
    const reader = new WireReader(blob, `an ${format} key`)
    if (reader.readName() !== format) throw new SSHError('KEY', `no ${format} key`, { fault: 'peer' })
    const result = read(reader)
    reader.end()
    return result
  } catch (error) {
    throw isSSHError(error) ? new SSHError('KEY', error.message, { fault: 'peer' }) : error
  }
}

const ed25519Point = (point: Uint8Array): KeyObject => {
  if (point.length !== 32) throw new SSHError('KEY', 'no point', { fault: 'peer' })
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: base64url(point) }, format: 'jwk' })
}

const readEd25519 = (blob: Uint8Array): KeyObject => strict(blob, 'ssh-ed25519', (reader) => ed25519Point(reader.readString()))

const readRsa = (blob: Uint8Array): KeyObject =>
  strict(blob, 'ssh-rsa', (reader) => {
    const [e, n] = [reader.readMpint(), reader.readMpint()]
    if (bytesToBigInt(n).toString(2).length < 2048) throw new SSHError('KEY', 'an RSA key of less than 2048 bits', { fault: 'peer' })
    return createPublicKey({ key: { kty: 'RSA', e: base64url(e), n: base64url(n) }, format: 'jwk' })
  })

/** A stranger's type: three fields, of which the second is the point. */
const readOdd = (blob: Uint8Array): KeyObject =>
  strict(blob, 'odd@example.org', (reader) => {
    reader.readString()
    const point = ed25519Point(reader.readString())
    reader.readString()
    return point
  })

function define(name: string, keyFormat: string, hash: string | null, read: (blob: Uint8Array) => KeyObject): PublicKeyDefinition {
  return Object.freeze({
    kind: 'public-key',
    apiVersion: 1,
    name,
    provider: 'node:crypto',
    keyFormat,
    signatureFormat: name,
    typeName: keyFormat === 'ssh-rsa' ? 'RSA' : 'ED25519',
    bitLength: (blob: Uint8Array) => read(blob).asymmetricKeyDetails?.modulusLength ?? 256,
    verify(blob: Uint8Array, data: Uint8Array, signature: Uint8Array) {
      const reader = new WireReader(signature, 'a signature')
      return reader.readName() === name && verify(hash, data, read(blob), reader.readString())
    },
  })
}

export const sshEd25519 = define('ssh-ed25519', 'ssh-ed25519', null, readEd25519)
export const rsaSha2_512 = define('rsa-sha2-512', 'ssh-rsa', 'sha512', readRsa)
export const sshRsa: PublicKeyDefinition = Object.freeze({ ...define('ssh-rsa', 'ssh-rsa', 'sha1', readRsa), insecure: 'SHA-1 is broken' })
export const odd = define('odd@example.org', 'odd@example.org', null, readOdd)

/** A type that knows policies, and remembers the last it was held to. */
export function withPolicies(): { readonly definition: PublicKeyDefinition; readonly policies: SignaturePolicy[] } {
  const policies: SignaturePolicy[] = []
  const definition: PublicKeyDefinition = Object.freeze({
    ...odd,
    withPolicy: (policy: SignaturePolicy) => (policies.push(policy), definition),
  })
  return { definition, policies }
}

export const definitions: readonly PublicKeyDefinition[] = [sshEd25519, rsaSha2_512, sshRsa, odd]

const hashes: Readonly<Record<string, string>> = { 'rsa-sha2-512': 'sha512', 'ssh-rsa': 'sha1' }

function signerOf(publicKey: Uint8Array, privateKey: KeyObject, algorithms: readonly string[]): Signer {
  return {
    publicKey,
    algorithms,
    async sign(data, algorithm) {
      return new WireWriter()
        .writeString(algorithm)
        .writeString(sign(hashes[algorithm] ?? null, data, privateKey))
        .finish()
    },
  }
}

export function ed25519Signer(seed?: string): Signer {
  // RFC 8410 §7: what stands before the seed in PKCS #8.
  const prefix = '302e020100300506032b657004220420'
  const privateKey =
    seed === undefined
      ? generateKeyPairSync('ed25519').privateKey
      : createPrivateKey({ key: Buffer.from(fromHex(prefix + seed)), format: 'der', type: 'pkcs8' })
  return signerOf(new WireWriter().writeString('ssh-ed25519').writeString(pointOf(privateKey)).finish(), privateKey, ['ssh-ed25519'])
}

export function oddSigner(): Signer {
  const { privateKey } = generateKeyPairSync('ed25519')
  const blob = new WireWriter().writeString('odd@example.org').writeString('').writeString(pointOf(privateKey)).writeString('ssh:').finish()
  return signerOf(blob, privateKey, ['odd@example.org'])
}

export function rsaSigner(bits = 2048): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  const { e = '', n = '' } = publicKey.export({ format: 'jwk' })
  const blob = new WireWriter()
    .writeString('ssh-rsa')
    .writeMpint(Buffer.from(e, 'base64url'))
    .writeMpint(Buffer.from(n, 'base64url'))
    .finish()
  return signerOf(blob, privateKey, ['rsa-sha2-512', 'ssh-rsa'])
}

function pointOf(privateKey: KeyObject): Uint8Array {
  return Buffer.from(createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '', 'base64url')
}

import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { type PublicKeyDefinition, type Signer, SSHError } from '@seashell/core'
import { bytesToBigInt, trimLeadingZeros, WireReader, WireWriter } from '@seashell/core/wire'

// Real signatures from node:crypto behind the contract of core: what is tested here is the protocol, with an implementation of the
// algorithms that is not ours.

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')

function ed25519Key(blob: Uint8Array): KeyObject {
  const reader = new WireReader(blob, 'an ssh-ed25519 key')
  if (reader.readName() !== 'ssh-ed25519') throw new SSHError('KEY', 'no ssh-ed25519 key', { fault: 'peer' })
  const x = base64url(reader.readString())
  reader.end()
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
}

function rsaKey(blob: Uint8Array): KeyObject {
  const reader = new WireReader(blob, 'an ssh-rsa key')
  if (reader.readName() !== 'ssh-rsa') throw new SSHError('KEY', 'no ssh-rsa key', { fault: 'peer' })
  const e = reader.readMpint()
  const n = reader.readMpint()
  reader.end()
  if (bytesToBigInt(n).toString(2).length < 2048) throw new SSHError('KEY', 'an RSA key of less than 2048 bits', { fault: 'peer' })
  return createPublicKey({ key: { kty: 'RSA', e: base64url(e), n: base64url(n) }, format: 'jwk' })
}

function definition(
  name: string,
  keyFormat: string,
  hash: string | null,
  insecure?: string,
  toKey = keyFormat === 'ssh-rsa' ? rsaKey : ed25519Key,
): PublicKeyDefinition {
  return Object.freeze({
    kind: 'public-key',
    apiVersion: 1,
    name,
    provider: 'node:crypto',
    ...(insecure === undefined ? {} : { insecure }),
    keyFormat,
    signatureFormat: name,
    typeName: keyFormat === 'ssh-rsa' ? 'RSA' : 'ED25519',
    bitLength: (blob: Uint8Array) => toKey(blob).asymmetricKeyDetails?.modulusLength ?? 256,
    verify(blob: Uint8Array, data: Uint8Array, signature: Uint8Array) {
      const reader = new WireReader(signature, 'a signature')
      return reader.readName() === name && verify(hash, data, toKey(blob), reader.readString())
    },
  })
}

export const sshEd25519 = definition('ssh-ed25519', 'ssh-ed25519', null)
export const rsaSha2_512 = definition('rsa-sha2-512', 'ssh-rsa', 'sha512')
export const rsaSha2_256 = definition('rsa-sha2-256', 'ssh-rsa', 'sha256')
const sshRsa = definition('ssh-rsa', 'ssh-rsa', 'sha1', 'SHA-1 is broken')
export const testKeys: readonly PublicKeyDefinition[] = [sshEd25519, rsaSha2_512, rsaSha2_256, sshRsa]

const hashes: Readonly<Record<string, string | null>> = {
  'ssh-ed25519': null,
  'rsa-sha2-512': 'sha512',
  'rsa-sha2-256': 'sha256',
  'ssh-rsa': 'sha1',
}

/** A signer that counts its signatures. */
export interface TestSigner extends Signer {
  readonly signatures: string[]
}

function signer(privateKey: KeyObject, publicKey: Uint8Array, algorithms: readonly string[]): TestSigner {
  const signatures: string[] = []
  return {
    publicKey,
    algorithms,
    signatures,
    async sign(data, algorithm) {
      signatures.push(algorithm)
      return new WireWriter(512)
        .writeString(algorithm)
        .writeString(sign(hashes[algorithm] ?? null, data, privateKey))
        .finish()
    },
  }
}

const fromBase64url = (text: string | undefined): Uint8Array => new Uint8Array(Buffer.from(text ?? '', 'base64url'))

export function ed25519Signer(): TestSigner {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const x = fromBase64url(publicKey.export({ format: 'jwk' }).x)
  return signer(privateKey, new WireWriter().writeString('ssh-ed25519').writeString(x).finish(), ['ssh-ed25519'])
}

export function rsaSigner(algorithms: readonly string[] = ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'], bits = 2048): TestSigner {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  const { e, n } = publicKey.export({ format: 'jwk' })
  const blob = new WireWriter(512)
    .writeString('ssh-rsa')
    .writeMpint(trimLeadingZeros(fromBase64url(e)))
    .writeMpint(trimLeadingZeros(fromBase64url(n)))
    .finish()
  return signer(privateKey, blob, algorithms)
}

import { readFileSync } from 'node:fs'
import { certifiedSigner, signCertificate } from '@seashell/certificates'
import type { KeyPair, PublicKeyDefinition, Signer } from '@seashell/core'
import { createSigner } from '@seashell/keys'
import { seededRandom } from '@seashell/test-support'
import { FOLDER, type SessionPlan } from './transcript.ts'

/** Our side's keys: for tests, and secret to nobody. */
interface KeyRing {
  readonly note: string
  /** By key format, and that of `authority`, which signs certificates: both halves as `KeyPair` has them, in base64. */
  readonly keys: Readonly<Record<string, { readonly publicKey: string; readonly privateKey: string }>>
}

/** Where {@link KeyRing} is. */
export const KEY_FILE: string = `${FOLDER}keys.json`

const CERTIFICATE = '-cert-v01@openssh.com'

/** The algorithm of certificates for keys of another: a domain at the end moves there (OpenSSH PROTOCOL.certkeys). */
export function certificateName(plain: string): string {
  return `${plain.replace(/@openssh\.com$/, '')}${CERTIFICATE}`
}

/** Whether it is an algorithm of certificates. */
export function isCertified(algorithm: string): boolean {
  return algorithm.endsWith(CERTIFICATE)
}

/** The algorithm that one of certificates was made of; any other as it is. */
export function plainName(algorithm: string): string {
  if (!isCertified(algorithm)) return algorithm
  const name = algorithm.slice(0, -CERTIFICATE.length)
  return name.startsWith('sk-') ? `${name}@openssh.com` : name
}

/** Makes a key of each format that can sign, and that of the authority. RSA keys have 2048 bits, which is the least that OpenSSH accepts. */
export async function makeKeys(definitions: readonly PublicKeyDefinition[]): Promise<KeyRing> {
  const able = definitions.filter(({ privateKeys }) => privateKeys !== undefined)
  const byName = new Map(able.map((definition) => [definition.keyFormat, definition]))
  byName.set('authority', byName.get('ssh-ed25519')!)
  const keys: Record<string, KeyRing['keys'][string]> = {}
  for (const [name, { keyFormat, privateKeys }] of byName) {
    const options = keyFormat === 'ssh-rsa' ? { bits: 2048 } : {}
    const { publicKey, privateKey } = await privateKeys!.generate(seededRandom(`transcripts: ${name}`), options)
    keys[name] = { publicKey: toBase64(publicKey), privateKey: toBase64(privateKey) }
  }
  return { note: 'Keys of tests, and secret to nobody: never let one of them in anywhere.', keys }
}

/** Our host key, or our user's key, for one algorithm alone; a certificate of it, where the algorithm is one of certificates. */
export async function signerFor(
  algorithm: string,
  plan: Pick<SessionPlan, 'role' | 'user'>,
  definitions: readonly PublicKeyDefinition[],
): Promise<Signer> {
  const definition = definitions.find(({ name }) => name === plainName(algorithm))
  if (definition === undefined) throw new Error(`no definition of ${algorithm}`)
  const signer = createSigner(keyPair(definition.keyFormat), [definition])
  if (!isCertified(algorithm)) return signer
  const request = {
    publicKey: signer.publicKey,
    ...(plan.role === 'client'
      ? ({ type: 'user', principals: [plan.user] } as const)
      : ({ type: 'host', principals: ['seashell'] } as const)),
    keyID: 'transcript',
    validAfter: new Date(0),
    validBefore: 'forever',
    random: seededRandom(`certificate: ${algorithm}`),
  } as const
  return certifiedSigner(signer, await signCertificate(request, authority(definitions)))
}

/** Who signs our certificates. */
export function authority(definitions: readonly PublicKeyDefinition[]): Signer {
  return createSigner(keyPair('authority'), definitions)
}

/** Bytes in base64. */
export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

/** The bytes of base64, as an array that is no Buffer: what peers of ours would be given. */
export function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'))
}

function keyPair(name: string): KeyPair {
  const { keys } = JSON.parse(readFileSync(KEY_FILE, 'utf8')) as KeyRing
  const pair = keys[name]
  if (pair === undefined) throw new Error(`${KEY_FILE} has no key ${name}`)
  return { publicKey: fromBase64(pair.publicKey), privateKey: fromBase64(pair.privateKey) }
}

import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { formatPublicKey, parsePublicKey } from '@seashell/keys'
import { startAgent } from '../agent.ts'
import { generateKey } from '../keys.ts'
import type { OpenSSH } from '../peers.ts'
import { securityKey } from '../security-key.ts'
import { certificateName, isCertified, plainName } from './keys.ts'
import type { SessionPlan } from './transcript.ts'

const run = promisify(execFile)
const keyTypes: Readonly<Record<string, readonly string[]>> = {
  'ssh-ed25519': ['ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa', '-b', '256'],
  'ecdsa-sha2-nistp384': ['ecdsa', '-b', '384'],
  'ecdsa-sha2-nistp521': ['ecdsa', '-b', '521'],
  'ssh-dss': ['dsa'],
}

/** A key of the peer's, in a file, or in an agent that stands for a token. */
export interface PeerKey {
  /** Where it is, or, for one in an agent, where it would be; with `.pub` its public half is there. */
  readonly path: string
  /** What the peer shows: the key, or its certificate. */
  readonly blob: Uint8Array
  /** What ssh has to be told of it. */
  readonly config: readonly string[]
  /** Ends the agent. */
  readonly stop?: () => void
}

/** Makes the peer's key, and has an authority of the peer's own certify it where the algorithm is one of certificates. */
export async function makePeerKey(
  peer: OpenSSH,
  folder: string,
  { role, user }: Pick<SessionPlan, 'role' | 'user'>,
  algorithm: string,
): Promise<PeerKey> {
  const plain = plainName(algorithm)
  const key = plain.startsWith('sk-') ? await token(folder, plain) : await keyFile(peer, folder, plain)
  if (!isCertified(algorithm)) return key
  const { path } = await generateKey(peer, join(folder, 'peer_authority'), 'ed25519')
  const whom = role === 'client' ? ['-h', '-n', 'seashell'] : ['-n', user]
  await run(peer.sshKeygen, ['-q', '-s', path, '-I', 'transcript', ...whom, `${key.path}.pub`], { timeout: 30_000 })
  const blob = blobOf(await readFile(`${key.path}-cert.pub`, 'utf8'))
  // Beside a file ssh finds it by itself.
  const config = key.stop === undefined ? key.config : [...key.config, `CertificateFile ${key.path}-cert.pub`]
  return { ...key, blob, config }
}

async function keyFile(peer: OpenSSH, folder: string, algorithm: string): Promise<PeerKey> {
  const [type, ...args] = keyTypes[algorithm] ?? ['rsa', '-b', '2048']
  const { path, publicKey } = await generateKey(peer, join(folder, 'key'), type!, args)
  return { path, blob: blobOf(publicKey), config: [] }
}

/** A security key, behind an agent. */
async function token(folder: string, algorithm: string): Promise<PeerKey> {
  const signer = securityKey(algorithm.includes('ed25519') ? 'ed25519' : 'ecdsa')
  const path = join(folder, 'key')
  await writeFile(`${path}.pub`, `${formatPublicKey(signer.publicKey)}\n`)
  const agent = await startAgent(`${path}.sock`, signer)
  // ssh looks for the key of a certificate among those in the agent that it may use themselves.
  const config = [`IdentityAgent ${path}.sock`, `PubkeyAcceptedAlgorithms ${certificateName(algorithm)},${algorithm}`]
  return { path, blob: signer.publicKey, config, stop: () => agent.stop() }
}

function blobOf(line: string): Uint8Array {
  return parsePublicKey(line).publicKey
}

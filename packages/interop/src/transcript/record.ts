import { execFile, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { formatPublicKey, parsePublicKey } from '@seashell/keys'
import { attachStream, connectSocket } from '@seashell/node'
import { startAgent } from '../agent.ts'
import { securityKey } from '../security-key.ts'
import { generateKey } from '../keys.ts'
import type { OpenSSH } from '../peers.ts'
import { runSsh } from '../ssh.ts'
import { startSshd } from '../sshd.ts'
import { findTestUser } from '../test-user.ts'
import { signingAlgorithms } from './algorithms.ts'
import type { Case } from './cases.ts'
import { authority, certificateName, isCertified, plainName, signerFor, toBase64 } from './keys.ts'
import { COMMAND, INPUT, type OurSide, ourSide, PASSWORD } from './our-side.ts'
import { recorded } from './tape.ts'
import type { Chunk, Outcome, Role, SessionPlan } from './transcript.ts'

/** What was recorded of a session. */
export interface Recording {
  readonly plan: SessionPlan
  readonly outcome: Outcome
  readonly chunks: readonly Chunk[]
}

const run = promisify(execFile)
const definitions = signingAlgorithms('portable')
const keyTypes: Readonly<Record<string, readonly string[]>> = {
  'ssh-ed25519': ['ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa', '-b', '256'],
  'ecdsa-sha2-nistp384': ['ecdsa', '-b', '384'],
  'ecdsa-sha2-nistp521': ['ecdsa', '-b', '521'],
  'ssh-dss': ['dsa'],
}

/** Runs a session with a real OpenSSH, and writes down what goes over the wire. */
export async function record(peer: OpenSSH, role: Role, { name, plan }: Case): Promise<Recording> {
  const folder = await mkdtemp(join(tmpdir(), 'seashell-transcript-'))
  try {
    const whole = { ...plan, role, user: userOf(role, plan.login), seed: `${role} ${name}` }
    return await (role === 'client' ? recordClient(peer, folder, whole) : recordServer(peer, folder, whole))
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The names that an OpenSSH has of one kind: for `ssh -Q`. */
export function namesOf(peer: OpenSSH, kind: 'kex' | 'cipher' | 'mac' | 'HostKeyAlgorithms'): readonly string[] {
  const { stdout } = spawnSync(peer.ssh, ['-Q', kind], { encoding: 'utf8', timeout: 10_000 })
  return stdout.split('\n').filter((name) => name !== '')
}

/** Our client against their sshd. */
async function recordClient(peer: OpenSSH, folder: string, partial: SessionPlan): Promise<Recording> {
  const key = await peerKey(peer, folder, partial, partial.algorithms.publicKey)
  const plan = { ...partial, peerKey: toBase64(key.blob) }
  await writeFile(join(folder, 'authority.pub'), `${formatPublicKey(authority(definitions).publicKey)}\n`)
  const config = [
    ...sharedConfig(plan),
    `HostKey ${key.path}`,
    ...(isCertified(plan.algorithms.publicKey) ? [`HostCertificate ${key.path}-cert.pub`] : []),
    `TrustedUserCAKeys ${join(folder, 'authority.pub')}`,
    `PasswordAuthentication ${plan.login === 'password' ? 'yes' : 'no'}`,
  ]
  const authorizedKeys = plan.login === 'password' ? [] : [formatPublicKey((await signerFor(plan.login, plan, definitions)).publicKey)]
  const sshd = await startSshd(peer, { hostKeyTypes: [], config, authorizedKeys })
  try {
    const side = await ourSide(plan, 'portable')
    const chunks: Chunk[] = []
    attachStream(recorded(side.transport, chunks), await connectSocket({ host: '127.0.0.1', port: sshd.port }))
    return { plan, outcome: await outcomeOf(side, () => sshd.log()), chunks }
  } finally {
    await sshd.stop()
  }
}

/** Their ssh against our server. */
async function recordServer(peer: OpenSSH, folder: string, partial: SessionPlan): Promise<Recording> {
  const key = partial.login === 'password' ? undefined : await peerKey(peer, folder, partial, partial.login)
  const plan = { ...partial, ...(key && { peerKey: toBase64(key.blob) }) }
  const known = isCertified(plan.algorithms.publicKey)
    ? `@cert-authority seashell ${formatPublicKey(authority(definitions).publicKey)}`
    : `seashell ${formatPublicKey((await signerFor(plan.algorithms.publicKey, plan, definitions)).publicKey)}`
  await writeFile(join(folder, 'known_hosts'), `${known}\n`)
  const side = await ourSide(plan, 'portable')
  const chunks: Chunk[] = []
  const listener = createServer((socket) => attachStream(recorded(side.transport, chunks), socket)).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { code, stdout, stderr } = await runSsh(peer, {
    port: (listener.address() as AddressInfo).port,
    user: plan.user,
    hostKeys: [],
    config: [`UserKnownHostsFile ${join(folder, 'known_hosts')}`, ...(key?.config ?? []), ...sharedConfig(plan)],
    ...(key && { identity: key.path }),
    ...(plan.login === 'password' && { password: PASSWORD }),
    command: COMMAND,
    stdin: INPUT,
  })
  listener.close()
  key?.stop?.()
  const outcome = await outcomeOf(side, () => stderr)
  if (code !== outcome.exitStatus || stdout.toString() !== outcome.output) throw new Error(`ssh ended with ${code}, and said:\n${stderr}`)
  return { plan, outcome, chunks }
}

/** One name of each kind is in their KEXINIT: transcripts stay small, and independent of what OpenSSH offers in general. */
function sharedConfig({ algorithms, login }: SessionPlan): string[] {
  const { keyExchange, publicKey, cipher, mac, compression } = algorithms
  return [
    `KexAlgorithms ${keyExchange}`,
    `HostKeyAlgorithms ${publicKey}`,
    `Ciphers ${cipher}`,
    `MACs ${mac}`,
    `Compression ${compression === 'none' ? 'no' : 'yes'}`,
    ...(login === 'password' ? [] : [`PubkeyAcceptedAlgorithms ${login}`]),
  ]
}

/** A key of the peer's, in a file, or in an agent that stands for a token. */
interface PeerKey {
  readonly path: string
  /** What the peer shows: the key, or its certificate. */
  readonly blob: Uint8Array
  /** What ssh has to be told of it. */
  readonly config: readonly string[]
  readonly stop?: () => void
}

/** Makes the peer's key, and has an authority of the peer's own certify it where the algorithm is one of certificates. */
async function peerKey(peer: OpenSSH, folder: string, { role, user }: SessionPlan, algorithm: string): Promise<PeerKey> {
  const plain = plainName(algorithm)
  const key = plain.startsWith('sk-') ? await token(folder, plain) : await keyFile(peer, folder, plain)
  if (!isCertified(algorithm)) return key
  const { path } = await generateKey(peer, join(folder, 'peer_authority'), 'ed25519')
  const whom = role === 'client' ? ['-h', '-n', 'seashell'] : ['-n', user]
  await run(peer.sshKeygen, ['-q', '-s', path, '-I', 'transcript', ...whom, `${key.path}.pub`], { timeout: 30_000 })
  const blob = blobOf(await readFile(`${key.path}-cert.pub`, 'utf8'))
  return { ...key, blob, config: [...key.config, `CertificateFile ${key.path}-cert.pub`] }
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

function userOf(role: Role, login: string): string {
  if (role === 'server') return 'alice'
  if (login !== 'password') return userInfo().username
  const user = findTestUser()
  if (user?.password !== PASSWORD) throw new Error('there is no account with a password that we know')
  return user.name
}

async function outcomeOf({ outcome }: OurSide, peerSaid: () => string): Promise<Outcome> {
  return await outcome.catch((cause: unknown) => {
    throw new Error(`the session failed; the peer said:\n${peerSaid()}`, { cause })
  })
}

import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { formatPublicKey } from '@seashell/keys'
import { attachStream, connectSocket } from '@seashell/node'
import type { OpenSSH } from '../peers.ts'
import { runSsh } from '../ssh.ts'
import { startSshd } from '../sshd.ts'
import { findTestUser } from '../test-user.ts'
import { signingAlgorithms } from './algorithms.ts'
import type { Case } from './cases.ts'
import { authority, isCertified, signerFor, toBase64 } from './keys.ts'
import { COMMAND, INPUT, type OurSide, ourSide, PASSWORD } from './our-side.ts'
import { makePeerKey } from './peer-key.ts'
import { recorded } from './tape.ts'
import type { Chunk, Outcome, Role, SessionPlan } from './transcript.ts'

/** What was recorded of a session. */
export interface Recording {
  readonly plan: SessionPlan
  readonly outcome: Outcome
  readonly chunks: readonly Chunk[]
}

const definitions = signingAlgorithms('portable')

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
  const key = await makePeerKey(peer, folder, partial, partial.algorithms.publicKey)
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
  const key = partial.login === 'password' ? undefined : await makePeerKey(peer, folder, partial, partial.login)
  const plan = { ...partial, ...(key && { peerKey: toBase64(key.blob) }) }
  const known = isCertified(plan.algorithms.publicKey)
    ? `@cert-authority seashell ${formatPublicKey(authority(definitions).publicKey)}`
    : `seashell ${formatPublicKey((await signerFor(plan.algorithms.publicKey, plan, definitions)).publicKey)}`
  await writeFile(join(folder, 'known_hosts'), `${known}\n`)
  const side = await ourSide(plan, 'portable')
  const chunks: Chunk[] = []
  const listener = createServer((socket) => attachStream(recorded(side.transport, chunks), socket)).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const ssh = await runSsh(peer, {
    port: (listener.address() as AddressInfo).port,
    user: plan.user,
    hostKeys: [],
    config: [`UserKnownHostsFile ${join(folder, 'known_hosts')}`, ...(key?.config ?? []), ...sharedConfig(plan)],
    ...(key && { identity: key.path }),
    ...(plan.login === 'password' && { password: PASSWORD }),
    command: COMMAND,
    stdin: INPUT,
  }).finally(() => {
    listener.close()
    key?.stop?.()
  })
  const outcome = await outcomeOf(side, () => ssh.stderr)
  if (ssh.code !== outcome.exitStatus || ssh.stdout.toString() !== outcome.output) {
    throw new Error(`ssh ended with ${ssh.code}, and said:\n${ssh.stderr}`)
  }
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

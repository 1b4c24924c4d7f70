import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { missing } from './missing.ts'

/** An OpenSSH on this machine. Paths are absolute. */
export interface OpenSSH {
  /** What it calls itself, without the vendor: `9.2p1`, `10.0p2`. */
  readonly version: string
  readonly ssh: string
  readonly sshd: string
  readonly sshKeygen: string
  /** Lines of sshd_config that this sshd needs to find its own parts; {@link startSshd} adds them. */
  readonly sshdConfig: readonly string[]
}

const SYSTEM = '/'
const UNPACKED = fileURLToPath(new URL('../../../.peers/openssh-10/', import.meta.url))

/**
 * The OpenSSHs to test against, oldest first: the system's own, and the newer one that `.ci/install-peers` unpacks beside it.
 *
 * One that is missing is named on the console together with the command that brings it.
 *
 * @throws Error under `CI` where one is missing
 */
export function findOpenSSH(): readonly OpenSSH[] {
  return [openSSHAt(SYSTEM, "the system's OpenSSH"), openSSHAt(UNPACKED, 'OpenSSH 10 (.peers/openssh-10)')].filter(
    (peer) => peer !== undefined,
  )
}

function openSSHAt(prefix: string, name: string): OpenSSH | undefined {
  const ssh = `${prefix}usr/bin/ssh`
  const sshd = `${prefix}usr/sbin/sshd`
  const sshKeygen = `${prefix}usr/bin/ssh-keygen`
  if (![ssh, sshd, sshKeygen].every((path) => existsSync(path))) return missing(name)
  return { version: versionOf(ssh), ssh, sshd, sshKeygen, sshdConfig: partsOf(prefix) }
}

function versionOf(ssh: string): string {
  const { stderr } = spawnSync(ssh, ['-V'], { encoding: 'utf8', timeout: 10_000 })
  const version = /^OpenSSH_(\S+)/.exec(stderr)?.[1]
  if (version === undefined) throw new Error(`${ssh} -V: expected OpenSSH_<version>; found ${JSON.stringify(stderr)}`)
  return version
}

/** Since 9.8 sshd is three programs, and expects the other two at a path chosen when it was built, where an older system has none. */
function partsOf(prefix: string): string[] {
  if (prefix === SYSTEM) return []
  const folder = `${prefix}usr/lib/openssh`
  return [`SshdSessionPath ${folder}/sshd-session`, `SshdAuthPath ${folder}/sshd-auth`]
}

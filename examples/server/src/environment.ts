import { existsSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import type { StreamAddress } from '@seashell/core'

/** Names that clients may set: what Debian's sshd takes, and TERM, which `pty-req` sets otherwise. */
const ACCEPTED = /^(?:LANG|LC_\w+|TERM|COLORTERM|NO_COLOR)$/

const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin'

/** Environment variables of a program. */
export type Environment = Readonly<Record<string, string>>

/** Whether a client may set a variable (RFC 4254 §6.4 warns of what a free choice of names can do). */
export function isAccepted(name: string, value: string): boolean {
  return ACCEPTED.test(name) && !value.includes('\0')
}

/**
 * What every program gets. The server's own environment is not passed on: it may hold secrets.
 *
 * @param peer where the client is
 * @param host where it connected to
 */
export function baseEnvironment(peer: StreamAddress, host: StreamAddress): Environment {
  const { username } = userInfo()
  return {
    HOME: homedir(),
    USER: username,
    LOGNAME: username,
    SHELL: loginShell(),
    PATH: process.env['PATH'] ?? DEFAULT_PATH,
    SSH_CONNECTION: `${peer.host} ${peer.port} ${host.host} ${host.port}`,
  }
}

/** The shell of the user who runs this server. */
export function loginShell(): string {
  return userInfo().shell ?? '/bin/sh'
}

/** Where programs start. */
export function startFolder(): string {
  return existsSync(homedir()) ? homedir() : '/'
}

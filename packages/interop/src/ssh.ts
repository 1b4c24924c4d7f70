import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { OpenSSH } from './peers.ts'
import { type ChildOutcome, childOutcome, stopProcess } from './process.ts'

/** What to run, against whom, and as whom. */
export interface SshOptions {
  /** On 127.0.0.1. */
  readonly port: number
  /** Who logs in. Default: the account that runs the tests. */
  readonly user?: string
  /** The server's public keys, each a line as in a `.pub` file: any other is refused. `'any'` accepts what comes. */
  readonly hostKeys: readonly string[] | 'any'
  /** Path of a private key; without it no public key is offered. */
  readonly identity?: string
  /** The answer to every prompt: a password, a passphrase. */
  readonly password?: string
  /** Lines of ssh_config, which win over those of this helper: `['Ciphers aes128-ctr', 'RekeyLimit 1M']`. */
  readonly config?: readonly string[]
  /** Arguments before the host: `['-s']`, `['-v']`, `['-N', '-L', '…']`. */
  readonly args?: readonly string[]
  /** The remote command; without it the server starts a shell. */
  readonly command?: string
  /** What the command reads; then its input ends. Default: nothing. */
  readonly stdin?: Uint8Array | string
  /** Milliseconds after which ssh is ended. Default: 30 000. */
  readonly timeout?: number
}

/** How an ssh ended; its status is the remote command's, or 255 for an error of ssh's own, and `stderr` has what both said. */
export type SshResult = ChildOutcome

/** An ssh that is running. */
export interface SshProcess {
  readonly child: ChildProcessWithoutNullStreams
  /** Fulfilled when it has ended; rejected, with what it said, when it did not within `timeout`. */
  readonly result: Promise<SshResult>
  /** Ends it. */
  stop(): Promise<void>
}

const TIMEOUT = 30_000

/**
 * Runs OpenSSH's client against a server on 127.0.0.1, to its end. Nothing of the account's own is read or written: no ssh_config, no
 * known_hosts, no keys, no agent.
 *
 * @throws Error with what ssh said, where it does not end in `timeout`
 */
export async function runSsh(peer: OpenSSH, options: SshOptions): Promise<SshResult> {
  const { child, result } = await startSsh(peer, options)
  child.stdin.end(options.stdin)
  return result
}

/** As {@link runSsh}, and returns as soon as ssh runs, with its input open (`stdin` is not looked at): for sessions and forwardings that last. */
export async function startSsh(peer: OpenSSH, options: SshOptions): Promise<SshProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'seashell-ssh-'))
  const configFile = join(folder, 'ssh_config')
  const askpass = join(folder, 'askpass')
  await writeFile(configFile, configuration(folder, options))
  await writeFile(join(folder, 'known_hosts'), knownHosts(options))
  await writeFile(askpass, '#!/bin/sh\nprintf "%s\\n" "$SEASHELL_PASSWORD"\n', { mode: 0o700 })
  const command = options.command === undefined ? [] : [options.command]
  const child = spawn(peer.ssh, ['-F', configFile, ...(options.args ?? []), '127.0.0.1', ...command], {
    env: {
      PATH: process.env['PATH'],
      SSH_ASKPASS: askpass,
      SSH_ASKPASS_REQUIRE: 'force',
      SEASHELL_PASSWORD: options.password,
    },
  })
  return { child, result: outcome(child, folder, options.timeout ?? TIMEOUT), stop: () => stopProcess(child) }
}

async function outcome(child: ChildProcessWithoutNullStreams, folder: string, timeout: number): Promise<SshResult> {
  try {
    return await childOutcome(child, 'ssh', timeout)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function configuration(folder: string, options: SshOptions): string {
  const interactive = options.password !== undefined
  const lines = [
    ...(options.config ?? []),
    `Port ${options.port}`,
    `User ${options.user ?? userInfo().username}`,
    'HostKeyAlias seashell',
    `UserKnownHostsFile ${folder}/known_hosts`,
    'GlobalKnownHostsFile none',
    'UpdateHostKeys no',
    `StrictHostKeyChecking ${options.hostKeys === 'any' ? 'no' : 'yes'}`,
    'IdentitiesOnly yes',
    'IdentityAgent none',
    `IdentityFile ${options.identity ?? 'none'}`,
    `BatchMode ${interactive ? 'no' : 'yes'}`,
    'NumberOfPasswordPrompts 1',
    'ConnectTimeout 10',
    'LogLevel INFO',
  ]
  return `${lines.join('\n')}\n`
}

function knownHosts({ hostKeys }: SshOptions): string {
  return hostKeys === 'any' ? '' : hostKeys.map((line) => `seashell ${line}\n`).join('')
}

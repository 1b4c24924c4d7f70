import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { generateKey, type KeyFile } from './keys.ts'
import type { OpenSSH } from './peers.ts'
import { hasEnded, stopProcess } from './process.ts'

/** How to run an sshd. */
export interface SshdOptions {
  /** Lines of sshd_config. They come first, and in sshd_config the first value counts: `['Ciphers aes128-ctr', 'LogLevel DEBUG3']`. */
  readonly config?: readonly string[]
  /** Types of host keys to generate, for ssh-keygen's `-t`. Default: `['ed25519']`. */
  readonly hostKeyTypes?: readonly string[]
  /** Public keys, each a line, that may log in as any account the server accepts. */
  readonly authorizedKeys?: readonly string[]
  /** Authenticate through PAM, which keyboard-interactive needs. As root only. Default: false. */
  readonly pam?: boolean
}

/** An sshd of our own on 127.0.0.1. */
export interface Sshd {
  readonly port: number
  /** The account that runs it, which may log in with an authorized key. */
  readonly user: string
  /** The host keys, in the order of `hostKeyTypes`. */
  readonly hostKeys: readonly KeyFile[]
  /** What the server has logged so far. */
  log(): string
  /** Ends the server and every session it holds, and removes its files. May be called twice. */
  stop(): Promise<void>
}

const START_TIMEOUT = 10_000
const PORT_ATTEMPTS = 5

/**
 * Starts an sshd with a configuration of its own and files in a temporary folder; nothing of the system's is read but its accounts.
 *
 * It runs as whoever runs the tests. Not as root, sshd lets in that one account, by public key.
 *
 * @throws Error with the server's log, where it does not come up in 10 seconds
 */
export async function startSshd(peer: OpenSSH, options: SshdOptions = {}): Promise<Sshd> {
  const folder = await mkdtemp(join(tmpdir(), 'seashell-sshd-'))
  try {
    const hostKeys = await prepareFolder(peer, folder, options)
    if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 }) // sshd's empty root for what it distrusts
    return await listenSomewhere(peer, folder, hostKeys, options)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

async function prepareFolder(peer: OpenSSH, folder: string, options: SshdOptions): Promise<KeyFile[]> {
  await chmod(folder, 0o755) // authorized_keys is read with the rights of the account that logs in
  await writeFile(join(folder, 'authorized_keys'), (options.authorizedKeys ?? []).map((line) => `${line}\n`).join(''))
  const types = options.hostKeyTypes ?? ['ed25519']
  return Promise.all(types.map((type) => generateKey(peer, join(folder, `host_${type}`), type)))
}

/** sshd cannot choose a free port itself, and one that was free may be taken before sshd binds it: then another is tried. */
async function listenSomewhere(peer: OpenSSH, folder: string, hostKeys: readonly KeyFile[], options: SshdOptions): Promise<Sshd> {
  const configFile = join(folder, 'sshd_config')
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    await writeFile(configFile, configuration(peer, folder, port, hostKeys, options))
    const server = spawn(peer.sshd, ['-D', '-e', '-f', configFile], { stdio: ['ignore', 'ignore', 'pipe'] })
    const log = collect(server)
    const killAtExit = () => server.kill('SIGKILL')
    process.once('exit', killAtExit)
    const stop = async () => {
      process.off('exit', killAtExit)
      await stopProcess(server)
      await rm(folder, { recursive: true, force: true })
    }
    if (await isListening(server, log, port)) return { port, user: userInfo().username, hostKeys, log, stop }
    process.off('exit', killAtExit)
    await stopProcess(server)
    if (attempt === PORT_ATTEMPTS || !log().includes('Address already in use')) {
      throw new Error(`sshd ${peer.version} did not start; its log:\n${log()}`)
    }
  }
}

function configuration(peer: OpenSSH, folder: string, port: number, hostKeys: readonly KeyFile[], options: SshdOptions): string {
  const lines = [
    ...(options.config ?? []),
    ...peer.sshdConfig,
    ...hostKeys.map(({ path }) => `HostKey ${path}`),
    'ListenAddress 127.0.0.1',
    `Port ${port}`,
    'PidFile none',
    `AuthorizedKeysFile ${folder}/authorized_keys`,
    'StrictModes no', // the folder is below one that everybody may write to
    'PermitRootLogin yes',
    `UsePAM ${options.pam ? 'yes' : 'no'}`,
    'PrintMotd no',
    'PrintLastLog no',
    'LogLevel VERBOSE',
    'MaxStartups 100',
    'Subsystem sftp internal-sftp',
  ]
  return `${lines.join('\n')}\n`
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('expected an IP address of a listening socket')
  return address.port
}

function collect(server: ChildProcess): () => string {
  let text = ''
  server.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  server.on('error', (error) => {
    text += `${error.message}\n`
  })
  return () => text
}

async function isListening(server: ChildProcess, log: () => string, port: number): Promise<boolean> {
  const deadline = Date.now() + START_TIMEOUT
  while (Date.now() < deadline && !hasEnded(server)) {
    if (log().includes(`Server listening on 127.0.0.1 port ${port}`)) return true
    await new Promise((resolve) => {
      setTimeout(resolve, 5)
    })
  }
  return false
}

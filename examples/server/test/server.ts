import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildExamples, openSSHsToTest, type KeyFile, type OpenSSH, runSsh, type SshOptions, type SshResult } from '@seashell/interop'
import { formatPrivateKey, formatPublicKey, generatePrivateKey } from '@seashell/keys'
import { connect, defaultAlgorithms, type SSHClient } from '@seashell/ssh'

const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** The OpenSSHs of this machine. */
export const peers: readonly OpenSSH[] = openSSHsToTest()

const running = new Set<ChildProcessWithoutNullStreams>()

/** Files for one test file. */
export interface Fixture {
  readonly folder: string
  readonly hostKey: KeyFile
  readonly identity: KeyFile
  /** Writes a file, and returns its path. */
  write(name: string, content: string): Promise<string>
  /** Removes the folder, and ends the servers that a test which failed has left behind. */
  remove(): Promise<void>
}

/** An ed25519 key in files, as ssh-keygen leaves it: there need be no OpenSSH. */
async function makeKey(path: string): Promise<KeyFile> {
  const key = await generatePrivateKey(defaultAlgorithms().publicKeys.get('ssh-ed25519'))
  const publicKey = formatPublicKey(key.publicKey)
  await writeFile(path, await formatPrivateKey(key), { mode: 0o600 })
  await writeFile(`${path}.pub`, `${publicKey}\n`)
  return { path, publicKey }
}

/** Builds the programs, and makes a folder with a host key and an identity. */
export async function prepare(): Promise<Fixture> {
  await buildExamples()
  const folder = await mkdtemp(join(tmpdir(), 'seashell-server-'))
  const hostKey = await makeKey(join(folder, 'host'))
  const identity = await makeKey(join(folder, 'identity'))
  await writeFile(join(folder, 'authorized_keys'), `${identity.publicKey}\n`)
  return {
    folder,
    hostKey,
    identity,
    async write(name, content) {
      await writeFile(join(folder, name), content)
      return join(folder, name)
    },
    async remove() {
      for (const child of running) child.kill('SIGKILL')
      await rm(folder, { recursive: true })
    },
  }
}

/** A server that runs. */
export interface Server {
  readonly port: number
  readonly child: ChildProcessWithoutNullStreams
  /** All that it has logged. */
  log(): string
  /** Waits for a line of the log. */
  logged(pattern: RegExp): Promise<void>
  /** Runs ssh with the fixture's identity, unless something else is said. */
  ssh(peer: OpenSSH, options: Omit<SshOptions, 'port' | 'hostKeys'> & Partial<Pick<SshOptions, 'hostKeys'>>): Promise<SshResult>
  /** Connects with our own client, for what OpenSSH's does not do. */
  connect(): Promise<SSHClient>
  /** What `ssh` connects with. */
  target(): Pick<SshOptions, 'port' | 'hostKeys' | 'identity'>
  /** Ends it with SIGTERM; resolves with its exit code. */
  stop(): Promise<number | null>
}

/** Starts the program with the fixture's host key and authorized keys; what is said in `args` comes behind, and wins. */
export async function startServer({ folder, hostKey, identity }: Fixture, args: readonly string[] = []): Promise<Server> {
  const files = ['--host-key', hostKey.path, '--authorized-keys', join(folder, 'authorized_keys')]
  const child = spawn(process.execPath, [PROGRAM, '--port', '0', ...files, ...args])
  const exited = once(child, 'exit') as Promise<[number | null]>
  running.add(child)
  child.once('exit', () => running.delete(child))
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (log += chunk))
  const port = await listeningPort(child, () => log)
  const target = (): Pick<SshOptions, 'port' | 'hostKeys' | 'identity'> => ({
    port,
    hostKeys: [hostKey.publicKey],
    identity: identity.path,
  })
  return {
    port,
    child,
    log: () => log,
    logged: (pattern) =>
      eventually(
        () => pattern.test(log),
        () => `expected ${pattern} in the log:\n${log}`,
      ),
    ssh: (peer, options) => runSsh(peer, { ...target(), ...options }),
    target,
    connect: async () =>
      await connect({
        host: '127.0.0.1',
        port,
        user: 'any',
        privateKeys: [await readFile(identity.path)],
        knownHosts: '/nonexistent',
        verifyHostKey: () => true,
      }),
    async stop() {
      child.kill('SIGTERM')
      const [code] = await exited
      return code
    },
  }
}

/** What the program says and returns where it does not come to listening. */
export async function runProgram(args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [PROGRAM, ...args])
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await once(child, 'close')
  clearTimeout(timer)
  return { code: child.exitCode, ...output }
}

/** Waits until something is so, 10 seconds at most. */
export async function eventually(isSo: () => boolean | Promise<boolean>, otherwise: string | (() => string)): Promise<void> {
  for (const deadline = Date.now() + 10_000; !(await isSo()); await pause(10)) {
    if (Date.now() > deadline) throw new Error(typeof otherwise === 'string' ? otherwise : otherwise())
  }
}

/** Waits. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })
}

/** Whether a process is there. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function listeningPort(child: ChildProcessWithoutNullStreams, log: () => string): Promise<number> {
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  await eventually(() => text.includes('\n') || child.exitCode !== null, 'expected the server to listen')
  const port = /^listening on 127\.0\.0\.1:(\d+)\n$/.exec(text)?.[1]
  if (port === undefined) throw new Error(`expected "listening on 127.0.0.1:PORT"; the server said ${JSON.stringify(text)} and\n${log()}`)
  return Number(port)
}

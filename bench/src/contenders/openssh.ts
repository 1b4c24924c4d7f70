import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findOpenSSH, type OpenSSH, startSsh, type SshProcess, startSshd } from '@seashell/interop'
import type { ByteChannel, Connection, Contender, EndOptions, RemoteProgram, Server } from '../contract.ts'
import { readKey, USER } from '../keys.ts'
import { shellPrograms } from '../programs.ts'
import { macsOf, suites } from '../suites.ts'

const CONNECT_TIMEOUT = 10_000
/** Where to read a hole in a file costs nothing: a tmpfs shows zeros, where other file systems fill a page of memory for each page of it. */
const TMPFS = '/dev/shm'
/** Longer than any measurement: its end is ours to decide. */
const LIFETIME = 600_000

/**
 * Real OpenSSH, `ssh` and `sshd`. A client's connection is a master (`ssh -M`) that further processes lend their file descriptors to, so
 * that a transfer is measured without the handshake, and without a detour through this process.
 */
export function openSSH(): Contender {
  const peer = newestOpenSSH()
  return {
    describe: () => `OpenSSH ${peer.version}`,
    serve: (_program, options) => serve(peer, options),
    connect: (port, options) => connect(peer, port, options),
  }
}

/** The newest OpenSSH on this machine. */
function newestOpenSSH(): OpenSSH {
  const peer = findOpenSSH().at(-1)
  if (peer === undefined) throw new Error('there is no OpenSSH on this machine')
  return peer
}

function lines({ suite, kex }: EndOptions): string[] {
  return [`Ciphers ${suites[suite].cipher}`, `MACs ${macsOf(suites[suite]).join()}`, `KexAlgorithms ${kex}`, 'Compression no']
}

async function serve(peer: OpenSSH, options: EndOptions): Promise<Server> {
  const { publicKey } = await readKey(options.keys, 'client')
  const script = join(options.keys, 'programs.sh')
  await writeFile(script, shellPrograms)
  const sshd = await startSshd(peer, {
    authorizedKeys: [publicKey],
    config: [...lines(options), `ForceCommand sh ${script}`, 'MaxSessions 1000'],
  })
  return { port: sshd.port, close: () => sshd.stop() }
}

async function clientOptions(port: number, options: EndOptions): Promise<Parameters<typeof startSsh>[1]> {
  const { path } = await readKey(options.keys, 'client')
  return { port, user: USER, hostKeys: 'any', identity: path, config: lines(options), timeout: LIFETIME }
}

async function connect(peer: OpenSSH, port: number, options: EndOptions): Promise<Connection> {
  const folder = await mkdtemp(join(existsSync(TMPFS) ? TMPFS : tmpdir(), 'seashell-bench-'))
  const socket = join(folder, 'master')
  const master = await startSsh(peer, { ...(await clientOptions(port, options)), args: ['-M', '-N', '-S', socket] })
  const ended = master.result.then(({ stderr }) => Promise.reject(new Error(`ssh: ${stderr}`)))
  await Promise.race([appears(socket), ended])
  ended.catch(() => {}) // it does not end well: it is stopped
  const session = (command: string): string[] => ['-F', 'none', '-S', socket, 'bench', command]
  return {
    exec: (command) => Promise.resolve(programOf(spawn(peer.ssh, session(command)))),
    run: (command, inputLength) => run(peer, session(command), folder, inputLength),
    close: () => close(master, folder),
  }
}

async function close(master: SshProcess, folder: string): Promise<void> {
  await master.stop()
  await rm(folder, { recursive: true, force: true })
}

async function appears(path: string): Promise<void> {
  const deadline = Date.now() + CONNECT_TIMEOUT
  while (!existsSync(path)) {
    if (Date.now() > deadline) throw new Error('ssh did not connect in 10 seconds')
    await new Promise((resolve) => {
      setTimeout(resolve, 5)
    })
  }
}

/** Input is a file that is all hole, output the null device: neither costs a process, a pipe or memory. */
async function run(peer: OpenSSH, args: string[], folder: string, inputLength: number): Promise<number | undefined> {
  const path = join(folder, `input-${inputLength}`)
  await writeFile(path, '')
  await truncate(path, inputLength)
  await using input = await open(path)
  const child = spawn(peer.ssh, args, { stdio: [input.fd, 'ignore', 'inherit'] })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? undefined
}

function programOf(child: ChildProcessWithoutNullStreams): RemoteProgram {
  const exit = once(child, 'close').then(([code]: (number | null)[]) => code ?? undefined)
  return { ...channelOf(child), exit }
}

function channelOf({ stdin, stdout }: ChildProcessWithoutNullStreams): ByteChannel {
  return {
    read: async (take) => {
      stdout.on('data', (chunk: Uint8Array) => {
        const wait = take(chunk)
        if (wait === undefined) return
        stdout.pause()
        void wait.then(() => stdout.resume())
      })
      await once(stdout, 'end')
    },
    write: (chunk) => (stdin.write(chunk) ? undefined : once(stdin, 'drain').then(() => undefined)),
    end: () => void stdin.end(),
  }
}

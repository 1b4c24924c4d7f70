import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Sshd } from '@seashell/interop'

/** The program, as `buildExamples()` leaves it. */
export const PROGRAM: string = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** How a run of the program ended. */
export interface Result {
  readonly code: number | null
  readonly stdout: Buffer
  readonly stderr: string
}

/** How to run it. */
interface RunOptions {
  /** What it reads; nothing where absent. Then its input ends. */
  readonly stdin?: string | Uint8Array
  /** Leave its input open. */
  readonly keepOpen?: boolean
  /** Milliseconds after which it is killed, and the test fails; 20,000 where absent. */
  readonly timeout?: number
}

/** A program that runs. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams
  /** What it has written so far. */
  stdout(): Buffer
  stderr(): string
  /** How it ended; rejects where it did not in time. */
  readonly result: Promise<Result>
}

/** A folder of files for one test file: a home without keys of anybody's, known hosts, passwords. */
export interface Folder {
  readonly path: string
  /** Writes a file, and returns its path. */
  write(name: string, content: string): Promise<string>
  /** Starts the client there. It has no terminal, wherever the tests run. */
  start(args: readonly string[], options?: RunOptions): Running
  /** Runs the client there, to its end. */
  run(args: readonly string[], options?: RunOptions): Promise<Result>
  remove(): Promise<void>
}

export async function makeFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'seashell-client-'))
  await chmod(path, 0o755)
  await mkdir(join(path, 'home'))
  const start = (args: readonly string[], options: RunOptions = {}): Running => startProgram(PROGRAM, args, path, options)
  return {
    path,
    async write(name, content) {
      await writeFile(join(path, name), content)
      return join(path, name)
    },
    start,
    run: (args, options) => start(args, options).result,
    remove: () => rm(path, { recursive: true, force: true }),
  }
}

/** Starts a program of Node's in a session of its own, where there is no terminal to ask on. */
export function startProgram(program: string, args: readonly string[], folder: string, options: RunOptions): Running {
  const { stdin = '', keepOpen = false, timeout = 20_000 } = options
  const child = spawn(process.execPath, [program, ...args], { detached: true, cwd: folder, env: environment(folder) })
  child.stdin.on('error', () => undefined) // a program that ends early shows in the result
  child.stdin.write(stdin)
  if (!keepOpen) child.stdin.end()
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  const said = (): string => Buffer.concat(stderr).toString()
  const outcome = async (): Promise<Result> => {
    const timer = setTimeout(() => child.kill('SIGKILL'), timeout)
    await once(child, 'close')
    clearTimeout(timer)
    if (child.signalCode === 'SIGKILL') throw new Error(`the program did not end within ${timeout} ms; it said:\n${said()}`)
    return { code: child.exitCode, stdout: Buffer.concat(stdout), stderr: said() }
  }
  const result = outcome()
  result.catch(() => undefined)
  return { child, stdout: () => Buffer.concat(stdout), stderr: said, result }
}

/** Nothing of whoever runs the tests: neither keys nor known hosts. */
export function environment(folder: string): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: join(folder, 'home'), TERM: 'xterm' }
}

/** The known_hosts of a server's keys. */
export function knownHostsOf({ port, hostKeys }: Pick<Sshd, 'port' | 'hostKeys'>): string {
  return hostKeys.map(({ publicKey }) => `[127.0.0.1]:${port} ${publicKey}\n`).join('')
}

/** The one line that the program says of its failure. */
export function failure(text: string): { code: number; stderr: unknown } {
  const escaped = text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  return { code: 255, stderr: expectLine(new RegExp(`^seashell: [^\\n]*${escaped}[^\\n]*\\n$`)) }
}

function expectLine(pattern: RegExp): { asymmetricMatch(text: unknown): boolean; toString(): string } {
  return { asymmetricMatch: (text) => typeof text === 'string' && pattern.test(text), toString: () => `one line like ${pattern}` }
}

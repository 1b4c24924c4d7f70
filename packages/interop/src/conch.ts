import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { missing } from './missing.ts'
import { stopProcess } from './process.ts'

/** Names of algorithms, as Conch's five lists have them. */
interface ConchLists {
  readonly keyExchanges: readonly string[]
  readonly hostKeys: readonly string[]
  readonly ciphers: readonly string[]
  readonly macs: readonly string[]
  readonly compressions: readonly string[]
}

/** Twisted Conch on this machine. */
export interface Conch {
  /** What it calls itself: `22.4.0`. */
  readonly version: string
  /** All that it supports. */
  readonly lists: ConchLists
}

/** A Conch server of ours on 127.0.0.1, which sends back what each command reads, and then says 7. */
export interface ConchServer {
  readonly port: number
  /** What it has logged so far. */
  readonly log: () => string
  /** Ends it. */
  readonly stop: () => Promise<void>
}

/** What a Conch server is made of: paths of files. */
export interface ConchServerOptions {
  /** The private host keys. */
  readonly hostKeys: readonly string[]
  /** The public keys that may log in under every name, each a line; Conch knows no other kinds of line. */
  readonly authorizedKeys: string
  /** Groups for group exchange (moduli(5)). */
  readonly moduli: string
}

/** A session that a Conch client is to hold. */
interface ConchSession {
  /** On 127.0.0.1. */
  readonly port: number
  readonly user: string
  /** The blob of the only host key that it takes. */
  readonly hostKey: Uint8Array
  /** Path of the private key that it logs in with. */
  readonly identity: string
  /** Path of what it writes to its command. */
  readonly input: string
  /** All that it offers. */
  readonly lists: ConchLists
  /** What it offers in place of that, after the first exchange of keys. */
  readonly later?: Partial<ConchLists>
}

/** How a session of a Conch client ended. */
interface ConchResult {
  /** The command's exit status; null where it said none. */
  readonly code: number | null
  readonly stdout: Buffer
}

/** A Conch client, which holds any number of sessions, also at once. */
export interface ConchClient {
  /**
   * Holds a session, in which the command `echo` gets the input.
   *
   * @throws Error with Conch's reason, where it did not come to an exit status
   */
  run(session: ConchSession): Promise<ConchResult>
  /** Ends it. */
  readonly stop: () => Promise<void>
}

// The one that apt-get gives Twisted to; another Python of this machine has none, or another.
const PYTHON = '/usr/bin/python3'
const PROGRAMS = fileURLToPath(new URL('../conch/', import.meta.url))
const START_TIMEOUT = 20_000

/**
 * The Conch to test against.
 *
 * @throws Error under `CI` where it is missing
 */
export function findConch(): Conch | undefined {
  const name = 'Twisted Conch (python3-twisted)'
  if (!existsSync(PYTHON)) return missing(name)
  const { status, stdout } = spawnSync(PYTHON, argumentsFor('server.py', ['--supported']), { encoding: 'utf8', timeout: START_TIMEOUT })
  return status === 0 ? (JSON.parse(stdout) as Conch) : missing(name)
}

/**
 * Starts a Conch server.
 *
 * @throws Error with what it said, where it does not come up in 20 seconds
 */
export async function startConchServer({ hostKeys, authorizedKeys, moduli }: ConchServerOptions): Promise<ConchServer> {
  const { child, lines, log, stop } = start('server.py', [authorizedKeys, moduli, ...hostKeys])
  const timer = setTimeout(() => void stopProcess(child), START_TIMEOUT)
  const first = await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => undefined)])
  clearTimeout(timer)
  if (first === undefined) throw new Error(`the Conch server did not start; it said:\n${log()}`)
  const { port } = JSON.parse(String(first[0])) as { readonly port: number }
  return { port, log, stop }
}

/** What the client's program answers. */
interface Answer {
  readonly id: number
  readonly code?: number | null
  readonly output?: string
  readonly error?: string
}

/** Starts a Conch client. */
export function startConchClient(): ConchClient {
  const { child, lines, log, stop } = start('client.py', [])
  const waiting = new Map<number, (answer: Answer) => void>()
  const end = (id: number, answer: Answer): void => {
    waiting.get(id)?.(answer)
    waiting.delete(id)
  }
  lines.on('line', (line) => {
    const answer = JSON.parse(line) as Answer
    end(answer.id, answer)
  })
  child.on('exit', () => {
    for (const id of waiting.keys()) end(id, { id, error: 'the Conch client has ended' })
  })
  let sessions = 0
  return {
    async run({ hostKey, ...session }) {
      const id = ++sessions
      const answer = await new Promise<Answer>((resolve) => {
        waiting.set(id, resolve)
        child.stdin.write(`${JSON.stringify({ id, ...session, hostKey: Buffer.from(hostKey).toString('base64') })}\n`)
      })
      if (answer.output === undefined) throw new Error(`Conch: ${answer.error}; it said:\n${log()}`)
      return { code: answer.code ?? null, stdout: Buffer.from(answer.output, 'base64') }
    },
    stop,
  }
}

interface Program {
  readonly child: ChildProcessWithoutNullStreams
  readonly lines: Interface
  readonly log: () => string
  readonly stop: () => Promise<void>
}

function start(name: string, args: readonly string[]): Program {
  const child = spawn(PYTHON, argumentsFor(name, args), { env: { PATH: process.env['PATH'] } })
  const killAtExit = () => child.kill('SIGKILL')
  process.once('exit', killAtExit)
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  child.stdin.on('error', () => undefined) // one that has ended answers no session, and its exit says so
  const stop = async (): Promise<void> => {
    process.off('exit', killAtExit)
    await stopProcess(child)
  }
  return { child, lines: createInterface({ input: child.stdout }), log: () => said, stop }
}

/** `-B`: nothing is written beside the programs. */
function argumentsFor(name: string, args: readonly string[]): string[] {
  return ['-B', `${PROGRAMS}${name}`, ...args]
}

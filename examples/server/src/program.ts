import type { ChildProcess } from 'node:child_process'
import { closeSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ServerSession } from '@seashell/connection'
import type { Environment } from './environment.ts'
import type { PseudoTerminal } from './pty.ts'
import { startProgram } from './spawn.ts'

/** How a program ended: as child_process tells it. */
export interface Ending {
  /** The exit code; null after a signal. */
  readonly code: number | null
  /** The signal that ended it. */
  readonly signal: NodeJS.Signals | null
}

/** A program to be run. */
export interface Launch {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Environment
}

// The first terminal that the leader of a session opens becomes the one that controls it; then Ctrl-C and the like reach its programs.
const TAKE_TERMINAL = ': <"$SSH_TTY"; exec "$@"'

/**
 * A program that runs for a session. It starts at once; its input is what the client sends, its output goes to the client, each as fast as
 * the other side takes it. When the session is closed, or its connection is lost, the program is hung up.
 */
export class Program {
  /** Resolves when it has ended and all of its output is on its way; rejects where it could not be started. */
  readonly ended: Promise<Ending>
  readonly #child: ChildProcess
  readonly #terminal: PseudoTerminal | undefined
  #running = true

  constructor(session: ServerSession, launch: Launch, terminal?: PseudoTerminal) {
    this.#terminal = terminal
    this.#child = terminal === undefined ? startOnPipes(launch) : startOnTerminal(launch, terminal)
    const exited = exitOf(this.#child)
    this.ended = this.#run(session, exited).finally(() => {
      this.#running = false
    })
    const hangUp = (): void => this.hangUp()
    session.closed.then(hangUp, hangUp)
  }

  /** Sends a signal to the program and all that it started, as far as that did not leave its process group. */
  signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child
    if (pid === undefined || !this.#running) return
    try {
      process.kill(-pid, signal)
    } catch (error) {
      // Gone already: all is well.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
    }
  }

  /** Nobody is interested any more: SIGHUP, and SIGCONT for those that are stopped and would not notice. */
  hangUp(): void {
    this.#terminal?.close()
    this.signal('SIGHUP')
    this.signal('SIGCONT')
  }

  async #run(session: ServerSession, exited: Promise<Ending>): Promise<Ending> {
    if (this.#child.pid === undefined) return await exited
    void feed(session, this.#input())
    await Promise.all(this.#outputs(session))
    const ending = await exited
    this.#terminal?.close()
    return ending
  }

  /** Takes what the client sends. */
  #input(): (session: ServerSession) => Promise<void> {
    const [terminal, stdin] = [this.#terminal, this.#child.stdin]
    if (terminal === undefined) return (session) => pipeline(session, stdin as Writable)
    return async (session) => {
      for await (const chunk of session) await terminal.write(chunk)
      await terminal.end()
    }
  }

  /** Sends what the program writes; settled at the end of it, or when the session takes no more. */
  #outputs(session: ServerSession): Promise<void>[] {
    const toStdout = (chunk: Uint8Array): Promise<void> => session.write(chunk)
    const toStderr = (chunk: Uint8Array): Promise<void> => session.writeStderr(chunk)
    if (this.#terminal !== undefined) return [send(this.#terminal.output(), toStdout)]
    const { stdout, stderr } = this.#child as { stdout: Readable; stderr: Readable }
    return [send(stdout, toStdout), send(stderr, toStderr)]
  }
}

function startOnPipes({ file, args, env }: Launch): ChildProcess {
  return startProgram(file, args, { stdio: ['pipe', 'pipe', 'pipe'], env })
}

function startOnTerminal({ file, args, env }: Launch, terminal: PseudoTerminal): ChildProcess {
  const device = terminal.releaseDevice()
  try {
    return startProgram('/bin/sh', ['-c', TAKE_TERMINAL, 'sh', file, ...args], {
      stdio: [device, device, device],
      env: { ...env, SSH_TTY: terminal.path },
    })
  } finally {
    closeSync(device)
  }
}

function exitOf(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
}

/** Input that the program does not want, or no longer, is thrown away: the client may not end before it has sent it. */
async function feed(session: ServerSession, take: (session: ServerSession) => Promise<void>): Promise<void> {
  try {
    await take(session)
  } catch {
    await session.stdin.cancel()
  }
}

async function send(output: AsyncIterable<Uint8Array>, write: (chunk: Uint8Array) => Promise<void>): Promise<void> {
  try {
    for await (const chunk of output) await write(chunk)
  } catch {
    // The session takes no more. Leaving the loop closes our end, so that the program gets SIGPIPE where SIGHUP did not end it.
  }
}

import { spawnSync } from 'node:child_process'
import { closeSync, openSync, writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { ReadStream, type WriteStream } from 'node:tty'
import type { AbortSignalLike } from '@seashell/core'
import type { Terminal } from '@seashell/connection'

/** The terminal that belongs to this process, wherever its standard streams lead: passwords and host keys are asked about on it. */
const CONTROLLING_TERMINAL = '/dev/tty'

/** How to ask. */
interface AskOptions {
  /** Whether what is typed may be seen. */
  readonly echo: boolean
  /** Fires when nobody waits for the answer any more. */
  readonly signal?: AbortSignalLike
}

/** Asks a person, who answers with a line; undefined where there is no answer. */
export type Ask = (question: string, options: AskOptions) => Promise<string | undefined>

/** What asks on the terminal; undefined where there is none. */
export function terminalAsk(): Ask | undefined {
  try {
    closeSync(openSync(CONTROLLING_TERMINAL, 'r+'))
    return askOnTerminal
  } catch {
    return undefined
  }
}

function askOnTerminal(question: string, { echo, signal }: AskOptions): Promise<string | undefined> {
  // The stream opens the terminal anew by itself; this one stays open, for it is what the text is written to.
  const terminal = openSync(CONTROLLING_TERMINAL, 'r+')
  const input = new ReadStream(terminal)
  // The terminal itself does echo and editing, unless what is typed must not be seen: then readline does the editing, and shows nothing.
  const output = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface(echo ? { input, terminal: false } : { input, output, terminal: true, historySize: 0 })
  writeSync(terminal, question)
  return new Promise((resolve) => {
    const finish = (answer: string | undefined): void => {
      signal?.removeEventListener('abort', giveUp)
      lines.off('close', giveUp).close()
      input.destroy()
      if (!echo || answer === undefined) writeSync(terminal, '\n')
      resolve(answer)
    }
    const giveUp = (): void => finish(undefined)
    lines.once('line', finish)
    lines.once('close', giveUp)
    // What the terminal would have done with Ctrl+C.
    lines.once('SIGINT', () => {
      writeSync(terminal, '\n')
      process.kill(process.pid, 'SIGINT')
    })
    signal?.addEventListener('abort', giveUp, { once: true })
  })
}

/**
 * Hands the terminal over to the program at the other end: every key goes there, and what comes is shown as it is.
 *
 * @returns gives it back; Node itself does so where the process ends
 */
export function enterRawMode(): () => void {
  const { stdin } = process
  if (!stdin.isTTY) return () => undefined
  const enter = (): void => {
    stdin.setRawMode(true)
    // Node leaves a line feed's way back to the first column to the terminal, where programs at the other end move straight down by it.
    spawnSync('stty', ['-opost'], { stdio: ['inherit', 'ignore', 'ignore'] })
  }
  const leave = (): void => void stdin.setRawMode(false)
  const again = (): void => {
    leave()
    enter()
  }
  enter()
  // The shell that stopped us has set the terminal as it likes it.
  process.on('SIGCONT', again)
  return () => {
    process.off('SIGCONT', again)
    leave()
  }
}

/** The terminal to ask the server for: of the type and size of ours. */
export function ourTerminal(): Partial<Terminal> {
  return { term: process.env['TERM'] ?? 'dumb', ...sizeOf(display()) }
}

/** Calls back whenever the terminal's window has another size. */
export function followSize(resized: (columns: number, rows: number) => void): void {
  const screen = display()
  screen?.on('resize', () => {
    const { columns, rows } = { columns: 0, rows: 0, ...sizeOf(screen) }
    if (columns > 0) resized(columns, rows)
  })
}

function display(): WriteStream | undefined {
  return [process.stdout, process.stderr].find(({ isTTY }) => isTTY)
}

/** Nothing where the terminal does not know its size. */
function sizeOf(screen: WriteStream | undefined): { columns?: number; rows?: number } {
  return screen !== undefined && screen.columns > 0 && screen.rows > 0 ? { columns: screen.columns, rows: screen.rows } : {}
}

import type { Writable } from 'node:stream'
import type { ExitStatus, Session } from '@seashell/connection'
import type { SSHClient } from '@seashell/ssh'
import type { Arguments } from './arguments.ts'
import type { Log } from './log.ts'
import { copy } from './streams.ts'
import { enterRawMode, followSize, ourTerminal } from './terminal.ts'

/** The exit code for all that is not the command's own. */
export const FAILURE = 255

/**
 * Runs the command, or a shell, between our standard streams.
 *
 * @returns the exit code
 * @throws Error where it does not start, or the connection ends before it does
 */
export async function runSession(client: SSHClient, { command, terminal }: Arguments, log: Log): Promise<number> {
  const pty = wantsTerminal({ command, terminal })
  if (terminal === 'wanted' && !pty) log.say('no terminal for the command, for standard input is none; -tt insists')
  const options = pty ? { pty: ourTerminal() } : {}
  const session = await (command === undefined ? client.shell(options) : client.exec(command, options))
  const leaveRawMode = pty ? enterRawMode() : () => undefined
  try {
    if (pty) followSize((columns, rows) => session.resize(columns, rows))
    return exitCode(await transfer(session), log)
  } finally {
    leaveRawMode()
  }
}

function wantsTerminal({ command, terminal }: Pick<Arguments, 'command' | 'terminal'>): boolean {
  if (terminal === 'auto') return command === undefined && process.stdin.isTTY
  return terminal === 'forced' || (terminal === 'wanted' && process.stdin.isTTY)
}

/** Moves the bytes until the program has ended and all that it wrote is out. Our input is not waited for: nobody reads it any more. */
async function transfer(session: Session): Promise<ExitStatus> {
  const inputFailed = new Promise<never>((_resolve, reject) => {
    sendInput(session).catch(reject)
  })
  const outputs = Promise.all([show(session.channel, process.stdout), show(session.stderr, process.stderr), session.exit])
  try {
    const [, , status] = await Promise.race([outputs, inputFailed])
    return status
  } catch (error) {
    session.channel.abort(error)
    throw error
  }
}

async function sendInput(session: Session): Promise<void> {
  const { stdin } = process
  const chunks = stdin.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>
  // A program that takes no more input may still run: its end is waited for elsewhere.
  for await (const chunk of chunks) if (!(await isTaken(session.write(chunk)))) return
  await isTaken(session.end())
}

function isTaken(written: Promise<void>): Promise<boolean> {
  return written.then(
    () => true,
    () => false,
  )
}

/** To one of our own outputs, whose reader may go away: that ends everything. */
async function show(source: AsyncIterable<Uint8Array>, output: Writable): Promise<void> {
  try {
    await copy(source, output)
  } catch (error) {
    const isBroken = error instanceof Error && 'code' in error && error.code === 'EPIPE'
    throw isBroken ? new Error('nobody reads our output any more (EPIPE)', { cause: error }) : error
  }
}

function exitCode({ code, signal }: ExitStatus, log: Log): number {
  if (code !== undefined && code <= FAILURE) return code
  if (code !== undefined) log.say(`the command ended with ${code}, which is more than an exit code here can be`)
  else if (signal === undefined) log.say('the server did not tell how the command ended')
  else log.say(`the command was killed by signal ${signal.name}${signal.message === '' ? '' : `: ${signal.message}`}`)
  return FAILURE
}

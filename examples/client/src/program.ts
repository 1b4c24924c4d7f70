import { constants } from 'node:os'
import { createLog, type Log, messageOf } from './log.ts'
import { FAILURE } from './session.ts'
import { write } from './streams.ts'

const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const

/** Tells a program's frame that the connection stands: a signal is then a failure, as it is with ssh. */
export type Connected = () => void

/**
 * Runs a program to its end, and ends the process: with its exit code; with 255 and one line on standard error where it throws; by a signal
 * with 128 and its number, or 255 once the connection stands. Node gives the terminal back as it was.
 *
 * Nothing is waited for but that our output is out: neither input that nobody reads, nor connections that nobody needs.
 */
export async function runProgram(program: (connected: Connected) => Promise<number>): Promise<never> {
  const log = createLog(false)
  let isConnected = false
  // A reader who goes away shows where something is written.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  process.on('uncaughtException', (error) => {
    log.say(messageOf(error))
    process.exit(FAILURE)
  })
  for (const signal of SIGNALS) process.once(signal, () => endBySignal(signal, isConnected, log))
  const code = await program(() => {
    isConnected = true
  }).catch((error: unknown) => {
    log.say(messageOf(error))
    return FAILURE
  })
  const nothing = new Uint8Array()
  await Promise.allSettled([write(process.stdout, nothing), write(process.stderr, nothing)])
  process.exit(code)
}

function endBySignal(signal: (typeof SIGNALS)[number], isConnected: boolean, log: Log): never {
  log.say(`ended by ${signal}`)
  process.exit(isConnected ? FAILURE : 128 + constants.signals[signal])
}

import { isSSHError, type MaybePromise, SSHError } from '@seashell/core'
import { protocolMessages } from './messages.ts'
import type { Phase } from './phases.ts'

/** The peer sent a message that its phase forbids. */
export function unexpectedMessage(messageNum: number, phase: Phase): SSHError {
  const name = protocolMessages[messageNum]
  const what = name === undefined ? `message ${messageNum}` : `message ${messageNum} (${name})`
  return new SSHError('PROTOCOL', `expected ${phase.name} during authentication; the peer sent ${what}`, { fault: 'peer' })
}

/** Whatever was thrown, as an SSHError: itself, or one about `what`, a piece of the caller's, with the thrown thing as its cause. */
export function asSSHError(error: unknown, what: string): SSHError {
  return isSSHError(error) ? error : callerFailed(error, what)
}

/** What a function of the caller's, `what`, answers; its errors are reported as the caller's, whatever they were. */
export async function fromCaller<T>(what: string, ask: () => MaybePromise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw callerFailed(error, what)
  }
}

/** A piece of the caller's, `what`, threw. What it said is in the cause alone. */
function callerFailed(error: unknown, what: string): SSHError {
  return new SSHError('INTERNAL', `${what} failed`, { fault: 'caller', cause: error })
}

/** An error that is made when the first has to be told, and then is the same to all: nobody has, as a rule, and it costs what its stack does. */
export function late(make: () => SSHError): () => SSHError {
  let made: SSHError | undefined
  return () => (made ??= make())
}

import { type DisconnectReason, DisconnectReasons } from './messages.ts'

/** Whose mistake an error reports: the peer's, this machine's or its surroundings', or that of the code that called us. */
export type Fault = 'peer' | 'local' | 'caller'

/**
 * What went wrong, for programs to branch on. Messages are for people and may change; these do not.
 *
 * - `MALFORMED`: bytes that do not have the form the protocol or file format gives them.
 * - `PROTOCOL`: well-formed, but not allowed now.
 * - `VERSION`: the peer speaks no version of SSH that we support.
 * - `NEGOTIATION`: no algorithm in common.
 * - `KEY_EXCHANGE`: the exchange failed: a bad public value, a signature that does not verify.
 * - `HOST_KEY`: the host key was refused, or nobody was there to decide.
 * - `MAC`: a packet was not authentic.
 * - `COMPRESSION`: compressed data that does not inflate, or inflates past the limit.
 * - `LIMIT`: one of the documented limits was exceeded.
 * - `TIMEOUT`: something that was waited for did not come in time.
 * - `DISCONNECTED`: the peer sent DISCONNECT.
 * - `CONNECTION_LOST`: the byte stream ended without one.
 * - `CLOSED`: used after it was closed, by us.
 * - `SERVICE`: a service that is not there.
 * - `AUTHENTICATION`: no way to authenticate was accepted.
 * - `CHANNEL`: a channel or a request on it was refused, or used after its end.
 * - `KEY`: a key or key file that is not what it should be.
 * - `UNKNOWN_ALGORITHM`: a name that nothing registered.
 * - `ARGUMENT`: an argument or option out of its range.
 * - `ABORTED`: the caller's `AbortSignal` fired.
 * - `INTERNAL`: code on our side, ours or the caller's, threw what is no {@link SSHError}; it is the `cause`.
 */
export type SSHErrorCode =
  | 'MALFORMED'
  | 'PROTOCOL'
  | 'VERSION'
  | 'NEGOTIATION'
  | 'KEY_EXCHANGE'
  | 'HOST_KEY'
  | 'MAC'
  | 'COMPRESSION'
  | 'LIMIT'
  | 'TIMEOUT'
  | 'DISCONNECTED'
  | 'CONNECTION_LOST'
  | 'CLOSED'
  | 'SERVICE'
  | 'AUTHENTICATION'
  | 'CHANNEL'
  | 'KEY'
  | 'UNKNOWN_ALGORITHM'
  | 'ARGUMENT'
  | 'ABORTED'
  | 'INTERNAL'

/** What an {@link SSHError} carries besides its code and message. */
export interface SSHErrorOptions {
  /** Whose mistake it is. */
  readonly fault: Fault
  /** The reason that a DISCONNECT caused by this error gives (RFC 4253 §11.1); PROTOCOL_ERROR (2) where absent. */
  readonly reason?: DisconnectReason
  /** What lies beneath: another library's error, the reason of an abort. */
  readonly cause?: unknown
}

/**
 * The one error that this library throws.
 *
 * Recognise it with {@link isSSHError} rather than `instanceof`: two copies of core may live in one program.
 *
 * @example
 * ```ts
 * import { isSSHError, SSHError } from '@seashell/core'
 *
 * try {
 *   throw new SSHError('KEY', 'expected an OpenSSH private key; found a PNG image', { fault: 'caller' })
 * } catch (error) {
 *   if (isSSHError(error) && error.fault === 'caller') console.log(error.message)
 * }
 * ```
 */
export class SSHError extends Error {
  override readonly name = 'SSHError'
  /** What went wrong. */
  readonly code: SSHErrorCode
  /** Whose mistake it is. */
  readonly fault: Fault
  /** The reason that a DISCONNECT caused by this error gives (RFC 4253 §11.1). */
  readonly reason: DisconnectReason | undefined

  /**
   * @param code what went wrong
   * @param message for people: what was expected and what came
   * @param options whose fault, which disconnect reason, what lies beneath
   */
  constructor(code: SSHErrorCode, message: string, options: SSHErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.fault = options.fault
    this.reason = options.reason
  }
}

/** Whether a value is an {@link SSHError}, of this copy of core or another. */
export function isSSHError(value: unknown): value is SSHError {
  return value instanceof Error && value.name === 'SSHError' && 'code' in value && 'fault' in value
}

/** The peer sent bytes of the wrong form. */
export function malformed(message: string): SSHError {
  return new SSHError('MALFORMED', message, { fault: 'peer' })
}

/** The caller passed something we cannot work with. */
export function invalidArgument(message: string): SSHError {
  return new SSHError('ARGUMENT', message, { fault: 'caller' })
}

/**
 * A key exchange must not go on: a public value that must not be used, a signature that is wrong.
 *
 * @param message what was expected and what came
 * @param cause what a library beneath found, if it was the one to find it
 * @returns SSHError `KEY_EXCHANGE`, fault 'peer', reason KEY_EXCHANGE_FAILED (RFC 4253 §11.1)
 */
export function keyExchangeFailed(message: string, cause?: unknown): SSHError {
  return new SSHError('KEY_EXCHANGE', message, { fault: 'peer', reason: DisconnectReasons.KEY_EXCHANGE_FAILED, cause })
}

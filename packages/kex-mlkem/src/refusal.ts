import { SSHError } from '@seashell/core/wire'

/**
 * The error for a public value that must not be used.
 *
 * @param cause what the library beneath found, if it was the one to find it
 * @returns SSHError `KEY_EXCHANGE`, fault 'peer', with reason KEY_EXCHANGE_FAILED (RFC 4253 §11.1)
 */
export function refusal(message: string, cause?: unknown): SSHError {
  return new SSHError('KEY_EXCHANGE', message, { fault: 'peer', reason: 3, cause })
}

import { isSSHError, SSHError } from '@seashell/core/wire'

/** Public keys come from the peer. */
export function publicKeyError(message: string, cause?: unknown): SSHError {
  return new SSHError('KEY', message, { fault: 'peer', cause })
}

/** Runs what reads a public key: bytes of the wrong form make it a bad one. */
export function asPublicKeyError<Result>(action: () => Result): Result {
  try {
    return action()
  } catch (error) {
    throw isSSHError(error) && error.code === 'MALFORMED' ? publicKeyError(error.message, error) : error
  }
}

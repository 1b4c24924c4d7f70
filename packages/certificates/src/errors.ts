import { isSSHError, SSHError } from '@seashell/core/wire'

/** A certificate is not what it should be: the mistake of whoever showed it. */
export function certificateError(message: string, cause?: unknown): SSHError {
  return new SSHError('KEY', message, { fault: 'peer', cause })
}

/** Runs what reads a certificate: bytes of the wrong form make it a bad one. */
export function asCertificateError<Result>(action: () => Result): Result {
  try {
    return action()
  } catch (error) {
    throw isSSHError(error) && error.code === 'MALFORMED' ? certificateError(error.message, error) : error
  }
}

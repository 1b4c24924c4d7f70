import { isSSHError, publicKeyError } from '@seashell/core/wire'

/** Runs what reads a public key: bytes of the wrong form make it a bad one. */
export function asPublicKeyError<Result>(action: () => Result): Result {
  try {
    return action()
  } catch (error) {
    throw isSSHError(error) && error.code === 'MALFORMED' ? publicKeyError(error.message, error) : error
  }
}

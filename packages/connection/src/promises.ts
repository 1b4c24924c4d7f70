import type { AbortSignalLike } from '@seashell/core'
import { SSHError } from '@seashell/core'

/** Does nothing: for a rejection that whoever holds the promise may look at, or not. */
export function ignore(): void {}

/**
 * Marks a promise as looked after: a peer that hangs up must not end a process whose author did not look at one of our promises. Whoever
 * awaits it still gets the error.
 */
export function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(ignore)
  return promise
}

/** A promise with its two ends in our hands, made when somebody asks for it. Its rejection is never an unhandled one. */
export class Deferred<T> {
  #promise: Promise<T> | undefined
  #resolve: ((value: T) => void) | undefined
  #reject: ((error: unknown) => void) | undefined

  get promise(): Promise<T> {
    return (this.#promise ??= new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    }))
  }

  resolve(value: T): void {
    if (this.#promise === undefined) this.#promise = Promise.resolve(value)
    else this.#resolve?.(value)
  }

  reject(error: unknown): void {
    if (this.#promise === undefined) {
      this.#promise = rejected(error)
      return
    }
    // Only now, so that what goes well costs one promise and not two.
    void quiet(this.#promise)
    this.#reject?.(error)
  }
}

/** A promise rejected with `error`, quietly. */
export function rejected(error: unknown): Promise<never> {
  return quiet(Promise.reject(error))
}

/** The caller's signal fired. */
export function abortError(signal: AbortSignalLike): SSHError {
  return new SSHError('ABORTED', 'the caller gave up waiting', { fault: 'caller', cause: signal.reason })
}

/**
 * What `promise` becomes, unless the signal fires first.
 *
 * @param onAbort called when it does, with the error that the result rejects with
 */
export function abortable<T>(promise: Promise<T>, signal: AbortSignalLike | undefined, onAbort?: (error: SSHError) => void): Promise<T> {
  if (signal === undefined) return quiet(promise)
  const result = new Deferred<T>()
  const abort = (): void => {
    const error = abortError(signal)
    result.reject(error)
    onAbort?.(error)
  }
  const settle = (action: () => void): void => {
    signal.removeEventListener('abort', abort)
    action()
  }
  promise.then(
    (value) => settle(() => result.resolve(value)),
    (error: unknown) => settle(() => result.reject(error)),
  )
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
  return result.promise
}

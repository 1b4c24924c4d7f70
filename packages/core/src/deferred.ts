/**
 * A promise with its two ends in our hands, made when somebody asks for it: of most connections nobody does. Its rejection is never an
 * unhandled one.
 */
export class Deferred<T> {
  #promise: Promise<T> | undefined
  #resolve: ((value: T) => void) | undefined
  #reject: ((error: unknown) => void) | undefined

  /** The promise. */
  get promise(): Promise<T> {
    if (this.#promise !== undefined) return this.#promise
    return this.#keep(
      new Promise((resolve, reject) => {
        this.#resolve = resolve
        this.#reject = reject
      }),
    )
  }

  /** Resolves it, unless it has settled. */
  resolve(value: T): void {
    if (this.#promise === undefined) this.#promise = Promise.resolve(value)
    else this.#resolve?.(value)
  }

  /** Rejects it, unless it has settled. */
  reject(error: unknown): void {
    if (this.#promise === undefined) void this.#keep(Promise.reject(error))
    else this.#reject?.(error)
  }

  #keep(promise: Promise<T>): Promise<T> {
    promise.catch(() => {})
    this.#promise = promise
    return promise
  }
}

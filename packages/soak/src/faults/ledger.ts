/** Who waits for what: every promise that a session was given, by the name of what gave it. */
export class Ledger {
  readonly #waiting = new Map<symbol, string>()
  readonly #rejections: string[] = []

  /** Those that have not settled. */
  get waiting(): readonly string[] {
    return [...this.#waiting.values()]
  }

  /** Those that were rejected, and with what. */
  get rejections(): readonly string[] {
    return this.#rejections
  }

  /** Writes a promise down, and returns it. */
  track<T>(name: string, promise: PromiseLike<T>): PromiseLike<T> {
    const entry = Symbol(name)
    this.#waiting.set(entry, name)
    promise.then(
      () => this.#waiting.delete(entry),
      (error: unknown) => {
        this.#waiting.delete(entry)
        this.#rejections.push(`${name}: ${String(error)}`)
      },
    )
    return promise
  }
}

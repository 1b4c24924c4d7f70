/** How long a server may be silent (`ConnectTimeout`). The time that people take to answer does not count. */
export class Deadline {
  readonly #controller = new AbortController()
  readonly #milliseconds: number | undefined
  readonly #error: () => Error
  #timer: NodeJS.Timeout | undefined

  /** @param milliseconds no limit where undefined, @param error what the signal fires with */
  constructor(milliseconds: number | undefined, error: () => Error) {
    this.#milliseconds = milliseconds
    this.#error = error
  }

  /** Fires when the time is over. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Waits for the server, from now on. */
  start(): void {
    this.stop()
    if (this.#milliseconds !== undefined) this.#timer = setTimeout(() => this.#controller.abort(this.#error()), this.#milliseconds)
  }

  /** Waits no longer. */
  stop(): void {
    clearTimeout(this.#timer)
  }

  /** Does not count the time that a person takes. */
  async pausedFor<Result>(answer: () => Result | PromiseLike<Result>): Promise<Result> {
    this.stop()
    try {
      return await answer()
    } finally {
      this.start()
    }
  }
}

import type { AbortSignalLike } from '@seashell/core'

// In Node, Deno, Bun, edge workers and browsers alike, and not in ECMAScript's own library.
declare class AbortController {
  readonly signal: AbortSignalLike
  abort(reason: unknown): void
}

/** A signal and what makes it fire. Few ask for the signal, so it is made for those who do. */
export class Abortable {
  #controller: AbortController | undefined
  #reason: (() => unknown) | undefined

  /** The platform's own `AbortSignal`: `fetch` and its like take it. */
  get signal(): AbortSignalLike {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#reason !== undefined) this.#controller.abort(this.#reason())
    }
    return this.#controller.signal
  }

  /** Fires it, once, for a reason that is made when somebody has the signal. */
  abort(reason: () => unknown): void {
    if (this.#reason !== undefined) return
    this.#reason = reason
    this.#controller?.abort(reason())
  }
}

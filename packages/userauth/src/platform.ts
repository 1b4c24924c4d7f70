import type { AbortSignalLike } from '@seashell/core'

// In Node, Deno, Bun, edge workers and browsers alike, and not in ECMAScript's own library.
declare class AbortController {
  readonly signal: AbortSignalLike
  abort(reason: unknown): void
}

/** What makes a signal fire: as much of the platform's `AbortController` as we need. */
export interface Abortable {
  /** The platform's own `AbortSignal`: `fetch` and its like take it. */
  readonly signal: AbortSignalLike
  /** Fires it. */
  abort(reason: unknown): void
}

/** A signal that has not fired, and what makes it. */
export function abortable(): Abortable {
  return new AbortController()
}

/**
 * What all algorithms have in common. An algorithm is a frozen plain object: no class to extend, nothing that happens at import.
 */
export interface Definition<Kind extends AlgorithmKind = AlgorithmKind> {
  /** Which registry it belongs to. */
  readonly kind: Kind
  /** The version of these interfaces that it was written for; compared by value. */
  readonly apiVersion: 1
  /** Its name on the wire (RFC 4251 §6): printable US-ASCII, no comma, at most 64 characters. */
  readonly name: string
  /** Where its primitive comes from: 'noble', 'node:crypto', … For reports; never negotiated. */
  readonly provider: string
  /** One sentence why nobody should use it. Present: it is in no default list and used only when named. */
  readonly insecure?: string
}

/** The five kinds of algorithm that key exchange negotiates (RFC 4253 §7.1). */
export type AlgorithmKind = 'cipher' | 'mac' | 'key-exchange' | 'public-key' | 'compression'

/** A value, or a promise of it: what platforms do synchronously here and asynchronously there. */
export type MaybePromise<T> = T | PromiseLike<T>

/** A source of random bytes fit for keys: returns an array of exactly `length` bytes, new with each call. */
export type Random = (length: number) => Uint8Array

/** A hash function: any number of bytes in, always the same number out, as a new array. */
export type Hash = (data: Uint8Array) => Uint8Array

/** As much of the platform's `AbortSignal` as this library needs: a real one fits. */
export interface AbortSignalLike {
  /** Whether it has fired. */
  readonly aborted: boolean
  /** Why. */
  readonly reason: unknown
  /** Tells of its firing. */
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void
  /** Forgets a listener. */
  removeEventListener(type: 'abort', listener: () => void): void
}

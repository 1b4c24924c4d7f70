import type { MaybePromise } from '@seashell/core'
import type { Fifo } from './fifo.ts'
import { Deferred } from './promises.ts'

/** For what is to happen when the messages that have come are worked on. */
const settled: Promise<void> = /* @__PURE__ */ Promise.resolve()

/** Somebody who waits for bytes of a queue. */
export interface ByteReader {
  /** Whether it wants no more. */
  readonly satisfied: boolean
  /**
   * Takes bytes.
   *
   * @param keep makes of bytes what may be kept: themselves, or a copy
   * @returns how many, from the first on; at least one
   */
  take(data: Uint8Array, keep: (data: Uint8Array) => Uint8Array): number
  /** No more bytes come. */
  end(): void
  /** No more bytes come, and that is an error. */
  fail(error: unknown): void
}

/** Waits for a chunk, which becomes its own. */
export class ChunkReader implements ByteReader {
  readonly #chunk = new Deferred<Uint8Array | undefined>()
  satisfied = false

  /** The chunk; undefined at the end. */
  get promise(): Promise<Uint8Array | undefined> {
    return this.#chunk.promise
  }

  take(data: Uint8Array, keep: (data: Uint8Array) => Uint8Array): number {
    this.satisfied = true
    this.#chunk.resolve(keep(data))
    return data.length
  }

  end(): void {
    this.#chunk.resolve(undefined)
  }

  fail(error: unknown): void {
    this.#chunk.reject(error)
  }
}

/** Waits for bytes that go into its buffer: those of one message, and of what follows in the same turn, as far as there is room. */
export class BufferReader implements ByteReader {
  readonly #buffer: Uint8Array
  readonly #filled = new Deferred<number>()
  readonly #queue: Fifo<ByteReader>
  #length = 0

  /** @param queue where it waits, as the first once it is given something; it leaves by itself where it is not satisfied */
  constructor(buffer: Uint8Array, queue: Fifo<ByteReader>) {
    this.#buffer = buffer
    this.#queue = queue
  }

  /** How many bytes are in the buffer; 0 at the end. */
  get promise(): Promise<number> {
    return this.#filled.promise
  }

  get satisfied(): boolean {
    return this.#length === this.#buffer.length
  }

  take(data: Uint8Array): number {
    if (this.#length === 0) void settled.then(() => this.#settle())
    const taken = Math.min(data.length, this.#buffer.length - this.#length)
    this.#buffer.set(taken === data.length ? data : data.subarray(0, taken), this.#length)
    this.#length += taken
    return taken
  }

  end(): void {
    this.#filled.resolve(this.#length)
  }

  fail(error: unknown): void {
    // What has come before counts; the next read hears of the error.
    if (this.#length > 0) this.end()
    else this.#filled.reject(error)
  }

  #settle(): void {
    if (!this.satisfied) this.#queue.shift()
    this.end()
  }
}

/** Shows what comes where it lies, until it is told to wait or nothing more comes. */
export class ViewReader implements ByteReader {
  readonly #show: (data: Uint8Array) => MaybePromise<void>
  readonly #over = new Deferred<void>()
  satisfied = false

  /** @param show what it shows it to; what that returns is waited for, what it throws is the end */
  constructor(show: (data: Uint8Array) => MaybePromise<void>) {
    this.#show = show
  }

  /** Resolves when it shows no more, and may go on or has come to the end. */
  get promise(): Promise<void> {
    return this.#over.promise
  }

  take(data: Uint8Array): number {
    try {
      const wait = this.#show(data)
      if (wait !== undefined) this.#waitFor(wait)
    } catch (error) {
      this.satisfied = true
      this.fail(error)
    }
    return data.length
  }

  end(): void {
    this.#over.resolve()
  }

  fail(error: unknown): void {
    this.#over.reject(error)
  }

  #waitFor(wait: PromiseLike<void>): void {
    this.satisfied = true
    // In JavaScript it may be anything that `show` happens to return, such as the hash that it has updated.
    Promise.resolve(wait).then(
      () => this.end(),
      (error: unknown) => this.fail(error),
    )
  }
}

import { Fifo } from './fifo.ts'
import { Deferred, rejected } from './promises.ts'

// Small packets that nobody reads yet are gathered in blocks of this size: a window of single bytes must cost a window, not an object each.
const BLOCK_LENGTH = 16_384

interface Block {
  readonly bytes: Uint8Array
  length: number
}

/** Bytes that came and that nobody has read yet, in order. How many there can be is the business of the window, which hears of each read. */
export class ByteQueue implements AsyncIterable<Uint8Array> {
  readonly #blocks = new Fifo<Block>()
  readonly #readers = new Fifo<Deferred<Uint8Array | undefined>>()
  readonly #consumed: (length: number) => void
  #end: { readonly error?: unknown } | undefined
  #discarding = false

  /** @param consumed called with the number of bytes that a reader took, or that were thrown away */
  constructor(consumed: (length: number) => void) {
    this.#consumed = consumed
  }

  /**
   * Adds bytes.
   *
   * @param data the caller's again when this returns
   * @param keep makes of it what may be kept: itself, or a copy
   */
  push(data: Uint8Array, keep: (data: Uint8Array) => Uint8Array): void {
    if (this.#end !== undefined || data.length === 0) return
    if (this.#discarding) return this.#consumed(data.length)
    const reader = this.#readers.shift()
    if (reader === undefined) return this.#append(data, keep)
    reader.resolve(keep(data))
    this.#consumed(data.length)
  }

  /** No more bytes come. What is there can still be read. */
  end(): void {
    this.#finish({})
  }

  /** No more bytes come, and that is an error: reads fail once what is there has been read. */
  fail(error: unknown): void {
    this.#finish({ error })
  }

  /** Throws away what is there and what comes. Reads get the end. */
  discard(): void {
    if (this.#discarding) return
    this.#discarding = true
    let length = 0
    for (const block of this.#blocks.drain()) length += block.length
    if (length > 0) this.#consumed(length)
    for (const reader of this.#readers.drain()) reader.resolve(undefined)
  }

  /** The next bytes, one or more and the reader's own; undefined at the end. */
  read(): Promise<Uint8Array | undefined> {
    const block = this.#blocks.shift()
    if (block !== undefined) {
      this.#consumed(block.length)
      return Promise.resolve(block.bytes.subarray(0, block.length))
    }
    if (this.#discarding) return Promise.resolve(undefined)
    if (this.#end !== undefined) return 'error' in this.#end ? rejected(this.#end.error) : Promise.resolve(undefined)
    const reader = new Deferred<Uint8Array | undefined>()
    this.#readers.push(reader)
    return reader.promise
  }

  /** Reads to the end. Leaving the loop early throws nothing away: another may go on reading. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    return {
      next: async (): Promise<IteratorResult<Uint8Array, undefined>> => {
        const value = await this.read()
        return value === undefined ? { done: true, value } : { done: false, value }
      },
    }
  }

  #append(data: Uint8Array, keep: (data: Uint8Array) => Uint8Array): void {
    let block = this.#blocks.last
    if (block === undefined || block.bytes.length - block.length < data.length) {
      // What fills a block is one; and so is the first in the queue, for most packets are read before the next one comes.
      if (block === undefined || data.length >= BLOCK_LENGTH) {
        this.#blocks.push({ bytes: keep(data), length: data.length })
        return
      }
      block = { bytes: new Uint8Array(BLOCK_LENGTH), length: 0 }
      this.#blocks.push(block)
    }
    block.bytes.set(data, block.length)
    block.length += data.length
  }

  #finish(end: { readonly error?: unknown }): void {
    if (this.#end !== undefined) return
    this.#end = end
    for (const reader of this.#readers.drain()) {
      if ('error' in end) reader.reject(end.error)
      else reader.resolve(undefined)
    }
  }
}

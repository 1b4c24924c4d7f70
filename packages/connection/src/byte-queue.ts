import type { MaybePromise } from '@seashell/core'
import { BufferReader, type ByteReader, ChunkReader, ViewReader } from './byte-readers.ts'
import { Fifo } from './fifo.ts'
import { EMPTY } from './messages.ts'
import { quiet, rejected } from './promises.ts'

// Small packets that nobody reads yet are gathered in blocks of this size: a window of single bytes must cost a window, not an object each.
const BLOCK_LENGTH = 16_384

interface Block {
  readonly bytes: Uint8Array
  /** What is unread of it: from here */
  start: number
  /** to here. */
  end: number
}

/** Bytes that came and that nobody has read yet, in order. How many there can be is the business of the window, which hears of each read. */
export class ByteQueue implements AsyncIterable<Uint8Array> {
  readonly #blocks = new Fifo<Block>()
  readonly #readers = new Fifo<ByteReader>()
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
    let rest = data
    for (let reader = this.#readers.first; reader !== undefined && rest.length > 0; reader = this.#readers.first) {
      const taken = reader.take(rest, keep)
      rest = taken === rest.length ? EMPTY : rest.subarray(taken)
      if (reader.satisfied) this.#readers.shift()
    }
    if (rest.length < data.length) this.#consumed(data.length - rest.length)
    if (rest.length > 0) this.#append(rest, keep)
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
    for (const block of this.#blocks.drain()) length += block.end - block.start
    if (length > 0) this.#consumed(length)
    for (const reader of this.#readers.drain()) reader.end()
  }

  /** The next bytes, one or more and the reader's own; undefined at the end. */
  read(): Promise<Uint8Array | undefined> {
    const bytes = this.#shift()
    if (bytes !== undefined) return Promise.resolve(bytes)
    return this.#atEnd(undefined) ?? this.#wait(new ChunkReader()).promise
  }

  /** Reads into a buffer of at least one byte: how many bytes are in it, one or more; 0 at the end. */
  readInto(buffer: Uint8Array): Promise<number> {
    const length = this.#moveInto(buffer)
    if (length > 0) {
      this.#consumed(length)
      return Promise.resolve(length)
    }
    return this.#atEnd(0) ?? this.#wait(new BufferReader(buffer, this.#readers)).promise
  }

  /** Shows what comes, to the end, each part for as long as the call lasts; where that returns a promise, nothing more until it has settled. */
  readEach(show: (data: Uint8Array) => MaybePromise<void>): Promise<void> {
    return quiet(this.#readEach(show))
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

  async #readEach(show: (data: Uint8Array) => MaybePromise<void>): Promise<void> {
    for (;;) {
      for (let bytes = this.#shift(); bytes !== undefined; bytes = this.#shift()) await show(bytes)
      const end = this.#atEnd(undefined)
      if (end !== undefined) return end
      await this.#wait(new ViewReader(show)).promise
    }
  }

  /** The first of what is there; undefined where nothing is. */
  #shift(): Uint8Array | undefined {
    const block = this.#blocks.shift()
    if (block === undefined) return undefined
    this.#consumed(block.end - block.start)
    return block.bytes.subarray(block.start, block.end)
  }

  /** Moves what is there into a buffer, as far as it fits; returns how much that is. */
  #moveInto(buffer: Uint8Array): number {
    let length = 0
    for (let block = this.#blocks.first; block !== undefined && length < buffer.length; block = this.#blocks.first) {
      const moved = Math.min(block.end - block.start, buffer.length - length)
      buffer.set(block.bytes.subarray(block.start, block.start + moved), length)
      block.start += moved
      length += moved
      if (block.start === block.end) this.#blocks.shift()
    }
    return length
  }

  /** What a read comes to where nothing more comes; undefined where it has to wait. */
  #atEnd<End>(end: End): Promise<End> | undefined {
    if (this.#discarding) return Promise.resolve(end)
    if (this.#end === undefined) return undefined
    return 'error' in this.#end ? rejected(this.#end.error) : Promise.resolve(end)
  }

  #wait<Reader extends ByteReader>(reader: Reader): Reader {
    this.#readers.push(reader)
    return reader
  }

  #append(data: Uint8Array, keep: (data: Uint8Array) => Uint8Array): void {
    let block = this.#blocks.last
    if (block === undefined || block.bytes.length - block.end < data.length) {
      // What fills a block is one; and so is the first in the queue, for most packets are read before the next one comes.
      if (block === undefined || data.length >= BLOCK_LENGTH) {
        this.#blocks.push({ bytes: keep(data), start: 0, end: data.length })
        return
      }
      block = { bytes: new Uint8Array(BLOCK_LENGTH), start: 0, end: 0 }
      this.#blocks.push(block)
    }
    block.bytes.set(data, block.end)
    block.end += data.length
  }

  #finish(end: { readonly error?: unknown }): void {
    if (this.#end !== undefined) return
    this.#end = end
    for (const reader of this.#readers.drain()) {
      if ('error' in end) reader.fail(end.error)
      else reader.end()
    }
  }
}

import { channelError } from './errors.ts'

// The Streams Standard is in every runtime that we support and not in ECMAScript's own library: declared here as far as we use it, and
// looked up when a stream is asked for. Whoever never asks needs none.

/** Reads chunks one by one: as much of `ReadableStreamDefaultReader` as is common to all platforms. */
export interface ByteStreamReader {
  /** Settles when the stream has ended, or failed. */
  readonly closed: Promise<unknown>
  /** The next chunk. */
  read(): Promise<{ done: false; value: Uint8Array } | { done: true; value: undefined }>
  /** Wants no more. */
  cancel(reason?: unknown): Promise<void>
  /** Leaves the stream to another reader. */
  releaseLock(): void
}

/** Writes chunks one by one: as much of `WritableStreamDefaultWriter` as is common to all platforms. */
export interface ByteStreamWriter {
  /** Settles when the stream has ended, or failed. */
  readonly closed: Promise<unknown>
  /** Settles when there is room. */
  readonly ready: Promise<unknown>
  /** Writes a chunk. */
  write(chunk: Uint8Array): Promise<void>
  /** Writes no more. */
  close(): Promise<void>
  /** Writes no more, and that is an error. */
  abort(reason?: unknown): Promise<void>
  /** Leaves the stream to another writer. */
  releaseLock(): void
}

interface ByteReadable {
  readonly locked: boolean
  getReader(): ByteStreamReader
  cancel(reason?: unknown): Promise<void>
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined>
}

interface ByteWritable {
  readonly locked: boolean
  getWriter(): ByteStreamWriter
  abort(reason?: unknown): Promise<void>
  close(): Promise<void>
}

/** The platform's own type of that name, in a program that has its types. */
type Platform<Name extends string> = typeof globalThis extends Record<Name, { prototype: infer Instance }> ? Instance : unknown

/** A `ReadableStream` of the platform, whose chunks are `Uint8Array`s of one or more bytes. */
export type ByteReadableStream = ByteReadable & Platform<'ReadableStream'>

/** A `WritableStream` of the platform, which takes `Uint8Array`s. */
export type ByteWritableStream = ByteWritable & Platform<'WritableStream'>

interface ReadableController {
  enqueue(chunk: Uint8Array): void
  close(): void
}

interface WritableController {
  error(reason: unknown): void
}

interface StreamConstructors {
  readonly ReadableStream: new (
    source: { pull(controller: ReadableController): Promise<void>; cancel(): void },
    strategy: { highWaterMark: number },
  ) => ByteReadableStream
  readonly WritableStream: new (sink: {
    start(controller: WritableController): void
    write(chunk: Uint8Array): Promise<void>
    close(): Promise<void>
    abort(reason: unknown): void
  }) => ByteWritableStream
}

/** What a readable stream reads from. */
export interface ByteSource extends AsyncIterable<Uint8Array> {
  /** The next bytes; undefined at the end. */
  read(): Promise<Uint8Array | undefined>
  /** Throws away what is there and what comes. */
  discard(): void
}

/** What a writable stream writes to. */
export interface ByteSink {
  /** Settles when nothing can be written any more. */
  readonly closed: Promise<unknown>
  /** Writes; resolves when there is room for more. */
  write(data: Uint8Array): Promise<void>
  /** Ends it. */
  end(): Promise<void>
  /** Breaks it off. */
  abort(reason: unknown): void
}

/** A stream that takes bytes from the source only as they are read: it holds none itself, so that the window stays the only buffer. */
export function readableStreamOf(source: ByteSource): ByteReadableStream {
  const { ReadableStream } = globalThis as unknown as StreamConstructors
  const pull = async (controller: ReadableController): Promise<void> => {
    const chunk = await source.read()
    if (chunk === undefined) controller.close()
    else controller.enqueue(chunk)
  }
  const stream = new ReadableStream({ pull, cancel: () => source.discard() }, { highWaterMark: 0 })
  // Not every browser iterates over streams yet.
  if (!(Symbol.asyncIterator in stream))
    Object.defineProperty(stream, Symbol.asyncIterator, { value: () => source[Symbol.asyncIterator]() })
  return stream
}

/** A stream that writes to the sink, one chunk at a time, and breaks when the sink does. */
export function writableStreamOf(sink: ByteSink): ByteWritableStream {
  const { WritableStream } = globalThis as unknown as StreamConstructors
  return new WritableStream({
    start(controller) {
      sink.closed.then(
        () => controller.error(channelError('the channel was closed', 'peer')),
        (error: unknown) => controller.error(error),
      )
    },
    write: (chunk) => sink.write(chunk),
    close: () => sink.end(),
    abort: (reason) => sink.abort(reason),
  })
}

import type { AbortSignalLike, MaybePromise } from '@seashell/core'
import { encodeUtf8, invalidArgument } from '@seashell/core/wire'
import type { ChannelState } from './channel-state.ts'
import { channelError } from './errors.ts'
import { EMPTY, EXTENDED_DATA_STDERR } from './messages.ts'
import { abortable, ignore, rejected } from './promises.ts'
import type { IncomingRequest, RequestHandler } from './requests.ts'
import type { ByteReadableStream, ByteSink, ByteWritableStream } from './web-streams.ts'
import { readableStreamOf, writableStreamOf } from './web-streams.ts'
import type { WindowOptions } from './window.ts'

/** So many bytes a stream may have written that the transport has not got yet. */
const SOON_LENGTH = 32_768

/** How we want a channel, in either role. */
export interface ChannelOptions extends WindowOptions {
  /** Decides about the peer's requests on this channel; where absent all are refused. See {@link RequestHandler}. */
  readonly onRequest?: (request: IncomingRequest, channel: Channel) => MaybePromise<void>
  /** Send CLOSE as soon as both sides have sent EOF: for byte streams where nothing is said after that. False where absent. */
  readonly closeAfterEOF?: boolean
  /** Throw stderr away as it comes, instead of keeping it until somebody reads it. False where absent. */
  readonly discardStderr?: boolean
}

/** How a request is sent. */
export interface RequestOptions {
  /** Ask for an answer and wait for it. True where absent. */
  readonly wantReply?: boolean
  /** Send it behind the data that waits, rather than now. */
  readonly afterData?: boolean
  /** Gives up waiting for the answer. */
  readonly signal?: AbortSignalLike
}

/**
 * An open channel (RFC 4254 §5): two streams of bytes, one of them with a second lane for stderr, and requests beside them.
 *
 * Data and stderr share one window: a reader that stops holds the peer back once the window is full, and costs no more than that. So read
 * both, or have stderr thrown away (`discardStderr`, or `stderr.cancel()`).
 *
 * @example
 * ```ts
 * import type { Channel } from '@seashell/connection'
 *
 * async function echo(channel: Channel): Promise<void> {
 *   for await (const data of channel) await channel.write(data)
 *   await channel.close()
 * }
 * ```
 */
export class Channel implements AsyncIterable<Uint8Array>, AsyncDisposable {
  readonly #state: ChannelState
  #readable: ByteReadableStream | undefined
  #stderr: ByteReadableStream | undefined
  #writable: ByteWritableStream | undefined

  /** @internal the connection makes channels */
  constructor(state: ChannelState) {
    this.#state = state
  }

  /** Its type: 'session', 'direct-tcpip', … */
  get type(): string {
    return this.#state.parameters.type
  }

  /** Our number for it. */
  get localId(): number {
    return this.#state.parameters.localId
  }

  /** The peer's number for it. */
  get remoteId(): number {
    return this.#state.parameters.remoteId
  }

  /** How many bytes the peer may send before we give more credit. */
  get receiveWindowLength(): number {
    return this.#state.receiveWindow.available
  }

  /** How many bytes we may send before the peer gives more credit. */
  get sendWindowLength(): number {
    return this.#state.outbox.window.available
  }

  /** How many bytes were written and wait for window or transport. */
  get queuedLength(): number {
    return this.#state.outbox.dataLength
  }

  /** Whether anything can still be sent on it: our CLOSE is not out, and the connection lives. */
  get isOpen(): boolean {
    return !this.#state.silent
  }

  /** Resolves when both sides have closed it. Rejects when the connection ended before that. */
  get closed(): Promise<void> {
    return this.#state.closed.promise
  }

  /** The next bytes from the peer, one or more; undefined after its EOF. Rejects where the connection ended before that. */
  read(): Promise<Uint8Array | undefined> {
    return this.#state.incoming.read()
  }

  /**
   * Reads to the peer's EOF without copying: each part is shown as a view, where it was decrypted. Bulk costs least this way, for that memory
   * is used again at once; with {@link read} it belongs to the reader. Nobody else may read meanwhile.
   *
   * @param show called with one or more bytes, which are valid until it returns: what is needed for longer it copies. Where it returns a
   *   promise nothing more is shown until that has settled, and the peer is held back by the window.
   * @returns resolves after the EOF. Rejects where the connection ended before that, and with whatever `show` throws or its promise rejects
   *   with; what comes after that stays to be read. Rejects with SSHError `ARGUMENT`, and reads nothing, where `show` is no function.
   *
   * @example
   * ```ts
   * import { createHash } from 'node:crypto'
   * import type { Channel } from '@seashell/connection'
   *
   * async function digest(channel: Channel): Promise<string> {
   *   const hash = createHash('sha256')
   *   await channel.readEach((bytes) => void hash.update(bytes))
   *   return hash.digest('hex')
   * }
   * ```
   */
  readEach(show: (bytes: Uint8Array) => MaybePromise<void>): Promise<void> {
    if (typeof show !== 'function') return rejected(invalidArgument(`expected a function that bytes are shown to; got ${typeof show}`))
    return this.#state.incoming.readEach(show)
  }

  /**
   * Reads into memory of the caller's: what has come, as far as it fits. What it costs beside {@link readEach} is a copy.
   *
   * @param buffer at least one byte; leave it alone until the promise settles
   * @returns how many bytes of it hold data: one or more, 0 after the peer's EOF. Rejects where the connection ended before that, and with
   *   SSHError `ARGUMENT` for an empty buffer, or what is no array.
   *
   * @example
   * ```ts
   * import type { Channel } from '@seashell/connection'
   *
   * async function count(channel: Channel): Promise<number> {
   *   const buffer = new Uint8Array(65_536)
   *   let total = 0
   *   for (let length; (length = await channel.readInto(buffer)) > 0; ) total += length
   *   return total
   * }
   * ```
   */
  readInto(buffer: Uint8Array): Promise<number> {
    if (!ArrayBuffer.isView(buffer)) return rejected(invalidArgument(`expected a Uint8Array to read into; got ${typeof buffer}`))
    if (buffer.length === 0) return rejected(invalidArgument('expected a buffer of at least one byte; got one of 0'))
    return this.#state.incoming.readInto(buffer)
  }

  /** Reads to the peer's EOF. Leaving the loop early throws nothing away: another may go on reading. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    return this.#state.incoming[Symbol.asyncIterator]()
  }

  /** The same as a stream of the platform. `cancel()` throws away what comes. */
  get readable(): ByteReadableStream {
    return (this.#readable ??= readableStreamOf(this.#state.incoming))
  }

  /** What the peer sends as extended data of type stderr (RFC 4254 §5.2); other types are thrown away. `cancel()` throws away what comes. */
  get stderr(): ByteReadableStream {
    return (this.#stderr ??= readableStreamOf(this.#state.incomingStderr))
  }

  /** What is written to it goes to the peer; closing it is `end()`, aborting it `abort()`. */
  get writable(): ByteWritableStream {
    return (this.#writable ??= writableStreamOf(this.#sink(0)))
  }

  /**
   * Sends data, as the peer's window and the transport allow. Small writes of one turn leave as one message.
   *
   * @param data text is sent as UTF-8; bytes must stay as they are until the promise resolves
   * @returns resolves when the transport has all of it; rejects with SSHError `CHANNEL` where the channel ends before that
   */
  write(data: Uint8Array | string): Promise<void> {
    return this.#state.write(0, toBytes(data))
  }

  /**
   * Sends extended data (RFC 4254 §5.2); otherwise as {@link write}.
   *
   * @param code the data type code; 1 is stderr
   */
  writeExtended(code: number, data: Uint8Array | string): Promise<void> {
    if (!Number.isInteger(code) || code < 1 || code > 0xffff_ffff)
      return rejected(invalidArgument(`expected a data type code from 1 to 2^32-1; got ${code}`))
    return this.#state.write(code, toBytes(data))
  }

  /** A stream for stderr, in the direction to the peer. Closing it ends nothing: EOF is the whole channel's. */
  createStderrWritable(): ByteWritableStream {
    return writableStreamOf(this.#sink(EXTENDED_DATA_STDERR))
  }

  /** Sends EOF behind the data: we have no more to say, and still listen. Resolves when it is out. */
  end(): Promise<void> {
    return this.#state.end()
  }

  /** Sends EOF and CLOSE behind the data. What comes from the peer after that is thrown away. Resolves as {@link closed} does. */
  close(): Promise<void> {
    void this.#state.close()
    return this.closed
  }

  /**
   * Sends CLOSE now. What waits to be sent is dropped; writes and reads fail.
   *
   * @param reason what they fail with; SSHError `CHANNEL` where absent
   */
  abort(reason?: unknown): void {
    this.#state.abort(reason ?? channelError('the channel was aborted', 'caller'))
  }

  /**
   * Sends a request (RFC 4254 §5.4).
   *
   * @param type its type: printable US-ASCII; your own end in `@` and a domain
   * @param payload what the type adds to the message
   * @returns whether the peer says that it succeeded; true where no answer was asked for. Rejects where the channel ends before an answer.
   */
  request(type: string, payload: Uint8Array = EMPTY, options: RequestOptions = {}): Promise<boolean> {
    const { wantReply = true, afterData = false, signal } = options
    return abortable(this.#state.request(type, payload, wantReply, afterData), signal)
  }

  /** Closes it and waits until our part of that is done; when the peer closes it too is the peer's affair. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#state.close().catch(ignore)
  }

  /** Streams write one chunk at a time: a small one is taken in at once, or each would leave as a packet of its own. */
  #writeSoon(code: number, data: Uint8Array): Promise<void> {
    if (!this.isOpen || this.queuedLength + data.length > SOON_LENGTH) return this.#state.write(code, data)
    void this.#state.write(code, data.slice())
    return Promise.resolve()
  }

  #sink(code: number): ByteSink {
    return {
      closed: this.closed,
      write: (data) => this.#writeSoon(code, data),
      end: () => (code === 0 ? this.#state.end() : Promise.resolve()),
      abort: (reason) => this.abort(reason),
    }
  }
}

/** The handler as the channel's protocol wants it: it need not be told of which channel. */
export function bindRequestHandler(options: ChannelOptions, channel: () => Channel): RequestHandler | undefined {
  const { onRequest } = options
  return onRequest === undefined ? undefined : (request) => onRequest(request, channel())
}

function toBytes(data: Uint8Array | string): Uint8Array {
  return typeof data === 'string' ? encodeUtf8(data) : data
}

import { Fifo } from './fifo.ts'
import { encodeDataHead, MSG_CHANNEL_DATA, MSG_CHANNEL_EXTENDED_DATA } from './messages.ts'
import { Deferred, rejected } from './promises.ts'
import { SendWindow } from './window.ts'

// Every implementation takes a payload of that size (RFC 4253 §6.1); a peer that says it takes more gets no larger packets.
const LARGEST_DATA_LENGTH = 32_768

/** What an outbox needs of its surroundings. */
export interface OutboxPort {
  /** Whether the transport wants bulk now. */
  readonly writable: boolean
  /** Sends a message; its payload may be in pieces. */
  send(messageNum: number, ...payload: readonly Uint8Array[]): void
  /** Calls back when this turn of the event loop is over. */
  atEndOfTurn(callback: () => void): void
  /** Asks for `flush()` when the transport wants bulk again. */
  awaitTransport(): void
}

interface DataEntry {
  /** 0, or the data type code of extended data. */
  readonly code: number
  readonly data: Uint8Array
  readonly done: Deferred<void>
  offset: number
}

interface MessageEntry {
  readonly code: undefined
  readonly messageNum: number
  readonly payload: Uint8Array
  readonly done: Deferred<void>
  readonly sent: () => void
}

/**
 * What waits to be sent on one channel, in order: data, which needs room in the peer's window and a transport that wants it, and messages
 * that must not overtake data. Small writes of one turn leave as one packet: channel data is a stream of bytes.
 */
export class Outbox {
  readonly window: SendWindow
  readonly #port: OutboxPort
  readonly #recipient: number
  readonly #maximumLength: number
  readonly #entries = new Fifo<DataEntry | MessageEntry>()
  #dataLength = 0
  #flushSoon = false
  readonly #flushAtEnd = (): void => {
    this.#flushSoon = false
    this.flush()
  }
  #error: unknown

  /**
   * @param recipient the peer's number for the channel
   * @param windowLength what the peer takes before it gives more credit
   * @param maximumPacketLength what the peer takes in one message; at least 1
   */
  constructor(port: OutboxPort, recipient: number, windowLength: number, maximumPacketLength: number) {
    this.#port = port
    this.#recipient = recipient
    this.#maximumLength = Math.min(maximumPacketLength, LARGEST_DATA_LENGTH)
    this.window = new SendWindow(windowLength)
  }

  /** Why nothing can be written any more; undefined where it can. */
  get error(): unknown {
    return this.#error
  }

  /** How many bytes of data wait. */
  get dataLength(): number {
    return this.#dataLength
  }

  /** Queues data; resolves when the transport has all of it. The bytes must stay as they are until then. */
  write(code: number, data: Uint8Array): Promise<void> {
    if (this.#error !== undefined) return rejected(this.#error)
    const done = new Deferred<void>()
    this.#entries.push({ code, data, done, offset: 0 })
    this.#dataLength += data.length
    if (this.#dataLength >= this.#maximumLength) this.flush()
    else this.#scheduleFlush()
    return done.promise
  }

  /**
   * Queues a message behind the data; resolves when the transport has it.
   *
   * @param sent called at that moment, before anything else can be sent
   */
  message(messageNum: number, payload: Uint8Array, sent: () => void): Promise<void> {
    if (this.#error !== undefined) return rejected(this.#error)
    const done = new Deferred<void>()
    this.#entries.push({ code: undefined, messageNum, payload, done, sent })
    this.flush()
    return done.promise
  }

  /** Sends what can be sent now. */
  flush(): void {
    for (let entry = this.#entries.first; entry !== undefined; entry = this.#entries.first) {
      if (entry.code === undefined) {
        this.#entries.shift()
        this.#port.send(entry.messageNum, entry.payload)
        entry.sent()
        entry.done.resolve()
      } else if (entry.offset === entry.data.length) {
        this.#entries.shift()
        entry.done.resolve()
      } else {
        if (this.window.available === 0) return
        if (!this.#port.writable) return this.#port.awaitTransport()
        this.#sendData(entry.code)
      }
    }
  }

  /** Gives up: everything that waits, and whatever is written from now on, fails with this error. */
  fail(error: unknown): void {
    this.#error ??= error
    this.#dataLength = 0
    for (const entry of this.#entries.drain()) entry.done.reject(error)
  }

  /** One packet, with as much as is there and may be sent. */
  #sendData(code: number): void {
    const room = Math.min(this.#maximumLength, this.window.available)
    const parts: Uint8Array[] = []
    const done: Deferred<void>[] = []
    let length = 0
    for (let entry = this.#entries.first; length < room && entry?.code === code; entry = this.#entries.first) {
      const part = partOf(entry, room - length)
      parts.push(part)
      length += part.length
      if (entry.offset < entry.data.length) break
      this.#entries.shift()
      done.push(entry.done)
    }
    this.#dataLength -= length
    this.window.take(length)
    const messageNum = code === 0 ? MSG_CHANNEL_DATA : MSG_CHANNEL_EXTENDED_DATA
    this.#port.send(messageNum, encodeDataHead(this.#recipient, code, length), ...parts)
    for (const deferred of done) deferred.resolve()
  }

  #scheduleFlush(): void {
    if (this.#flushSoon) return
    this.#flushSoon = true
    this.#port.atEndOfTurn(this.#flushAtEnd)
  }
}

/** What is next of an entry, at most so many bytes. */
function partOf(entry: DataEntry, lengthMaximum: number): Uint8Array {
  const start = entry.offset
  const end = Math.min(start + lengthMaximum, entry.data.length)
  entry.offset = end
  // Small writes leave whole, as a rule, and a view costs more than the copying of them.
  return end - start === entry.data.length ? entry.data : entry.data.subarray(start, end)
}

import { ByteQueue } from './byte-queue.ts'
import { channelError } from './errors.ts'
import type { ChannelPhase } from './messages.ts'
import {
  encodeChannelRequest,
  encodeRecipient,
  encodeWindowAdjust,
  EXTENDED_DATA_STDERR,
  MSG_CHANNEL_CLOSE,
  MSG_CHANNEL_EOF,
  MSG_CHANNEL_FAILURE,
  MSG_CHANNEL_REQUEST,
  MSG_CHANNEL_SUCCESS,
  MSG_CHANNEL_WINDOW_ADJUST,
} from './messages.ts'
import { Outbox } from './outbox.ts'
import { Deferred, rejected } from './promises.ts'
import type { RequestHandler, RequestHost } from './requests.ts'
import { IncomingRequests, PendingReplies } from './requests.ts'
import type { ReceiveWindow } from './window.ts'

/** What a channel needs of its connection. */
export interface ChannelHost extends RequestHost {
  /** Whether the transport wants bulk now. */
  readonly writable: boolean
  /** Sends a message; its payload may be in pieces. */
  send(messageNum: number, ...payload: readonly Uint8Array[]): void
  /** Part of the message that is being handled, to be kept: itself, or a copy. */
  readonly keep: (part: Uint8Array) => Uint8Array
  /** Calls back when this turn of the event loop is over. */
  atEndOfTurn(callback: () => void): void
  /** Asks for `transportWritable()` when the transport wants bulk again. */
  awaitTransport(channel: ChannelState): void
  /** The time in milliseconds. */
  now(): number
  /** Both sides have sent CLOSE: the channel's number is free again (RFC 4254 §5.3). */
  release(channel: ChannelState): void
}

/** What both sides said when the channel was opened, and what we do with it. */
export interface ChannelParameters {
  readonly type: string
  readonly localId: number
  readonly remoteId: number
  /** The peer's window at first. */
  readonly remoteWindowLength: number
  /** What the peer takes in one message; at least 1. */
  readonly remoteMaximumPacketLength: number
  /** Our own window, as the peer was told of it. */
  readonly receiveWindow: ReceiveWindow
  /** Decides about the peer's requests. */
  readonly onRequest: RequestHandler | undefined
  /** Whether to send CLOSE as soon as both sides have sent EOF. */
  readonly closeAfterEOF: boolean
  /** Whether stderr is thrown away as it comes. */
  readonly discardStderr: boolean
}

/** The protocol of one open channel (RFC 4254 §5): what its messages do and which may be sent. {@link Channel} is its public face. */
export class ChannelState {
  readonly parameters: ChannelParameters
  readonly incoming: ByteQueue
  readonly incomingStderr: ByteQueue
  readonly outbox: Outbox
  readonly receiveWindow: ReceiveWindow
  readonly closed: Deferred<void> = new Deferred()
  readonly #host: ChannelHost
  readonly #requests: IncomingRequests
  readonly #replies = new PendingReplies<boolean>()
  #phase: ChannelPhase = 'open'
  #ended: Promise<void> | undefined
  #eofSent = false
  #closing: Promise<void> | undefined
  /** Our CLOSE is out, or the connection is gone: nothing is sent any more. */
  #silent = false

  constructor(host: ChannelHost, parameters: ChannelParameters) {
    this.#host = host
    this.parameters = parameters
    const credit = (length: number): void => this.#credit(length)
    this.incoming = new ByteQueue(credit)
    this.incomingStderr = new ByteQueue(credit)
    if (parameters.discardStderr) this.incomingStderr.discard()
    this.receiveWindow = parameters.receiveWindow
    this.#requests = new IncomingRequests(host, (success) =>
      this.#send(success ? MSG_CHANNEL_SUCCESS : MSG_CHANNEL_FAILURE, this.#recipient),
    )
    this.outbox = new Outbox(this.#port(), parameters.remoteId, parameters.remoteWindowLength, parameters.remoteMaximumPacketLength)
  }

  /** Where the peer stands: it may send data ('open'), or has sent EOF ('ended'). */
  get phase(): ChannelPhase {
    return this.#phase
  }

  /** Whether nothing can be sent any more: our CLOSE is out, or the connection is gone. */
  get silent(): boolean {
    return this.#silent
  }

  // --- what we send ---------------------------------------------------------------------------------------------------------------

  /** Sends data; code 0, or the data type code of extended data. Resolves when the transport has all of it. */
  write(code: number, data: Uint8Array): Promise<void> {
    if (this.#ended !== undefined && this.outbox.error === undefined)
      return rejected(channelError('this channel takes no more data: its end was sent', 'caller'))
    return this.outbox.write(code, data)
  }

  /** Sends EOF, behind the data (RFC 4254 §5.3). */
  end(): Promise<void> {
    this.#ended ??= this.outbox.message(MSG_CHANNEL_EOF, this.#recipient, () => {
      this.#eofSent = true
      this.#closeAfterEOF()
    })
    return this.#ended
  }

  /** Sends EOF and CLOSE, behind the data (RFC 4254 §5.3). Resolves when our CLOSE is out; the peer's may take its time. */
  close(): Promise<void> {
    if (this.#closing === undefined && !this.#eofSent) void this.end()
    this.#closing ??= this.outbox.message(MSG_CHANNEL_CLOSE, this.#recipient, () => this.#closeSent())
    return this.#closing
  }

  /** Sends CLOSE now; what waits to be sent is dropped, and whoever reads gets the error. */
  abort(error: unknown): void {
    this.outbox.fail(error)
    this.incoming.fail(error)
    this.incomingStderr.fail(error)
    if (this.#silent) return
    this.#send(MSG_CHANNEL_CLOSE, this.#recipient)
    this.#closeSent()
  }

  /**
   * Sends a request (RFC 4254 §5.4).
   *
   * @param afterData behind the data that waits, rather than now
   * @returns whether it succeeded; true where no reply is wanted
   */
  request(type: string, payload: Uint8Array, wantReply: boolean, afterData: boolean): Promise<boolean> {
    if (this.#silent) return rejected(this.outbox.error)
    const message = encodeChannelRequest(this.parameters.remoteId, type, wantReply, payload)
    const reply = new Deferred<boolean>()
    const sent = (): void => (wantReply ? this.#replies.add(reply) : reply.resolve(true))
    if (afterData) {
      this.outbox.message(MSG_CHANNEL_REQUEST, message, sent).catch((error: unknown) => reply.reject(error))
    } else {
      // What was written earlier in this turn goes first, where it can.
      this.outbox.flush()
      this.#send(MSG_CHANNEL_REQUEST, message)
      sent()
    }
    return reply.promise
  }

  /** The transport wants bulk again. */
  transportWritable(): void {
    this.outbox.flush()
  }

  // --- what the peer sends: the connection calls these with what the table lets pass ----------------------------------------------

  /** CHANNEL_WINDOW_ADJUST. */
  receiveWindowAdjust(length: number): void {
    this.outbox.window.add(length)
    this.outbox.flush()
  }

  /** CHANNEL_DATA, which has no code, or CHANNEL_EXTENDED_DATA with its own: 0 is no type there either (RFC 4254 §5.2). */
  receiveData(code: number | undefined, data: Uint8Array): void {
    this.receiveWindow.receive(data.length, this.#host.now())
    // Where the peer has not seen our CLOSE yet, the data counts, and these queues, which have ended, drop it.
    if (code === undefined) this.incoming.push(data, this.#host.keep)
    else if (code === EXTENDED_DATA_STDERR) this.incomingStderr.push(data, this.#host.keep)
    else if (!this.#silent) this.#credit(data.length)
  }

  /** CHANNEL_EOF. */
  receiveEOF(): void {
    this.#phase = 'ended'
    this.receiveWindow.end()
    this.incoming.end()
    this.incomingStderr.end()
    this.#closeAfterEOF()
  }

  /** CHANNEL_REQUEST. */
  receiveRequest(type: string, wantReply: boolean, payload: Uint8Array): void {
    // After our CLOSE no reply can be sent, and nobody is interested.
    if (!this.#silent) this.#requests.serve(this.parameters.onRequest, type, wantReply, payload)
  }

  /** CHANNEL_SUCCESS or CHANNEL_FAILURE. */
  receiveReply(success: boolean): void {
    this.#replies.settle(success)
  }

  /** CHANNEL_CLOSE: answered with our own, if that is not out yet. What the peer sent before stays to be read. */
  receiveClose(): void {
    const error = channelError('the peer closed the channel', 'peer')
    this.outbox.fail(error)
    this.#send(MSG_CHANNEL_CLOSE, this.#recipient)
    this.#closeSent()
    this.#replies.fail(() => error)
    this.receiveWindow.close()
    this.#host.release(this)
    this.closed.resolve()
  }

  /** The connection is gone. */
  lost(error: unknown): void {
    this.#silent = true
    this.receiveWindow.close()
    this.outbox.fail(error)
    this.incoming.fail(error)
    this.incomingStderr.fail(error)
    this.#replies.fail(() => error)
    this.closed.reject(error)
  }

  get #recipient(): Uint8Array {
    return encodeRecipient(this.parameters.remoteId)
  }

  #port(): ConstructorParameters<typeof Outbox>[0] {
    const host = this.#host
    return {
      get writable(): boolean {
        return host.writable
      },
      send: (messageNum, ...payload) => this.#send(messageNum, ...payload),
      atEndOfTurn: (callback) => host.atEndOfTurn(callback),
      awaitTransport: () => host.awaitTransport(this),
    }
  }

  /** The one way out: after CLOSE nothing is sent (RFC 4254 §5.3). */
  #send(messageNum: number, ...payload: readonly Uint8Array[]): void {
    if (!this.#silent) this.#host.send(messageNum, ...payload)
  }

  #closeSent(): void {
    this.#silent = true
    this.receiveWindow.end()
    this.outbox.fail(channelError('the channel was closed', 'caller'))
    this.incoming.end()
    this.incomingStderr.end()
  }

  #closeAfterEOF(): void {
    if (this.parameters.closeAfterEOF && this.#eofSent && this.#phase === 'ended') void this.close()
  }

  #credit(length: number): void {
    const adjust = this.receiveWindow.credit(length, this.#host.now())
    if (adjust > 0) this.#send(MSG_CHANNEL_WINDOW_ADJUST, encodeWindowAdjust(this.parameters.remoteId, adjust))
  }
}

import type { MaybePromise } from '@seashell/core'
import { SSHError } from '@seashell/core'
import type { ChannelOptions } from './channel.ts'
import { bindRequestHandler, Channel } from './channel.ts'
import type { ChannelHost } from './channel-state.ts'
import { ChannelState } from './channel-state.ts'
import type { ChannelSlot, ChannelTable } from './channel-table.ts'
import type { OpenFailureReason } from './errors.ts'
import { channelError, ChannelOpenError, OpenFailureReasons, violation } from './errors.ts'
import { EMPTY, encodeOpenConfirmation, encodeOpenFailure, MSG_CHANNEL_OPEN_CONFIRMATION, MSG_CHANNEL_OPEN_FAILURE } from './messages.ts'
import { Deferred } from './promises.ts'
import type { WindowOptions } from './window.ts'
import { ReceiveWindow, resolveWindowOptions } from './window.ts'
import type { WindowBudget } from './window-budget.ts'

/** What accepting a channel can say. */
export interface AcceptOptions extends ChannelOptions {
  /** What the type adds to the confirmation; nothing for all types of RFC 4254. */
  readonly data?: Uint8Array
}

/** A channel that the peer wants to open (RFC 4254 §5.1). */
export interface ChannelOpenRequest {
  /** Its type: printable US-ASCII. */
  readonly type: string
  /** What the type adds to the message; the handler's own copy. */
  readonly payload: Uint8Array
  /**
   * Accepts it. What the peer sends is kept from now on.
   *
   * @throws SSHError `CHANNEL` where it was answered already, `CLOSED` where the connection has ended
   */
  accept(options?: AcceptOptions): Channel
  /**
   * Refuses it; does nothing where it was answered already.
   *
   * @param reason one of {@link OpenFailureReasons}
   * @param description for people
   */
  refuse(reason: OpenFailureReason, description?: string): void
}

/** Decides about a channel by calling `accept` or `refuse`. One that returns, or resolves, without either refuses; so does one that throws. */
export type ChannelHandler = (request: ChannelOpenRequest) => MaybePromise<void>

/** What one side said of its window in OPEN or CONFIRMATION. */
export interface RemoteEnd {
  readonly remoteId: number
  readonly remoteWindowLength: number
  readonly remoteMaximumPacketLength: number
}

/** Refuses what RFC 4254 §5.1 leaves no sense: with a maximum packet size of zero no data could ever be sent. */
export function checkRemoteEnd(end: RemoteEnd): RemoteEnd {
  if (end.remoteMaximumPacketLength === 0) throw violation('the peer opened a channel with a maximum packet size of 0')
  return end
}

/** What making channels needs of a connection. */
export interface ChannelSurroundings {
  readonly host: ChannelHost
  readonly table: ChannelTable
  /** The connection's own windows, where a channel says nothing else. */
  readonly window: WindowOptions
  /** What all windows share. */
  readonly budget: WindowBudget
}

/** Our OPEN, until the peer answers. */
export class Opening implements ChannelSlot {
  readonly phase = 'opening'
  readonly result: Deferred<Channel> = new Deferred()
  readonly localId: number
  readonly #host: ChannelHost
  readonly #type: string
  readonly #window: ReceiveWindow
  readonly #options: ChannelOptions
  #abandoned: SSHError | undefined

  constructor(host: ChannelHost, localId: number, type: string, window: ReceiveWindow, options: ChannelOptions) {
    this.#host = host
    this.localId = localId
    this.#type = type
    this.#window = window
    this.#options = options
  }

  /** Nobody waits any more: should the peer confirm, the channel is closed at once. Until it answers, the number stays taken. */
  abandon(error: SSHError): void {
    this.#abandoned ??= error
    this.result.reject(error)
  }

  /** CHANNEL_OPEN_CONFIRMATION came. Returns what our number stands for from now on. */
  confirmed(remoteId: number, remoteWindowLength: number, remoteMaximumPacketLength: number): ChannelState {
    const end = checkRemoteEnd({ remoteId, remoteWindowLength, remoteMaximumPacketLength })
    const { state, channel } = createChannel(this.#host, this.#type, this.localId, end, this.#window, this.#options)
    if (this.#abandoned !== undefined) state.abort(this.#abandoned)
    this.result.resolve(channel)
    return state
  }

  /** CHANNEL_OPEN_FAILURE came. */
  failed(reason: number, description: string): void {
    this.#window.close()
    this.result.reject(new ChannelOpenError(this.#type, reason, description))
  }

  lost(error: unknown): void {
    this.#window.close()
    this.result.reject(error)
  }
}

/** The peer's OPEN, until a handler answers it. */
export class Accepting implements ChannelSlot, ChannelOpenRequest {
  readonly phase = 'accepting'
  readonly type: string
  readonly payload: Uint8Array
  readonly #surroundings: ChannelSurroundings
  readonly #localId: number
  readonly #end: RemoteEnd
  #answered = false
  #lost: unknown

  constructor(surroundings: ChannelSurroundings, localId: number, type: string, end: RemoteEnd, payload: Uint8Array) {
    this.#surroundings = surroundings
    this.#localId = localId
    this.type = type
    this.#end = end
    this.payload = payload
  }

  accept(options: AcceptOptions = {}): Channel {
    if (this.#lost !== undefined)
      throw new SSHError('CLOSED', 'the connection ended before the channel was accepted', { fault: 'peer', cause: this.#lost })
    if (this.#answered) throw channelError(`this channel of type ${this.type} was answered already`, 'caller')
    const { host, table, budget } = this.#surroundings
    const window = new ReceiveWindow(resolveWindowOptions(this.#surroundings.window, options), budget)
    const { state, channel } = createChannel(host, this.type, this.#localId, this.#end, window, options)
    this.#answered = true
    table.replace(this.#localId, state)
    const { available, maximumPacketLength } = window
    const offer = { sender: this.#localId, windowLength: available, maximumPacketLength, data: options.data ?? EMPTY }
    host.send(MSG_CHANNEL_OPEN_CONFIRMATION, encodeOpenConfirmation(this.#end.remoteId, offer))
    return channel
  }

  refuse(reason: OpenFailureReason, description = ''): void {
    if (this.#answered || this.#lost !== undefined) return
    this.#answered = true
    this.#surroundings.table.remove(this.#localId)
    this.#surroundings.host.send(MSG_CHANNEL_OPEN_FAILURE, encodeOpenFailure(this.#end.remoteId, reason, description))
  }

  /** The handler is done: what it left undecided is refused. */
  finish(): void {
    this.refuse(OpenFailureReasons.ADMINISTRATIVELY_PROHIBITED, 'refused')
  }

  lost(error: unknown): void {
    this.#lost = error
  }
}

function createChannel(
  host: ChannelHost,
  type: string,
  localId: number,
  end: RemoteEnd,
  receiveWindow: ReceiveWindow,
  options: ChannelOptions,
): { state: ChannelState; channel: Channel } {
  const state = new ChannelState(host, {
    type,
    localId,
    ...end,
    receiveWindow,
    onRequest: bindRequestHandler(options, () => channel),
    closeAfterEOF: options.closeAfterEOF ?? false,
    discardStderr: options.discardStderr ?? false,
  })
  const channel = new Channel(state)
  return { state, channel }
}

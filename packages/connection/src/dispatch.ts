import { decodeUtf8Lossy, WireReader } from '@seashell/core/wire'
import type { ChannelHandler, ChannelSurroundings } from './channel-open.ts'
import { Accepting, checkRemoteEnd, Opening } from './channel-open.ts'
import { ChannelState } from './channel-state.ts'
import { OpenFailureReasons, violation } from './errors.ts'
import type { OpenFailureReason } from './errors.ts'
import * as messages from './messages.ts'
import type { GlobalReply, PendingReplies, RequestHandler } from './requests.ts'
import { IncomingRequests, runHandler } from './requests.ts'

/** Why the peer may open no channel now. */
export interface OpenRefusal {
  readonly reason: OpenFailureReason
  /** For people. */
  readonly description: string
}

/** Whom messages may be for. */
export interface Addressees extends ChannelSurroundings {
  /** Our own global requests that wait for an answer. */
  readonly replies: PendingReplies<GlobalReply>
  /** Who decides about channels of a type. */
  channelHandler(type: string): ChannelHandler | undefined
  /** Who decides about global requests of a type. */
  requestHandler(type: string): RequestHandler | undefined
  /** Why no channel may be opened, whatever its type. */
  openRefusal(): OpenRefusal | undefined
}

/** Brings each message of the peer to the channel, request or handler that it is for, where the table lets it pass. */
export class Dispatcher {
  readonly #addressees: Addressees
  readonly #requests: IncomingRequests

  constructor(addressees: Addressees) {
    this.#addressees = addressees
    this.#requests = new IncomingRequests(addressees.host, (success, data) =>
      addressees.host.send(success ? messages.MSG_REQUEST_SUCCESS : messages.MSG_REQUEST_FAILURE, success ? data : messages.EMPTY),
    )
  }

  /**
   * Handles a message that is in the table.
   *
   * @throws SSHError `PROTOCOL` where it may not come now, `MALFORMED`, or what whoever it is for throws
   */
  dispatch(messageNum: number, rule: messages.MessageRule, payload: Uint8Array): void {
    const reader = new WireReader(payload, rule.name)
    if (rule.phases === undefined) return this.#connectionMessage(messageNum, reader)
    const localId = reader.readUint32()
    const slot = this.#addressees.table.get(localId)
    if (slot === undefined) throw violation(`the peer sent ${rule.name} for channel ${localId}, which does not exist`)
    if (!rule.phases.includes(slot.phase))
      throw violation(`the peer sent ${rule.name} for channel ${localId}, which is in phase ${slot.phase}`)
    if (slot instanceof Opening) this.#answerToOpen(messageNum, slot, reader)
    else if (slot instanceof ChannelState) channelMessage(messageNum, slot, reader)
  }

  #connectionMessage(messageNum: number, reader: WireReader): void {
    switch (messageNum) {
      case messages.MSG_CHANNEL_OPEN:
        return this.#channelOpen(reader)
      case messages.MSG_GLOBAL_REQUEST: {
        const type = reader.readName()
        return this.#requests.serve(this.#addressees.requestHandler(type), type, reader.readBoolean(), reader.readRemaining())
      }
      case messages.MSG_REQUEST_SUCCESS:
        return this.#addressees.replies.settle({ success: true, data: reader.readRemaining().slice() })
      default:
        reader.end()
        return this.#addressees.replies.settle({ success: false, data: messages.EMPTY })
    }
  }

  #channelOpen(reader: WireReader): void {
    const type = reader.readName()
    const end = checkRemoteEnd({
      remoteId: reader.readUint32(),
      remoteWindowLength: reader.readUint32(),
      remoteMaximumPacketLength: reader.readUint32(),
    })
    const { host, table } = this.#addressees
    const refuse = ({ reason, description }: OpenRefusal): void =>
      host.send(messages.MSG_CHANNEL_OPEN_FAILURE, messages.encodeOpenFailure(end.remoteId, reason, description))
    const refusal = this.#addressees.openRefusal()
    if (refusal !== undefined) return refuse(refusal)
    const handler = this.#addressees.channelHandler(type)
    if (handler === undefined)
      return refuse({ reason: OpenFailureReasons.UNKNOWN_CHANNEL_TYPE, description: 'no such type of channel here' })
    const payload = reader.readRemaining().slice()
    const accepting = table.add((localId) => new Accepting(this.#addressees, localId, type, end, payload))
    runHandler(
      host,
      () => handler(accepting),
      () => accepting.finish(),
    )
  }

  #answerToOpen(messageNum: number, opening: Opening, reader: WireReader): void {
    const { table } = this.#addressees
    const first = reader.readUint32()
    if (messageNum === messages.MSG_CHANNEL_OPEN_CONFIRMATION) {
      const state = opening.confirmed(first, reader.readUint32(), reader.readUint32())
      table.replace(opening.localId, state)
      return
    }
    const description = decodeUtf8Lossy(reader.readString('the description'))
    reader.readString('a language tag')
    reader.end()
    table.remove(opening.localId)
    opening.failed(first, description)
  }
}

/** A message for an open channel that the table lets pass (RFC 4254 §5.2 to §5.4). */
function channelMessage(messageNum: number, channel: ChannelState, reader: WireReader): void {
  switch (messageNum) {
    case messages.MSG_CHANNEL_WINDOW_ADJUST: {
      const length = reader.readUint32()
      reader.end()
      return channel.receiveWindowAdjust(length)
    }
    case messages.MSG_CHANNEL_DATA:
    case messages.MSG_CHANNEL_EXTENDED_DATA: {
      const code = messageNum === messages.MSG_CHANNEL_DATA ? undefined : reader.readUint32()
      const data = reader.readString('data')
      reader.end()
      return channel.receiveData(code, data)
    }
    case messages.MSG_CHANNEL_REQUEST:
      return channel.receiveRequest(reader.readName(), reader.readBoolean(), reader.readRemaining())
    default:
      reader.end()
  }
  if (messageNum === messages.MSG_CHANNEL_EOF) channel.receiveEOF()
  else if (messageNum === messages.MSG_CHANNEL_CLOSE) channel.receiveClose()
  else channel.receiveReply(messageNum === messages.MSG_CHANNEL_SUCCESS)
}

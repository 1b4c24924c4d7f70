import { WireWriter, writeUint32 } from '@seashell/core/wire'

/** SSH_MSG_USERAUTH_REQUEST (RFC 4252 §6). */
const MSG_USERAUTH_REQUEST = 50
/** SSH_MSG_GLOBAL_REQUEST (RFC 4254 §4). */
export const MSG_GLOBAL_REQUEST = 80
/** SSH_MSG_REQUEST_SUCCESS (RFC 4254 §4). */
export const MSG_REQUEST_SUCCESS = 81
/** SSH_MSG_REQUEST_FAILURE (RFC 4254 §4). */
export const MSG_REQUEST_FAILURE = 82
/** SSH_MSG_CHANNEL_OPEN (RFC 4254 §5.1). */
export const MSG_CHANNEL_OPEN = 90
/** SSH_MSG_CHANNEL_OPEN_CONFIRMATION (RFC 4254 §5.1). */
export const MSG_CHANNEL_OPEN_CONFIRMATION = 91
/** SSH_MSG_CHANNEL_OPEN_FAILURE (RFC 4254 §5.1). */
export const MSG_CHANNEL_OPEN_FAILURE = 92
/** SSH_MSG_CHANNEL_WINDOW_ADJUST (RFC 4254 §5.2). */
export const MSG_CHANNEL_WINDOW_ADJUST = 93
/** SSH_MSG_CHANNEL_DATA (RFC 4254 §5.2). */
export const MSG_CHANNEL_DATA = 94
/** SSH_MSG_CHANNEL_EXTENDED_DATA (RFC 4254 §5.2). */
export const MSG_CHANNEL_EXTENDED_DATA = 95
/** SSH_MSG_CHANNEL_EOF (RFC 4254 §5.3). */
export const MSG_CHANNEL_EOF = 96
/** SSH_MSG_CHANNEL_CLOSE (RFC 4254 §5.3). */
export const MSG_CHANNEL_CLOSE = 97
/** SSH_MSG_CHANNEL_REQUEST (RFC 4254 §5.4). */
export const MSG_CHANNEL_REQUEST = 98
/** SSH_MSG_CHANNEL_SUCCESS (RFC 4254 §5.4). */
export const MSG_CHANNEL_SUCCESS = 99
/** SSH_MSG_CHANNEL_FAILURE (RFC 4254 §5.4). */
export const MSG_CHANNEL_FAILURE = 100

/** SSH_EXTENDED_DATA_STDERR, the only data type code there is (RFC 4254 §5.2). */
export const EXTENDED_DATA_STDERR = 1

/** No bytes. */
export const EMPTY: Uint8Array = /* @__PURE__ */ new Uint8Array(0)

/**
 * Where a channel stands, as far as it decides what the peer may send: our OPEN waits for an answer; the peer's OPEN waits for ours; open;
 * open, and the peer has sent EOF. That we have sent CLOSE changes nothing: the peer may not have seen it yet.
 */
export type ChannelPhase = 'opening' | 'accepting' | 'open' | 'ended'

/** What the table says about one message. */
export interface MessageRule {
  /** Its name, without SSH_MSG_. */
  readonly name: string
  /** For messages about one channel: the phases in which the peer may send it. */
  readonly phases?: readonly ChannelPhase[]
}

/** Every message of RFC 4254, and where its channel must stand when it comes. The same for both roles. */
export const messageTable: Readonly<Record<number, MessageRule>> = /* @__PURE__ */ Object.freeze({
  [MSG_GLOBAL_REQUEST]: { name: 'GLOBAL_REQUEST' },
  [MSG_REQUEST_SUCCESS]: { name: 'REQUEST_SUCCESS' },
  [MSG_REQUEST_FAILURE]: { name: 'REQUEST_FAILURE' },
  [MSG_CHANNEL_OPEN]: { name: 'CHANNEL_OPEN' },
  [MSG_CHANNEL_OPEN_CONFIRMATION]: { name: 'CHANNEL_OPEN_CONFIRMATION', phases: ['opening'] },
  [MSG_CHANNEL_OPEN_FAILURE]: { name: 'CHANNEL_OPEN_FAILURE', phases: ['opening'] },
  [MSG_CHANNEL_WINDOW_ADJUST]: { name: 'CHANNEL_WINDOW_ADJUST', phases: ['open', 'ended'] },
  [MSG_CHANNEL_DATA]: { name: 'CHANNEL_DATA', phases: ['open'] },
  [MSG_CHANNEL_EXTENDED_DATA]: { name: 'CHANNEL_EXTENDED_DATA', phases: ['open'] },
  [MSG_CHANNEL_EOF]: { name: 'CHANNEL_EOF', phases: ['open'] },
  [MSG_CHANNEL_CLOSE]: { name: 'CHANNEL_CLOSE', phases: ['open', 'ended'] },
  [MSG_CHANNEL_REQUEST]: { name: 'CHANNEL_REQUEST', phases: ['open', 'ended'] },
  [MSG_CHANNEL_SUCCESS]: { name: 'CHANNEL_SUCCESS', phases: ['open', 'ended'] },
  [MSG_CHANNEL_FAILURE]: { name: 'CHANNEL_FAILURE', phases: ['open', 'ended'] },
} as const)

/** The names alone: number to name, without SSH_MSG_. */
export const messageNames: Readonly<Record<number, string>> = /* @__PURE__ */ Object.freeze(
  /* @__PURE__ */ Object.fromEntries(/* @__PURE__ */ Object.entries(messageTable).map(([messageNum, rule]) => [messageNum, rule.name])),
)

/**
 * What becomes of a message that is not in the table. A server ignores further requests to authenticate (RFC 4252 §5.1); any other message
 * of that protocol, 50–79, has no place here; the rest is unknown (RFC 4253 §11.4).
 */
export function answerOutsideTable(messageNum: number, isClient: boolean): 'ignore' | 'refuse' | 'unimplemented' {
  if (messageNum === MSG_USERAUTH_REQUEST && !isClient) return 'ignore'
  return messageNum < MSG_GLOBAL_REQUEST ? 'refuse' : 'unimplemented'
}

/** CHANNEL_OPEN and its CONFIRMATION end alike: who speaks, how much it takes, and what the type adds. */
export interface ChannelOffer {
  /** The sender's number for the channel. */
  readonly sender: number
  /** How many bytes of data it takes before it gives more credit. */
  readonly windowLength: number
  /** How many bytes of data it takes in one message. */
  readonly maximumPacketLength: number
  /** What belongs to the channel's type. */
  readonly data: Uint8Array
}

/** CHANNEL_OPEN (RFC 4254 §5.1). */
export function encodeOpen(type: string, offer: ChannelOffer): Uint8Array {
  return writeOffer(new WireWriter().writeString(type), offer)
}

/** CHANNEL_OPEN_CONFIRMATION (RFC 4254 §5.1). */
export function encodeOpenConfirmation(recipient: number, offer: ChannelOffer): Uint8Array {
  return writeOffer(new WireWriter().writeUint32(recipient), offer)
}

/** CHANNEL_OPEN_FAILURE (RFC 4254 §5.1), with no language tag. */
export function encodeOpenFailure(recipient: number, reason: number, description: string): Uint8Array {
  return new WireWriter().writeUint32(recipient).writeUint32(reason).writeString(description).writeString('').finish()
}

/** GLOBAL_REQUEST (RFC 4254 §4). */
export function encodeGlobalRequest(type: string, wantReply: boolean, data: Uint8Array): Uint8Array {
  return new WireWriter().writeString(type).writeBoolean(wantReply).writeBytes(data).finish()
}

/** CHANNEL_REQUEST (RFC 4254 §5.4). */
export function encodeChannelRequest(recipient: number, type: string, wantReply: boolean, data: Uint8Array): Uint8Array {
  return new WireWriter().writeUint32(recipient).writeString(type).writeBoolean(wantReply).writeBytes(data).finish()
}

/** The messages that name a channel and say no more: CHANNEL_EOF, CLOSE, SUCCESS and FAILURE (RFC 4254 §5.3, §5.4). */
export function encodeRecipient(recipient: number): Uint8Array {
  return encodeUint32s(recipient)
}

/** CHANNEL_WINDOW_ADJUST (RFC 4254 §5.2). */
export function encodeWindowAdjust(recipient: number, length: number): Uint8Array {
  return encodeUint32s(recipient, length)
}

/**
 * The beginning of CHANNEL_DATA, or of CHANNEL_EXTENDED_DATA where there is a code; the data follows (RFC 4254 §5.2).
 *
 * @param code 0, or the data type code of extended data
 * @param length of the data
 */
export function encodeDataHead(recipient: number, code: number, length: number): Uint8Array {
  const headLength = code === 0 ? 8 : 12
  const head = new Uint8Array(headLength)
  writeUint32(head, 0, recipient)
  if (code !== 0) writeUint32(head, 4, code)
  writeUint32(head, headLength - 4, length)
  return head
}

function writeOffer(writer: WireWriter, offer: ChannelOffer): Uint8Array {
  return writer
    .writeUint32(offer.sender)
    .writeUint32(offer.windowLength)
    .writeUint32(offer.maximumPacketLength)
    .writeBytes(offer.data)
    .finish()
}

function encodeUint32s(...values: readonly number[]): Uint8Array {
  const payload = new Uint8Array(4 * values.length)
  for (const [index, value] of values.entries()) writeUint32(payload, 4 * index, value)
  return payload
}

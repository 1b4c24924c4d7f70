import type { SSHError } from '../errors.ts'
import * as messages from '../messages.ts'
import type { DisconnectReason } from '../messages.ts'
import { WireReader } from '../wire/reader.ts'
import { WireWriter } from '../wire/writer.ts'
import { decodeUtf8Lossy } from '../wire/text.ts'
import { TransportAttributes } from './attributes.ts'
import { Ending } from './ending.ts'
import type { TransportEvent } from './options.ts'

/**
 * The messages that either side may send at any time (RFC 4253 §11, "Additional Messages"), under the names that Twisted Conch gave them:
 * `send…` sends one, `ssh_…` handles one that has come, `receive…` is called with what was in it, to be overridden.
 */
export abstract class AdditionalMessages extends TransportAttributes {
  /** Sends a message. */
  abstract sendPacket(messageNum: number, ...payload: readonly Uint8Array[]): void
  /** Tells what has happened. */
  protected abstract emit(event: TransportEvent): void
  /**
   * Ends the connection: with an error, unless it was ours to end it, and after a last DISCONNECT of this payload, if one is given.
   *
   * @internal
   */
  protected abstract endConnection(error: SSHError | undefined, farewell?: Uint8Array): void

  /** DISCONNECT has come: `uint32 reason ‖ string description ‖ string language`; the last may be missing. */
  ssh_DISCONNECT(payload: Uint8Array): void {
    const { reasonCode, description, error } = Ending.readDisconnect(payload)
    this.receiveError(reasonCode, description)
    this.endConnection(error)
  }

  /** IGNORE has come: nothing happens. */
  ssh_IGNORE(_payload: Uint8Array): void {}

  /** UNIMPLEMENTED has come: `uint32 sequence number`. */
  ssh_UNIMPLEMENTED(payload: Uint8Array): void {
    this.receiveUnimplemented(new WireReader(payload, 'UNIMPLEMENTED').readUint32())
  }

  /** DEBUG has come: `boolean always display ‖ string message ‖ string language`. */
  ssh_DEBUG(payload: Uint8Array): void {
    this.receiveDebug(...decodeDebug(payload))
  }

  /** Sends DEBUG. */
  sendDebug(message: string, alwaysDisplay = false, language = ''): void {
    this.sendPacket(messages.MSG_DEBUG, encodeDebug(alwaysDisplay, message, language))
  }

  /** Sends IGNORE, which the peer ignores: for whoever counts packets on the way. */
  sendIgnore(message: Uint8Array | string): void {
    this.sendPacket(messages.MSG_IGNORE, new WireWriter().writeString(message).finish())
  }

  /** Answers the message that is being handled, or was last, with UNIMPLEMENTED. */
  sendUnimplemented(): void {
    this.sendPacket(messages.MSG_UNIMPLEMENTED, new WireWriter().writeUint32(this.inbound.reader.lastSequence).finish())
  }

  /** Sends DISCONNECT, and ends the connection. */
  sendDisconnect(reason: DisconnectReason, description: string): void {
    this.endConnection(undefined, Ending.disconnectPayload(reason, description))
  }

  /** Ends the connection as a user would: DISCONNECT with CONNECTION_LOST, as Conch does. */
  loseConnection(): void {
    this.sendDisconnect(messages.DisconnectReasons.CONNECTION_LOST, 'user closed connection')
  }

  /** Ends the connection because of an error. The peer is told what went wrong where it is the peer's business. */
  fail(error: SSHError): void {
    const { reason, description } = Ending.tell(error)
    this.endConnection(error, Ending.disconnectPayload(reason, description))
  }

  /** The peer has disconnected, with one of the reasons of RFC 4253 §11.1 or another uint32. Override it to know. */
  receiveError(_reasonCode: number, _description: string): void {}

  /** The peer did not understand our packet of this sequence number. Override it to know. */
  receiveUnimplemented(_seqnum: number): void {}

  /** The peer sent a debug message. It is an event; override it to do otherwise. */
  receiveDebug(alwaysDisplay: boolean, message: string, lang: string): void {
    this.emit({ type: 'debug', alwaysDisplay, message, language: lang })
  }
}

/** The payload of DEBUG (RFC 4253 §11.3): `boolean always display ‖ string message ‖ string language`. */
function encodeDebug(alwaysDisplay: boolean, message: string, language: string): Uint8Array {
  return new WireWriter().writeBoolean(alwaysDisplay).writeString(message).writeString(language).finish()
}

/**
 * Reads it. It is for people: bytes that are not UTF-8 are shown as U+FFFD.
 *
 * @throws SSHError `MALFORMED`
 */
function decodeDebug(payload: Uint8Array): [alwaysDisplay: boolean, message: string, language: string] {
  const reader = new WireReader(payload, 'DEBUG')
  const alwaysDisplay = reader.readBoolean()
  return [alwaysDisplay, decodeUtf8Lossy(reader.readString('the message')), decodeUtf8Lossy(reader.readString('the language'))]
}

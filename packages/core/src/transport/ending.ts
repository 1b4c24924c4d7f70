import { Deferred } from '../deferred.ts'
import { SSHError } from '../errors.ts'
import { type DisconnectReason, DisconnectReasons, MSG_DISCONNECT, MSG_NEWKEYS } from '../messages.ts'
import { decodeUtf8Lossy, quoteText } from '../wire/text.ts'
import { toSSHError } from './inbound.ts'
import { WireReader } from '../wire/reader.ts'
import { WireWriter } from '../wire/writer.ts'

/** The most characters of an error that we send along. */
const DESCRIPTION_LENGTH = 1000

/** The peer sent DISCONNECT (RFC 4253 §11.1): SSHError `DISCONNECTED` with what it said. */
export class DisconnectError extends SSHError {
  /** The reason it gave: one of the RFC's, or any uint32. */
  readonly reasonCode: number
  /** The description it gave: the peer's own text, control characters and all. */
  readonly description: string

  /** @param reasonCode the reason, @param description the text */
  constructor(reasonCode: number, description: string) {
    super('DISCONNECTED', `the peer disconnected: ${quoteText(description)} (reason ${reasonCode})`, { fault: 'peer' })
    this.reasonCode = reasonCode
    this.description = description
  }
}

/** Knows whether a connection has ended and why, and tells those who wait for that or for its first keys. */
export class Ending {
  /** Whether it has ended: nothing is sent and nothing interpreted any more. */
  ended = false
  #isSecured = false
  #isSettled = false
  #error: SSHError | undefined
  // Each is made when somebody asks for it.
  #closed: Deferred<SSHError | undefined> | undefined
  #secured: Deferred<void> | undefined

  /** Resolves at the end. */
  get closed(): Promise<SSHError | undefined> {
    this.#closed ??= new Deferred()
    if (this.#isSettled) this.#closed.resolve(this.#error)
    return this.#closed.promise
  }

  /** Resolves with the first keys, rejects where there are none before the end. Whoever does not look at it has `closed`. */
  get secured(): Promise<void> {
    this.#secured ??= new Deferred()
    if (this.#isSecured) this.#secured.resolve()
    else if (this.#isSettled) this.#secured.reject(this.#error ?? wasClosed())
    return this.#secured.promise
  }

  /** The first keys are in use. */
  resolveSecured(): void {
    this.#isSecured = true
    this.#secured?.resolve()
  }

  /** Ends it. Returns false where it had ended before. */
  begin(): boolean {
    if (this.ended) return false
    this.ended = true
    return true
  }

  /** Tells those who wait. */
  settle(error: SSHError | undefined): void {
    this.#isSettled = true
    this.#error = error
    if (!this.#isSecured) this.#secured?.reject(error ?? wasClosed())
    this.#closed?.resolve(error)
  }

  /** What a peer is told of an error: all of it where it is the peer's business, otherwise that there was one. */
  static tell({ fault, reason, message }: SSHError): { reason: DisconnectReason; description: string } {
    if (fault === 'peer' || reason !== undefined) return { reason: reason ?? DisconnectReasons.PROTOCOL_ERROR, description: message }
    return { reason: DisconnectReasons.BY_APPLICATION, description: 'internal error' }
  }

  /** The payload of DISCONNECT: `uint32 reason ‖ string description ‖ string language`. */
  static disconnectPayload(reason: DisconnectReason, description: string): Uint8Array {
    return new WireWriter().writeUint32(reason).writeString(description.slice(0, DESCRIPTION_LENGTH)).writeString('').finish()
  }

  /**
   * The payload of a DISCONNECT among the packets that have come and were not interpreted: it tells why the stream has ended. Undefined where
   * there is none, or bytes are in the way that are no packet under the keys in use.
   *
   * @param next the next packet, message number first
   */
  static findDisconnect(next: () => Uint8Array | null): Uint8Array | undefined {
    try {
      for (let packet = next(); packet !== null && packet[0] !== MSG_NEWKEYS; packet = next()) {
        if (packet[0] === MSG_DISCONNECT) return packet.subarray(1)
      }
    } catch {
      // A packet was cut off, or is not authentic: what is lost is lost.
    }
    return undefined
  }

  /** Reads it; the language may be missing, as some peers leave it out. */
  static readDisconnect(payload: Uint8Array): { reasonCode: number; description: string; error: DisconnectError } {
    const reader = new WireReader(payload, 'DISCONNECT')
    const reasonCode = reader.readUint32()
    const description = decodeUtf8Lossy(reader.readString('the description'))
    return { reasonCode, description, error: new DisconnectError(reasonCode, description) }
  }
}

/** We have closed the connection ourselves. */
export function wasClosed(): SSHError {
  return new SSHError('CLOSED', 'the connection was closed', { fault: 'local' })
}

/** Takes every step, whatever the others throw, and returns what was thrown first. */
export function firstThrown(...steps: readonly (() => void)[]): SSHError | undefined {
  let first: SSHError | undefined
  for (const step of steps) {
    try {
      step()
    } catch (error) {
      first ??= toSSHError(error)
    }
  }
  return first
}

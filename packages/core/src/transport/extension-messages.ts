import { MSG_EXT_INFO, MSG_PING } from '../messages.ts'
import { encodeAscii } from '../wire/text.ts'
import { AdditionalMessages } from './additional-messages.ts'
import { encodeExtInfo, PeerExtensions, PING_EXTENSION } from './extinfo.ts'
import { Pings } from './pings.ts'

/** What both sides say of themselves (RFC 8308), and the first of what they say: that they answer PING (OpenSSH PROTOCOL §1.9). */
export abstract class ExtensionMessages extends AdditionalMessages {
  readonly #extensions = new PeerExtensions()
  #pings: Pings | undefined

  /** What the peer said in EXT_INFO (RFC 8308): extension name to value. Conch's `peerExtensions`. */
  get peerExtensions(): ReadonlyMap<string, Uint8Array> {
    return this.#extensions.known
  }

  /** What we say in EXT_INFO. */
  protected extensions(): Map<string, Uint8Array> {
    return new Map([[PING_EXTENSION, encodeAscii('0')]])
  }

  /** Sends EXT_INFO, where the peer has said that it wants it. The transport does so right after its first NEWKEYS. */
  sendExtInfo(extensions: ReadonlyMap<string, Uint8Array> = this.extensions()): void {
    if (this.exchange.peerSupportsExtensions) this.outbound.sendNow(MSG_EXT_INFO, encodeExtInfo(extensions))
  }

  /** EXT_INFO has come. */
  ssh_EXT_INFO(payload: Uint8Array): void {
    this.#extensions.receive(payload)
    this.emit({ type: 'extensions', extensions: this.peerExtensions })
  }

  /**
   * Sends PING (OpenSSH PROTOCOL §1.9) and waits for the answer.
   *
   * @throws SSHError `PROTOCOL` where the peer has not said that it answers, `LIMIT` where too many are unanswered; what ended the
   *   connection where it ends first
   */
  async sendPing(): Promise<void> {
    await this.pings.send(this.peerExtensions.has(PING_EXTENSION), (payload) => this.sendPacket(MSG_PING, payload))
  }

  /** @internal */
  protected get pings(): Pings {
    return (this.#pings ??= new Pings(this.limits.outstandingPings))
  }
}

import type { ChannelHandler } from './channel-open.ts'
import type { RequestHandler } from './requests.ts'
import type { SessionHandler } from './session-server.ts'
import type { TCPIPHandler } from './tcpip.ts'
import type { WindowOptions } from './window.ts'

/** What a connection does with what its peer asks for. What has no handler is refused. */
export interface ConnectionOptions extends WindowOptions {
  /** Server: says what a new session can do (RFC 4254 §6). */
  readonly onSession?: SessionHandler
  /** Server: decides about connections that the client wants to have made from here (RFC 4254 §7.2, `direct-tcpip`). */
  readonly onDirectTCPIP?: TCPIPHandler
  /** Client: decides about connections that came to a port that the server listens on for us (RFC 4254 §7.2, `forwarded-tcpip`). */
  readonly onForwardedTCPIP?: TCPIPHandler
  /** Channels of further types: type to handler. They take precedence over the three above. */
  readonly channelTypes?: Readonly<Record<string, ChannelHandler>>
  /** Channels of all other types. */
  readonly onChannelOpen?: ChannelHandler
  /** Global requests (RFC 4254 §4): type to handler. */
  readonly globalRequests?: Readonly<Record<string, RequestHandler>>
  /** Global requests of all other types. */
  readonly onGlobalRequest?: RequestHandler
  /** Hears of what these handlers throw. The peer sees a refusal; nobody else hears of it. */
  readonly onHandlerError?: (error: unknown) => void
  /**
   * What the peer may have sent, or may still send, and nobody has read, on all channels together, not counting 32 KiB of each. Where it is
   * taken, windows are smaller, down to these 32 KiB; a channel is refused only where what closed ones left unread passes it. 64 MiB where
   * absent; `Infinity` lifts it.
   */
  readonly unreadLength?: number
  /** How long `close()` waits for the peer to close its channels, in milliseconds; 5,000 where absent. */
  readonly closeTime?: number
}

import type { MaybePromise } from '@seashell/core'
import { decodeUtf8Lossy, WireReader, WireWriter } from '@seashell/core/wire'
import type { ChannelHandler, ChannelOpenRequest } from './channel-open.ts'
import { OpenFailureReasons } from './errors.ts'

/** A host and a port: a name or a numeric address, and a port from 0 to 65535. */
export interface HostAndPort {
  /** A name, or an address such as '192.0.2.7' or '2001:db8::7', without brackets. */
  readonly host: string
  /** The port. */
  readonly port: number
}

/** The two ends of a forwarded TCP connection (RFC 4254 §7.2). */
export interface TCPIPEnds extends HostAndPort {
  /** Where the connection came from, numeric, as far as whoever opens the channel cares to tell. */
  readonly originatorHost: string
  /** The port it came from; 0 where it does not matter. */
  readonly originatorPort: number
}

/** Decides about a forwarded connection as a {@link ChannelHandler} does. */
export type TCPIPHandler = (request: ChannelOpenRequest, ends: TCPIPEnds) => MaybePromise<void>

/** How channels of forwarded connections are best used: nothing follows the EOFs, and there is no stderr. */
export const tcpipChannelOptions: { readonly closeAfterEOF: true; readonly discardStderr: true } = /* @__PURE__ */ Object.freeze({
  closeAfterEOF: true,
  discardStderr: true,
})

/**
 * A handler for channels of type `direct-tcpip` or `forwarded-tcpip`: reads where the connection goes to and comes from, refuses what is no
 * port, and leaves the rest to `handler`, whose `accept` closes the channel once both sides have ended.
 */
export function tcpipChannels(handler: TCPIPHandler): ChannelHandler {
  return (request) => {
    const ends = decodeTCPIPEnds(request.payload)
    if (ends.port > 0xffff) return request.refuse(OpenFailureReasons.CONNECT_FAILED, `${ends.port} is no port`)
    const withOptions: ChannelOpenRequest = {
      type: request.type,
      payload: request.payload,
      accept: (options) => request.accept({ ...tcpipChannelOptions, ...options }),
      refuse: (reason, description) => request.refuse(reason, description),
    }
    return handler(withOptions, ends)
  }
}

/** What `direct-tcpip` and `forwarded-tcpip` add to CHANNEL_OPEN (RFC 4254 §7.2). */
export function encodeTCPIPEnds(ends: TCPIPEnds): Uint8Array {
  return new WireWriter()
    .writeString(ends.host)
    .writeUint32(ends.port)
    .writeString(ends.originatorHost)
    .writeUint32(ends.originatorPort)
    .finish()
}

/**
 * Reads what `direct-tcpip` and `forwarded-tcpip` add to CHANNEL_OPEN (RFC 4254 §7.2). Ports are uint32 there, and not checked here.
 *
 * @throws SSHError `MALFORMED` where it is something else
 */
export function decodeTCPIPEnds(payload: Uint8Array): TCPIPEnds {
  const reader = new WireReader(payload, 'CHANNEL_OPEN of a TCP/IP channel')
  const host = decodeUtf8Lossy(reader.readString('the host'))
  const port = reader.readUint32()
  const originatorHost = decodeUtf8Lossy(reader.readString('the originator'))
  const originatorPort = reader.readUint32()
  reader.end()
  return { host, port, originatorHost, originatorPort }
}

/** What the global requests `tcpip-forward` and `cancel-tcpip-forward` carry (RFC 4254 §7.1): where to listen; host '' is everywhere. */
export function encodeTCPIPForward(address: HostAndPort): Uint8Array {
  return new WireWriter().writeString(address.host).writeUint32(address.port).finish()
}

/**
 * Reads what `tcpip-forward` and `cancel-tcpip-forward` carry (RFC 4254 §7.1). The port is a uint32 there, and not checked here.
 *
 * @throws SSHError `MALFORMED` where it is something else
 */
export function decodeTCPIPForward(payload: Uint8Array): HostAndPort {
  const reader = new WireReader(payload, 'a request to forward TCP/IP')
  const host = decodeUtf8Lossy(reader.readString('the address to bind'))
  const port = reader.readUint32()
  reader.end()
  return { host, port }
}

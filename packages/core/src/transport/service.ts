import type { AlgorithmRegistry } from '../algorithms/registry.ts'
import type { SSHError } from '../errors.ts'
import type { DisconnectReason } from '../messages.ts'
import type { Clock } from '../platform.ts'
import type { SSHTransportAddress } from './address.ts'
import type { Limits } from './limits.ts'

/** As much of a transport as a service needs. Both transports of this package are one. */
export interface ServiceTransport {
  /** Whether we are the client. */
  readonly isClient: boolean
  /** The identifier of this connection, from its first key exchange: what signatures are bound to (RFC 4253 §7.2). */
  readonly sessionID: Uint8Array
  /** The algorithms that are registered on this transport. */
  readonly algorithms: AlgorithmRegistry
  /** The signature algorithms that we accept from users, most preferred first: what a server says in `server-sig-algs` (RFC 8308 §3.1). */
  readonly acceptedPublicKeys: readonly string[]
  /** What the peer said in EXT_INFO (RFC 8308): extension name to value. */
  readonly peerExtensions: ReadonlyMap<string, Uint8Array>
  /** The limits in force. */
  readonly limits: Limits
  /** The clock in use. */
  readonly clock: Clock
  /** Whether what we send is compressed from SUCCESS on (OpenSSH's PROTOCOL §1.2): nothing else may be under way when the server sends that. */
  readonly delaysCompression: boolean
  /** Whether what is sent now goes out soon. False: the stream or a key exchange holds it back; send what must be, keep bulk for later. */
  readonly writable: boolean
  /**
   * Sends a message: its number, then the payload, in one piece or several. The bytes are the caller's again when it returns. Where the
   * connection has ended, nothing happens.
   */
  sendPacket(messageNum: number, ...payload: readonly Uint8Array[]): void
  /**
   * Part of the message that is being handled, to be kept: itself where nothing else will use its memory, otherwise a copy.
   *
   * @param part a view into the payload that `packetReceived` was given, before it returns
   */
  keep(part: Uint8Array): Uint8Array
  /** Calls back at the end of this turn of the event loop, as far as the stream below knows it: what is sent then leaves at once. */
  atEndOfTurn(callback: () => void): void
  /** Answers the message that is being handled with UNIMPLEMENTED (RFC 4253 §11.4). */
  sendUnimplemented(): void
  /** Sends DISCONNECT and ends the connection (RFC 4253 §11.1). */
  sendDisconnect(reason: DisconnectReason, description: string): void
  /** Ends the connection because of an error, telling the peer what its `reason` and fault allow to tell. */
  fail(error: SSHError): void
  /** Stops the running service and starts another. */
  setService(service: SSHService): void
  /** No message is interpreted until the promise settles; bytes wait, within limits. A rejection ends the connection. */
  hold(promise: PromiseLike<unknown>): void
  /** The user is authenticated: delayed compression starts, the time to authenticate no longer runs. Server: call it after sending SUCCESS. */
  authenticationSucceeded(): void
  /** The address of the peer. */
  getPeer(): SSHTransportAddress
  /** Our own address. */
  getHost(): SSHTransportAddress
  /** Whether a direction is encrypted. */
  isEncrypted(direction?: 'in' | 'out' | 'both'): boolean
}

/**
 * What runs on top of a transport: `ssh-userauth` (RFC 4252), then `ssh-connection` (RFC 4254), or one of your own. It gets every message
 * from number 50 on, in order, as long as it is the running one.
 *
 * @example
 * ```ts
 * import { SSHService } from '@seashell/core'
 *
 * class EchoService extends SSHService {
 *   override readonly name = 'echo@example.org'
 *   override readonly protocolMessages = { 192: 'ECHO' }
 *   override packetReceived(messageNum: number, payload: Uint8Array): void {
 *     this.transport.sendPacket(messageNum, payload)
 *   }
 * }
 * ```
 */
export abstract class SSHService {
  /** The service's name on the wire (RFC 4250 §4.7). */
  abstract readonly name: string
  /** The messages it understands: number to name without SSH_MSG_. For logs, and for what Conch's services look like. */
  abstract readonly protocolMessages: Readonly<Record<number, string>>
  #transport: ServiceTransport | undefined

  /** The transport it runs on. Throws before it was started. */
  get transport(): ServiceTransport {
    if (this.#transport === undefined) throw new TypeError(`the service ${this.name} runs on no transport yet`)
    return this.#transport
  }

  set transport(transport: ServiceTransport) {
    this.#transport = transport
  }

  /**
   * Called when a client has asked for it and the server has not answered. What it sends now goes out right behind the request, which saves a
   * round trip: a server that accepts finds it in order, one that does not disconnects (RFC 4253 §10). No message comes before
   * {@link serviceStarted}.
   */
  serviceRequested(): void {}

  /** Called when it becomes the running service. */
  serviceStarted(): void {}

  /** Called once, when another takes its place (no error) or the connection has ended (with the error, if it did not end well). */
  serviceStopped(_reason?: SSHError): void {}

  /**
   * Called with every message from number 50 on.
   *
   * @param messageNum 50–255
   * @param payload what follows the number: a view that is valid only until this method returns
   */
  abstract packetReceived(messageNum: number, payload: Uint8Array): void

  /** Called when `transport.writable` has become true again. */
  transportWritable(): void {}

  /** What logs put in front of lines about it. */
  logPrefix(): string {
    return `SSHService ${this.name}`
  }
}

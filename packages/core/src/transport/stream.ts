import type { StreamAddress } from './address.ts'

/**
 * The byte stream below a transport: a TCP connection, a WebSocket, a pipe, another program. Its owner feeds the transport with
 * `dataReceived` and ends it with `connectionLost`.
 */
export interface ByteStream {
  /**
   * Sends bytes, in order. They are the stream's from then on.
   *
   * @returns false where the stream would rather have no more for now; then its owner calls the transport's `drained` later
   */
  write(data: Uint8Array): boolean | void
  /** Ends the stream once everything written has gone out. */
  loseConnection(): void
  /** The address of the peer. */
  getPeer(): StreamAddress
  /** Our own address. */
  getHost(): StreamAddress
  /** Stops reading: the transport has more than it can work on. */
  pause?(): void
  /** Goes on reading. */
  resume?(): void
}

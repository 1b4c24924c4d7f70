import type { StreamAddress } from './address.ts'

/**
 * The byte stream below a transport: a TCP connection, a WebSocket, a pipe, another program. Its owner feeds the transport with
 * `dataReceived` and ends it with `connectionLost`.
 */
export interface ByteStream {
  /**
   * Sends bytes, in order. They are the stream's from then on, and so is the memory where they came from {@link allocate}.
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
  /**
   * Room for bytes that will be given to {@link write}, for a stream that uses memory again once it has gone out. Of one room there is at
   * most one write, of its beginning. Where absent, each write has memory of its own.
   *
   * @param length at least so many bytes
   */
  allocate?(length: number): Uint8Array
  /**
   * Calls back when this turn of the platform's event loop is over but for that: after whatever promises still do in it. What was sent in one
   * turn leaves as one write. Where absent, a promise that is resolved already has to do, and several writes may come of one turn.
   */
  atEndOfTurn?(callback: () => void): void
}

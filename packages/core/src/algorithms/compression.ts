import type { Definition } from './common.ts'

/** The compression state of one direction, between two key exchanges. */
export interface CompressionStream {
  /** Compresses one payload so that the peer can inflate all of it at once (a partial or sync flush, RFC 4253 §6.2). */
  compress(data: Uint8Array): Uint8Array
  /**
   * Inflates one payload.
   *
   * @param limit the most bytes it may become
   * @throws SSHError `COMPRESSION` where the data is corrupt or becomes more than that
   */
  decompress(data: Uint8Array, limit: number): Uint8Array
  /** Frees what it holds; of no use after it. */
  destroy(): void
}

/** A compression method (RFC 4253 §6.2). */
export interface CompressionDefinition extends Definition<'compression'> {
  /** Whether it starts only when the user is authenticated (zlib@openssh.com), rather than with the keys. */
  readonly delayed: boolean
  /** Starts one direction: only `compress` or only `decompress` is called on what it returns. */
  create(): CompressionStream
}

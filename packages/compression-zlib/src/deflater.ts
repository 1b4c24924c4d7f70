import { concatBytes, SSHError } from '@seashell/core/wire'
import { Z_BUF_ERROR, Z_OK, Z_PARTIAL_FLUSH, zlibDeflate, zlibDeflateInit, ZStream } from 'pako'

/** OpenSSH's level (`start_compression_out` in packet.c), zlib's own default. */
const LEVEL = 6

/** Bytes of output at a time: a packet of 32 KiB needs no more than three of them. */
const CHUNK_LENGTH = 16 * 1024

const NO_BYTES = /* @__PURE__ */ new Uint8Array(0)

/** The outgoing direction: one zlib stream over all payloads, flushed after each. */
export class Deflater {
  readonly #stream = new ZStream()
  readonly #chunk = new Uint8Array(CHUNK_LENGTH)

  constructor() {
    const status = zlibDeflateInit(this.#stream, LEVEL)
    if (status !== Z_OK) throw deflateError(status)
  }

  /** Compresses one payload; a partial flush, which RFC 4253 §6.2 asks for, ends it. */
  compress(data: Uint8Array): Uint8Array {
    const stream = this.#stream
    stream.input = data
    stream.next_in = 0
    stream.avail_in = data.length
    const parts: Uint8Array[] = []
    do {
      stream.output = this.#chunk
      stream.next_out = 0
      stream.avail_out = this.#chunk.length
      const status = zlibDeflate(stream, Z_PARTIAL_FLUSH)
      // Z_BUF_ERROR: nothing was left to do. It is no error (zlib.h, deflate).
      if (status !== Z_OK && status !== Z_BUF_ERROR) throw deflateError(status)
      parts.push(this.#chunk.slice(0, stream.next_out))
    } while (stream.avail_out === 0)
    stream.input = NO_BYTES
    return parts.length === 1 ? parts[0]! : concatBytes(...parts)
  }
}

/** None of our calls can cause one; should pako have a bug, the peer is not to blame. */
function deflateError(status: number): SSHError {
  return new SSHError('COMPRESSION', `expected zlib to compress a payload; it returned ${status}`, { fault: 'local' })
}

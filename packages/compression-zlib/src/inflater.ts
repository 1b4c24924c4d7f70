import type { DisconnectReasons } from '@seashell/core'
import { concatBytes, SSHError } from '@seashell/core/wire'
import { Z_BUF_ERROR, Z_OK, Z_SYNC_FLUSH, zlibInflate, zlibInflateInit, ZStream } from 'pako'

/** Bytes of output at a time, in a buffer used again and again: so far past the limit a payload gets, and no further. */
const CHUNK_LENGTH = 32 * 1024

const NO_BYTES = /* @__PURE__ */ new Uint8Array(0)

const COMPRESSION_ERROR: typeof DisconnectReasons.COMPRESSION_ERROR = 6

/** The incoming direction: one zlib stream over all payloads. */
export class Inflater {
  readonly #stream = new ZStream()
  readonly #chunk = new Uint8Array(CHUNK_LENGTH)
  #failed = false

  constructor() {
    const status = zlibInflateInit(this.#stream)
    if (status !== Z_OK) throw new SSHError('COMPRESSION', `expected zlib to start; it returned ${status}`, { fault: 'local' })
  }

  /** Inflates one payload to at most `limit` bytes; once it has thrown it throws always, the stream being lost. */
  decompress(data: Uint8Array, limit: number): Uint8Array {
    if (this.#failed) throw refused('payloads that inflate', 'one after another that did not')
    this.#failed = true
    const inflated = this.#inflate(data, limit)
    this.#failed = false
    return inflated
  }

  #inflate(data: Uint8Array, limit: number): Uint8Array {
    const stream = this.#stream
    stream.input = data
    stream.next_in = 0
    stream.avail_in = data.length
    const parts: Uint8Array[] = []
    let length = 0
    do {
      stream.output = this.#chunk
      stream.next_out = 0
      stream.avail_out = this.#chunk.length
      const status = zlibInflate(stream, Z_SYNC_FLUSH)
      // Z_BUF_ERROR: nothing was left to do. Z_STREAM_END is an error here: a stream of SSH goes on as long as the keys.
      if (status !== Z_OK && status !== Z_BUF_ERROR) throw refused('a zlib stream (RFC 1950)', stream.msg || `zlib's status ${status}`)
      length += stream.next_out
      if (length > limit) throw refused(`a payload that inflates to at most ${limit} bytes`, 'a larger one')
      parts.push(this.#chunk.slice(0, stream.next_out))
    } while (stream.avail_out === 0)
    stream.input = NO_BYTES
    return parts.length === 1 ? parts[0]! : concatBytes(...parts)
  }
}

function refused(expected: string, found: string): SSHError {
  return new SSHError('COMPRESSION', `expected ${expected}; found ${found}`, { fault: 'peer', reason: COMPRESSION_ERROR })
}

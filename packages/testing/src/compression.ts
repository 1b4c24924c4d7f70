import { constants, deflateRawSync, inflateSync } from 'node:zlib'

/** The header of a zlib stream (RFC 1950 §2.2): deflate, a window of 32 KiB. */
const header = Buffer.of(0x78, 0x9c)

/** One direction of zlib (RFC 4253 §6.2), what goes out: each payload in blocks of its own, so that any bytes may be put between. */
export class Deflater {
  #begun = false

  /** The next payload, compressed. */
  compress(payload: Uint8Array): Buffer {
    return this.wrap(deflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH }))
  }

  /** Bytes in place of deflate blocks, behind the header if they are the first. */
  wrap(blocks: Uint8Array): Buffer {
    const wrapped = this.#begun ? Buffer.from(blocks) : Buffer.concat([header, blocks])
    this.#begun = true
    return wrapped
  }
}

/** The other direction. It inflates all there was so far each time: simple, and fast enough for what a test receives. */
export class Inflater {
  #compressed: Buffer = Buffer.alloc(0)
  #length = 0

  /** The next payload. */
  decompress(bytes: Uint8Array): Buffer {
    this.#compressed = Buffer.concat([this.#compressed, bytes])
    const all = inflateSync(this.#compressed, { finishFlush: constants.Z_SYNC_FLUSH })
    const payload = all.subarray(this.#length)
    this.#length = all.length
    return payload
  }
}

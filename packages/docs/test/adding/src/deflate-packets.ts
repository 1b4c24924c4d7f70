// src/deflate-packets.ts
import type { CompressionDefinition } from '@seashell/core'
import { concatBytes, SSHError } from '@seashell/core/wire'
import { deflateRaw, Inflate } from 'pako'

const NAME = 'deflate-packets@example.org'

/** Each payload as a DEFLATE stream of its own (RFC 1951): what one packet says never shows in the length of the next. */
export const deflatePackets: CompressionDefinition = Object.freeze<CompressionDefinition>({
  kind: 'compression',
  apiVersion: 1,
  name: NAME,
  provider: 'pako',
  delayed: true,
  create() {
    let [destroyed, failed] = [false, false]
    const requireAlive = (): void => {
      if (destroyed) throw new SSHError('CLOSED', `${NAME} was used after destroy()`, { fault: 'caller' })
    }
    return {
      compress(data) {
        requireAlive()
        return deflateRaw(data)
      },
      decompress(data, limit) {
        requireAlive()
        if (failed) throw refused('payloads that inflate', 'one after another that did not')
        failed = true
        const payload = inflate(data, limit)
        failed = false
        return payload
      },
      destroy() {
        destroyed = true
      },
    }
  },
})

/** Chunk by chunk, so that no payload grows further past the limit than a chunk. */
function inflate(data: Uint8Array, limit: number): Uint8Array {
  const chunks: Uint8Array[] = []
  let length = 0
  let ended = false
  const stream = new Inflate({ raw: true })
  stream.onData = (chunk) => {
    length += chunk.length
    if (length > limit) throw refused(`a payload of at most ${limit} bytes`, 'a longer one')
    chunks.push(chunk)
  }
  stream.onEnd = () => {
    ended = true
  }
  if (!stream.push(data, true) || !ended) throw refused('a whole DEFLATE stream (RFC 1951)', stream.msg || 'another')
  return concatBytes(...chunks)
}

function refused(expected: string, found: string): SSHError {
  return new SSHError('COMPRESSION', `expected ${expected}; found ${found}`, { fault: 'peer', reason: 6 })
}

import type { CompressionDefinition, CompressionStream } from '@seashell/core'
import { SSHError } from '@seashell/core/wire'
import { Deflater } from './deflater.ts'
import { Inflater } from './inflater.ts'

/** `zlib@openssh.com` (OpenSSH PROTOCOL §1.2): zlib that starts when the user is authenticated. */
export const zlibOpenSSH: CompressionDefinition = /* @__PURE__ */ zlibMethod('zlib@openssh.com', true)

/** `zlib` (RFC 4253 §6.2, RFC 1950, RFC 1951): it starts with the keys, so that anyone who can connect reaches it. */
export const zlib: CompressionDefinition = /* @__PURE__ */ zlibMethod('zlib', false)

function zlibMethod(name: string, delayed: boolean): CompressionDefinition {
  return Object.freeze({
    kind: 'compression',
    apiVersion: 1,
    name,
    provider: 'pako',
    delayed,
    create: (): CompressionStream => new ZlibStream(name),
  })
}

/** One direction. Its window and tables, some hundred KiB, come with the first payload, when it is known which of the two it needs. */
class ZlibStream implements CompressionStream {
  readonly #name: string
  #deflater: Deflater | undefined
  #inflater: Inflater | undefined
  #destroyed = false

  constructor(name: string) {
    this.#name = name
  }

  compress(data: Uint8Array): Uint8Array {
    this.#requireAlive()
    this.#deflater ??= new Deflater()
    return this.#deflater.compress(data)
  }

  decompress(data: Uint8Array, limit: number): Uint8Array {
    this.#requireAlive()
    this.#inflater ??= new Inflater()
    return this.#inflater.decompress(data, limit)
  }

  destroy(): void {
    this.#destroyed = true
    this.#deflater = undefined
    this.#inflater = undefined
  }

  #requireAlive(): void {
    if (this.#destroyed) throw new SSHError('CLOSED', `${this.#name} was used after destroy()`, { fault: 'caller' })
  }
}

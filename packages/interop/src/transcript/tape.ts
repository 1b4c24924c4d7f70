import type { ByteStream, SSHTransportBase, StreamAddress } from '@seashell/core'
import type { StreamTransport } from '@seashell/node'
import { toBase64 } from './keys.ts'
import type { Chunk, Role } from './transcript.ts'

/**
 * The same transport, with everything that comes and goes written down.
 *
 * @param chunks where to
 */
export function recorded(transport: SSHTransportBase, chunks: Chunk[]): StreamTransport {
  const [ours, theirs]: readonly Role[] = transport.isClient ? ['client', 'server'] : ['server', 'client']
  const write = (from: Role, bytes: Uint8Array): void => void chunks.push({ from, bytes: toBase64(bytes) })
  return {
    makeConnection: (stream) => transport.makeConnection(new Tape(stream, (bytes) => write(ours!, bytes))),
    dataReceived(data) {
      write(theirs!, data)
      transport.dataReceived(data)
    },
    drained: () => transport.drained(),
    connectionLost: (reason) => transport.connectionLost(reason),
  }
}

/** A stream that tells of what is written. */
class Tape implements ByteStream {
  readonly #stream: ByteStream
  readonly #tell: (bytes: Uint8Array) => void

  constructor(stream: ByteStream, tell: (bytes: Uint8Array) => void) {
    this.#stream = stream
    this.#tell = tell
  }

  write(data: Uint8Array): boolean | void {
    this.#tell(data)
    return this.#stream.write(data)
  }

  loseConnection(): void {
    this.#stream.loseConnection()
  }

  getPeer(): StreamAddress {
    return this.#stream.getPeer()
  }

  getHost(): StreamAddress {
    return this.#stream.getHost()
  }

  pause(): void {
    this.#stream.pause?.()
  }

  resume(): void {
    this.#stream.resume?.()
  }

  atEndOfTurn(callback: () => void): void {
    this.#stream.atEndOfTurn?.(callback)
  }
}

import type { ByteStream, SSHError, SSHTransportBase } from '@seashell/core'
import type { Provider } from './algorithms.ts'
import { fromBase64 } from './keys.ts'
import { ourSide } from './our-side.ts'
import type { Outcome, Transcript } from './transcript.ts'

/** How to replay. */
export interface ReplayOptions {
  readonly provider?: Provider
  /** Cuts what the peer says in one go into other pieces than those in which it came. */
  readonly split?: (bytes: Uint8Array) => Iterable<Uint8Array>
  /** Changes what the peer said: gets a copy of all of it. */
  readonly damage?: (bytes: Uint8Array) => void
  /** What the peer says behind all that. */
  readonly more?: Uint8Array
}

/** What a replay came to. */
export interface Replay {
  /** All bytes that we sent. */
  readonly sent: Uint8Array
  /** Why it ended, where it was not ours to end it. */
  readonly error: SSHError | undefined
  /** Rejects where the session did not come to its end. */
  readonly outcome: Promise<Outcome>
}

/** How long we may take to answer, in milliseconds. */
const PATIENCE = 15_000

/**
 * Runs our side of a recorded session against what the peer said then. Nothing of the peer's is heard before we have sent as much as we had
 * when it said so, and no OpenSSH is there.
 *
 * @throws Error where we send less than was recorded, and wait
 */
export async function replay({ plan, chunks }: Transcript, options: ReplayOptions = {}): Promise<Replay> {
  const { transport, outcome } = await ourSide(plan, options.provider ?? 'portable')
  const theirs = Buffer.concat(chunks.filter(({ from }) => from !== plan.role).map(({ bytes }) => fromBase64(bytes)))
  options.damage?.(theirs)
  const sink = new Sink(transport)
  transport.makeConnection(sink)
  let [said, expected] = [0, 0]
  for (const { from, bytes } of chunks) {
    const { length } = fromBase64(bytes)
    if (from === plan.role) {
      expected += length
      await sink.reached(expected)
    } else {
      const piece = theirs.subarray(said, said + length)
      said += length
      for (const part of options.split?.(piece) ?? [piece]) transport.dataReceived(part)
      if (said === theirs.length && options.more !== undefined) transport.dataReceived(options.more)
    }
  }
  transport.connectionLost()
  return { sent: Buffer.concat(sink.sent), error: await transport.closed, outcome }
}

/** All that one side sent in a recorded session. */
export function bytesOfOurs({ plan, chunks }: Transcript): Uint8Array {
  return Buffer.concat(chunks.filter(({ from }) => from === plan.role).map(({ bytes }) => fromBase64(bytes)))
}

/** A stream into nowhere that remembers. */
class Sink implements ByteStream {
  readonly sent: Uint8Array[] = []
  readonly #transport: SSHTransportBase
  #length = 0
  #wake: () => void = () => undefined

  constructor(transport: SSHTransportBase) {
    this.#transport = transport
  }

  write(data: Uint8Array): void {
    this.sent.push(data)
    this.#length += data.length
    this.#wake()
  }

  loseConnection(): void {}

  getPeer() {
    return { host: '127.0.0.1', port: 22 }
  }

  getHost() {
    return { host: '127.0.0.1', port: 22 }
  }

  /** Waits until so many bytes were sent, or there will be no more. */
  async reached(length: number): Promise<void> {
    let timer
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`expected ${length} bytes of ours; ${this.#length} came, and no more`)), PATIENCE)
    })
    const enough = new Promise<void>((resolve) => {
      this.#wake = () => this.#length >= length && resolve()
      this.#wake()
    })
    try {
      await Promise.race([enough, this.#transport.closed, late])
    } finally {
      clearTimeout(timer)
    }
  }
}

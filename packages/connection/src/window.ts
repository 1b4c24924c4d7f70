import { invalidArgument } from '@seashell/core'
import { violation } from './errors.ts'

/** The largest window (RFC 4254 §5.2). */
const MAXIMUM_WINDOW_LENGTH = 0xffff_ffff

/** How much a peer may send us on a channel. Lengths are bytes. */
export interface WindowOptions {
  /** The window at first, and the most that a reader who stops costs as long as the rate is low. 2 MiB where absent. */
  readonly windowLength?: number
  /** How far it grows while data comes fast. 16 MiB where absent, or `windowLength` where that is more. */
  readonly maximumWindowLength?: number
  /** Data in one message. 32 KiB where absent; the transport's own limit on packets must leave room for it. */
  readonly maximumPacketLength?: number
}

/** The same with nothing left open. */
export type ResolvedWindowOptions = Required<WindowOptions>

/**
 * Fills in what was left open.
 *
 * @throws SSHError `ARGUMENT` where a length is no positive uint32
 */
export function resolveWindowOptions(...layers: readonly (WindowOptions | undefined)[]): ResolvedWindowOptions {
  const defaults: ResolvedWindowOptions = { windowLength: 2_097_152, maximumWindowLength: 16_777_216, maximumPacketLength: 32_768 }
  const options = { ...defaults }
  for (const layer of layers) {
    for (const key of Object.keys(defaults) as (keyof WindowOptions)[]) options[key] = layer?.[key] ?? options[key]
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Number.isInteger(value) || value < 1 || value > MAXIMUM_WINDOW_LENGTH)
      throw invalidArgument(`expected ${name} to be a number of bytes from 1 to 2^32-1; got ${value}`)
  }
  return { ...options, maximumWindowLength: Math.max(options.windowLength, options.maximumWindowLength) }
}

// Half a window in less time than this: it may well be the window that holds the peer up. Twice this is the longest round trip for which
// the window is grown.
const FAST_MILLISECONDS = 250

/** What the peer may still send us, and when to tell it that there is room again (RFC 4254 §5.2). */
export class ReceiveWindow {
  readonly #options: ResolvedWindowOptions
  /** What the peer may still send. */
  #available: number
  /** What the reader took since we last told. */
  #consumed = 0
  /** The whole window, which grows. */
  #length: number
  #lastAdjust = Number.NEGATIVE_INFINITY

  constructor(options: ResolvedWindowOptions) {
    this.#options = options
    this.#available = options.windowLength
    this.#length = options.windowLength
  }

  /** What the peer may still send, in bytes. */
  get available(): number {
    return this.#available
  }

  /**
   * The peer sent data.
   *
   * @throws SSHError `PROTOCOL` where it is more than the window or one message may hold
   */
  receive(length: number): void {
    if (length > this.#options.maximumPacketLength)
      throw violation(
        `the peer sent ${length} bytes of channel data in one message, where it may send ${this.#options.maximumPacketLength}`,
      )
    if (length > this.#available)
      throw violation(`the peer sent ${length} bytes of channel data with ${this.#available} bytes of window left`)
    this.#available -= length
  }

  /**
   * The reader took data.
   *
   * @param now in milliseconds
   * @returns by how much to adjust the window now; 0: not yet. Telling at half a window keeps the peer going without a message per packet.
   */
  credit(length: number, now: number): number {
    this.#consumed += length
    if (this.#consumed * 2 < this.#length) return 0
    let adjust = this.#consumed
    if (now - this.#lastAdjust < FAST_MILLISECONDS) {
      const grown = Math.min(this.#length * 2, this.#options.maximumWindowLength)
      adjust += grown - this.#length
      this.#length = grown
    }
    this.#lastAdjust = now
    this.#consumed = 0
    this.#available += adjust
    return adjust
  }
}

/** What we may still send to the peer (RFC 4254 §5.2). */
export class SendWindow {
  #available: number

  constructor(length: number) {
    this.#available = length
  }

  /** What we may still send, in bytes. */
  get available(): number {
    return this.#available
  }

  /** We sent data: no more than is available. */
  take(length: number): void {
    this.#available -= length
  }

  /**
   * The peer has room again.
   *
   * @throws SSHError `PROTOCOL` where the window would pass 2^32−1
   */
  add(length: number): void {
    if (this.#available + length > MAXIMUM_WINDOW_LENGTH)
      throw violation(`the peer adjusted a window of ${this.#available} bytes by ${length}, past 2^32-1`)
    this.#available += length
  }
}

import { invalidArgument } from '@seashell/core'
import { violation } from './errors.ts'
import { OWN_LENGTH, Remainder, type WindowBudget } from './window-budget.ts'

/** The largest window (RFC 4254 §5.2). */
const MAXIMUM_WINDOW_LENGTH = 0xffff_ffff

/** How much a peer may send us on a channel. Lengths are bytes. */
export interface WindowOptions {
  /** The window at first, where `unreadLength` leaves room for it, and the most that a reader who stops costs as long as the rate is low. 2 MiB where absent. */
  readonly windowLength?: number
  /** How far it grows where it holds a fast peer up and `unreadLength` leaves room. 16 MiB where absent, or `windowLength` where that is more. */
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

// A window grows where it holds the peer up: half of it goes in less time than this, …
const FAST_MILLISECONDS = 250
// … and more than once in a row nothing came for so long just when the peer had used up all that it knew of. A shorter while is a busy machine as
// well as a line, and 2 MiB every 10 ms are 200 MB a second. A larger window than is of use costs: OpenSSH's client reads ahead as far as a window
// goes, and with 8 MiB spends half as much again on each byte.
const STALL_MILLISECONDS = 10
const STALLS = 2

/** What the peer may still send us, and when to tell it that there is room again (RFC 4254 §5.2). */
export class ReceiveWindow {
  readonly #options: ResolvedWindowOptions
  readonly #budget: WindowBudget
  /** The part of the window that needs no budget. */
  readonly #own: number
  /** What the peer may still send. */
  #available: number
  /** What the reader took since we last told. */
  #consumed = 0
  /** The whole window: what the peer may still send, what nobody has read, and what was read since we last told. */
  #length: number
  #ended = false
  #remainder: Remainder | undefined
  #lastAdjust = Number.NEGATIVE_INFINITY
  #lastReceive = Number.NEGATIVE_INFINITY
  /** What the peer may send before it must have heard of an adjustment; undefined where it has. */
  #beforeAdjustment: number | undefined
  /** How often in a row it stood still there. */
  #stalls = 0

  /** @param budget what all windows of the connection share */
  constructor(options: ResolvedWindowOptions, budget: WindowBudget) {
    this.#options = options
    this.#budget = budget
    this.#own = Math.min(options.windowLength, OWN_LENGTH)
    this.#length = budget.open({ least: this.#own, wanted: options.windowLength })
    this.#available = this.#length
  }

  /** What the peer may still send, in bytes. */
  get available(): number {
    return this.#available
  }

  /** The data in one message, in bytes. */
  get maximumPacketLength(): number {
    return this.#options.maximumPacketLength
  }

  /**
   * The peer sent data.
   *
   * @param now in milliseconds
   * @throws SSHError `PROTOCOL` where it is more than the window or one message may hold
   */
  receive(length: number, now: number): void {
    const { maximumPacketLength } = this.#options
    if (length > maximumPacketLength)
      throw violation(`the peer sent ${length} bytes of channel data in one message, where it may send ${maximumPacketLength}`)
    if (length > this.#available)
      throw violation(`the peer sent ${length} bytes of channel data with ${this.#available} bytes of window left`)
    this.#available -= length
    this.#watchForStall(length, now)
    this.#lastReceive = now
  }

  /**
   * The reader took data that came before the {@link end}.
   *
   * @param now in milliseconds
   * @returns by how much to adjust the window now; 0: not yet. Telling at half a window keeps the peer going without a message per packet.
   */
  credit(length: number, now: number): number {
    if (this.#remainder !== undefined) {
      this.#remainder.read(length)
      return 0
    }
    if (this.#ended) {
      this.#reduce(length)
      return 0
    }
    this.#consumed += length
    // A small window is told of sooner: where all is read, the peer can always send a packet.
    const enough = Math.min(this.#length / 2, this.#length - Math.min(this.#own, this.#options.windowLength / 2))
    return this.#consumed < enough ? 0 : this.#adjust(now)
  }

  /** No more data comes that is kept: what nobody has read is all that still counts. */
  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#reduce(this.#available + this.#consumed)
  }

  /** The channel is gone; what of it is unread counts until it is read, or until nobody has this window any more. */
  close(): void {
    if (this.#remainder !== undefined) return
    this.end()
    this.#budget.close(this.#length)
    this.#remainder = new Remainder(this.#budget, this.#length, this)
  }

  #adjust(now: number): number {
    const { windowLength, maximumWindowLength } = this.#options
    const grows = this.#stalls >= STALLS && now - this.#lastAdjust < FAST_MILLISECONDS
    const consumed = this.#consumed
    const length = this.#budget.adjust(this.#length, {
      least: Math.max(this.#own, this.#length - consumed),
      wanted: Math.max(windowLength, grows ? Math.min(this.#length * 2, maximumWindowLength) : this.#length),
    })
    const adjust = consumed + length - this.#length
    // With a larger window the next stall tells whether that was enough.
    if (grows) this.#stalls = STALLS - 1
    this.#length = length
    this.#lastAdjust = now
    this.#consumed = 0
    this.#beforeAdjustment ??= this.#available
    this.#available += adjust
    return adjust
  }

  #watchForStall(length: number, now: number): void {
    if (this.#beforeAdjustment === undefined) return
    this.#beforeAdjustment -= length
    if (this.#beforeAdjustment >= 0) return
    this.#stalls = now - this.#lastReceive < STALL_MILLISECONDS ? 0 : this.#stalls + 1
    this.#beforeAdjustment = undefined
  }

  #reduce(length: number): void {
    this.#budget.reduce(this.#length, this.#length - length)
    this.#length -= length
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

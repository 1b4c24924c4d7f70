import { invalidArgument } from '@seashell/core'

/** The window of its own that each channel has, whatever the others take: a packet of the length that RFC 4253 §6.1 asks everybody to take. */
export const OWN_LENGTH = 32_768

/** What the channels of a connection share where nothing is set: 64 MiB. */
const DEFAULT_LENGTH = 67_108_864

/** How long a channel's window may be, in bytes. */
export interface Claim {
  /** At least: its own part, and what the peer was promised, for SSH has no message that takes it back. */
  readonly least: number
  /** At most. */
  readonly wanted: number
}

/** What nobody had read of a channel when it went. */
export class Remainder {
  // An application may ignore what it never asked for, such as stderr: the memory is free then, and so must be its part of the budget.
  static readonly #unreachable = /* @__PURE__ */ new FinalizationRegistry<Remainder>((remainder) => remainder.read(remainder.#length))
  readonly #budget: WindowBudget
  #length: number

  /** @param reader is reachable as long as somebody can still read it */
  constructor(budget: WindowBudget, length: number, reader: object) {
    this.#budget = budget
    this.#length = length
    if (length > 0) Remainder.#unreachable.register(reader, this)
  }

  /** So much of it was read. */
  read(length: number): void {
    this.#length -= length
    this.#budget.giveBack(length)
  }
}

/**
 * What the windows of one connection's channels have in common. Each has {@link OWN_LENGTH} of its own, or less where it wants less; what it
 * has beyond that comes out of the budget. So Σ windows ≤ budget + channels × 32 KiB, whatever is opened, read and closed.
 * What is unread of channels that are gone is in that sum, until it is read or nobody can read it any more, as long as none is opened while the
 * budget {@link isOverdrawn}.
 *
 * An eighth is kept for channels that have less than their share, which is the rest divided by the number of channels: windows that were opened and
 * are not used, or that grew while there were few, leave room to those whose data is read. Nobody waits in a queue: a window changes when its
 * reader has read, and it is then that one beyond its share shrinks and one below it grows.
 */
export class WindowBudget {
  readonly #length: number
  readonly #kept: number
  #taken = 0
  #channels = 0

  /**
   * @param length in bytes; Infinity lifts the limit
   * @throws SSHError `ARGUMENT` where it is no number from 0 up
   */
  constructor(length: number = DEFAULT_LENGTH) {
    if (typeof length !== 'number' || !(length >= 0))
      throw invalidArgument(`expected unreadLength to be a number of bytes from 0 up; got ${length}`)
    this.#length = Math.min(length, Number.MAX_SAFE_INTEGER)
    this.#kept = Math.floor(this.#length / 8)
  }

  /** What all windows have beyond their own parts, and what is unread of channels that are gone, in bytes. */
  get taken(): number {
    return this.#taken
  }

  /** Whether what channels left unread that are gone has taken all there is: windows alone never do. Then the peer gets no new ones. */
  get isOverdrawn(): boolean {
    return this.#taken > this.#length
  }

  /** A new channel. Returns its window: up to a quarter of what is left, for nobody knows yet whether it needs any. */
  open(claim: Claim): number {
    this.#channels++
    return this.#change(0, claim, Math.max(0, (this.#length - this.#kept - this.#taken) / 4))
  }

  /** A channel's data was read. Returns what its window is from now on. */
  adjust(window: number, claim: Claim): number {
    const most = beyondOwn(window) + this.#length - this.#taken
    const share = (this.#length - this.#kept) / this.#channels
    return this.#change(window, claim, Math.max(most - this.#kept, Math.min(share, most)))
  }

  /** Of a window only a part is needed any more. */
  reduce(window: number, part: number): void {
    this.#taken += beyondOwn(part) - beyondOwn(window)
  }

  /** A channel is gone, and its own part with it: all that nobody has read of it comes out of the budget now. */
  close(unread: number): void {
    this.#taken += unread - beyondOwn(unread)
    this.#channels--
  }

  /** Of what was unread when a channel went, so much is read, or can be read no more. */
  giveBack(length: number): void {
    this.#taken -= length
  }

  /** @param possible what the budget has for it beyond its own part */
  #change(window: number, { least, wanted }: Claim, possible: number): number {
    const changed = Math.max(least, Math.min(wanted, OWN_LENGTH + Math.floor(possible)))
    this.#taken += beyondOwn(changed) - beyondOwn(window)
    return changed
  }
}

function beyondOwn(window: number): number {
  return Math.max(0, window - OWN_LENGTH)
}

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

/**
 * What the windows of one connection's channels have in common. Each has {@link OWN_LENGTH} of its own, or less where it wants less; what it
 * has beyond that comes out of the budget. So Σ windows ≤ budget + channels × 32 KiB, whatever is opened, read and closed.
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

  /** What all windows have beyond their own parts, in bytes. */
  get taken(): number {
    return this.#taken
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

  /** A channel is gone, with what it still had. */
  close(window: number): void {
    this.reduce(window, 0)
    this.#channels--
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

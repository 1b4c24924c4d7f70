import { invalidArgument } from '../errors.ts'
import type { Clock, Timer } from '../platform.ts'
import type { RekeyLimits } from './options.ts'

/** RFC 4253 §9 recommends new keys after a gigabyte or an hour. */
const DEFAULT_BYTES = 1_073_741_824
const DEFAULT_TIME = 3_600_000
/** RFC 4344 §3.1: before 2^32 packets, or the sequence number repeats under one key; half of it leaves time for the exchange. */
const MAXIMUM_PACKETS = 2 ** 31

/** What has gone through one direction under the keys in use. */
export interface KeyUse {
  readonly byteCount: number
  readonly packetCount: number
  readonly protection: { readonly cipher: { readonly keyLimit?: number } }
}

/** Knows when keys are due to be exchanged anew (RFC 4253 §9, RFC 4344 §3). */
export class Rekeying {
  readonly #bytes: number
  readonly #packets: number
  readonly #time: number
  readonly #clock: Clock
  #timer: Timer
  #timeIsOver = false

  /** @throws SSHError `ARGUMENT` where a limit is no number above 0 */
  constructor(limits: RekeyLimits, clock: Clock) {
    for (const [name, value] of Object.entries(limits)) {
      if (value !== undefined && !(value > 0)) throw invalidArgument(`expected the rekey limit ${name} to be above 0; got ${value}`)
    }
    this.#bytes = limits.bytes ?? DEFAULT_BYTES
    this.#packets = Math.min(limits.packets ?? MAXIMUM_PACKETS, MAXIMUM_PACKETS)
    this.#time = limits.time ?? DEFAULT_TIME
    this.#clock = clock
  }

  /** Whether one of the directions has used its keys up, or their time is over. */
  isDue(...directions: readonly KeyUse[]): boolean {
    return this.#timeIsOver || directions.some((direction) => this.#isUsedUp(direction))
  }

  /** Keys are new: calls back when their time is over. */
  restart(callback: () => void): void {
    this.stop()
    this.#timeIsOver = false
    if (!Number.isFinite(this.#time)) return
    this.#timer = this.#clock.setTimeout(() => {
      this.#timeIsOver = true
      callback()
    }, this.#time)
  }

  /** Forgets the time. */
  stop(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #isUsedUp({ byteCount, packetCount, protection }: KeyUse): boolean {
    return byteCount >= Math.min(this.#bytes, protection.cipher.keyLimit ?? Number.POSITIVE_INFINITY) || packetCount >= this.#packets
  }
}

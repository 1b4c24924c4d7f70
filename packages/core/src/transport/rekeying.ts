import { invalidArgument, SSHError } from '../errors.ts'
import type { Clock } from '../platform.ts'
import type { Limits } from './limits.ts'
import type { RekeyLimits } from './options.ts'
import { SharedTimer, type Waiting } from './shared-timer.ts'

/** RFC 4253 §9 recommends new keys after a gigabyte or an hour. */
const DEFAULT_BYTES = 1_073_741_824
const DEFAULT_TIME = 3_600_000
/** RFC 4344 §3.1: before 2^32 packets, or the sequence number repeats under one key; half of it leaves time for the exchange. */
const MAXIMUM_PACKETS = 2 ** 31

/** What earns a peer another re-exchange: so many bytes of traffic, or so many milliseconds. */
const EARNING_LENGTH = 32_768
const EARNING_TIME = 1000

/** What has gone through one direction under the keys in use. */
export interface KeyUse {
  readonly byteCount: number
  readonly packetCount: number
  readonly protection: { readonly cipher: { readonly keyLimit?: number } }
}

/** Knows when keys are due to be exchanged anew (RFC 4253 §9, RFC 4344 §3). */
export class Rekeying implements Waiting {
  /** When the time of the keys is over, on the clock. */
  due = 0
  readonly #bytes: number
  readonly #packets: number
  readonly #time: number
  readonly #limits: Limits
  readonly #clock: Clock
  readonly #connection: { rekeyWhenDue(): void }
  #ofPeer: ReExchanges | undefined
  #timer: SharedTimer | undefined
  #timeIsOver = false

  /**
   * @param connection what to tell that the time of its keys is over
   * @throws SSHError `ARGUMENT` where a limit is no number above 0
   */
  constructor(rekey: RekeyLimits, limits: Limits, clock: Clock, connection: { rekeyWhenDue(): void }) {
    for (const [name, value] of Object.entries(rekey)) {
      if (value !== undefined && !(value > 0)) throw invalidArgument(`expected the rekey limit ${name} to be above 0; got ${value}`)
    }
    this.#bytes = rekey.bytes ?? DEFAULT_BYTES
    this.#packets = Math.min(rekey.packets ?? MAXIMUM_PACKETS, MAXIMUM_PACKETS)
    this.#time = rekey.time ?? DEFAULT_TIME
    this.#limits = limits
    this.#clock = clock
    this.#connection = connection
  }

  /** Those that the peer starts. */
  get ofPeer(): ReExchanges {
    return (this.#ofPeer ??= new ReExchanges(this.#limits, this.#clock))
  }

  /** Whether one of the directions has used its keys up, or their time is over. */
  isDue(...directions: readonly KeyUse[]): boolean {
    return this.#timeIsOver || directions.some((direction) => this.#isUsedUp(direction))
  }

  /** Keys are new, and so is their time. */
  restart(): void {
    this.stop()
    this.#timeIsOver = false
    if (!Number.isFinite(this.#time)) return
    this.#timer = SharedTimer.of(this.#clock, this.#time)
    this.#timer.add(this)
  }

  /** The time of the keys is over. */
  timeOver(): void {
    this.#timeIsOver = true
    this.#connection.rekeyWhenDue()
  }

  /** Forgets the time. */
  stop(): void {
    this.#timer?.remove(this)
    this.#timer = undefined
  }

  #isUsedUp({ byteCount, packetCount, protection }: KeyUse): boolean {
    return byteCount >= Math.min(this.#bytes, protection.cipher.keyLimit ?? Number.POSITIVE_INFINITY) || packetCount >= this.#packets
  }
}

/**
 * Counts the re-exchanges that a peer starts: each costs us a signature or two and some arithmetic, and it little. Who has keys exchanged
 * because of what went through them never runs out of what is allowed; RFC 4253 §9 thinks of a gigabyte or an hour.
 */
class ReExchanges {
  readonly #limits: Limits
  readonly #clock: Clock
  #unauthenticated = 0
  #left: number
  #since: number

  constructor(limits: Limits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
    this.#left = limits.reExchanges
    this.#since = clock.now()
  }

  /**
   * The peer starts one.
   *
   * @param authenticated whether it has not to authenticate, or has done so
   * @param directions what has gone through the keys in use
   * @throws SSHError `LIMIT` where it is one too many
   */
  started(authenticated: boolean, ...directions: readonly KeyUse[]): void {
    const { reExchanges, unauthenticatedReExchanges } = this.#limits
    if (!authenticated) {
      if (++this.#unauthenticated > unauthenticatedReExchanges)
        throw tooMany(`${unauthenticatedReExchanges} key exchanges, the limit unauthenticatedReExchanges, before authentication`)
      return
    }
    const now = this.#clock.now()
    const length = directions.reduce((sum, { byteCount }) => sum + byteCount, 0)
    this.#left = Math.min(reExchanges, this.#left + (now - this.#since) / EARNING_TIME + length / EARNING_LENGTH) - 1
    this.#since = now
    if (this.#left < 0) throw tooMany(`${reExchanges} key exchanges, the limit reExchanges, with little between them`)
  }
}

function tooMany(what: string): SSHError {
  return new SSHError('LIMIT', `the peer started more than ${what}`, { fault: 'peer' })
}

import { type ByteStream, isSSHError, type SSHTransportBase } from '@seashell/core'

/**
 * What happens to a connection at one of its writes.
 *
 * - `none`: nothing
 * - `cut`: it is lost, the bytes of that write with it, and both sides hear of it
 * - `vanished`: who writes hears that it is lost; the other side gets the bytes, and hears of it a turn later, while it still thinks about them
 * - `ended`: who writes has had enough, and ends it as a program does
 * - `half-open`: nothing arrives any more in that direction, and nobody hears of it
 * - `stalled`: the same in both directions
 * - `late`: from then on what is written in that direction arrives in a later turn of the event loop, what is written in the other in this one
 * - `split`: from then on it arrives in pieces, each in a turn of its own
 * - `exchange`: who writes starts a key exchange, if there is a user by then
 * - `exchanges`: both sides do at once
 */
export type Fault = 'none' | 'cut' | 'vanished' | 'ended' | 'half-open' | 'stalled' | 'late' | 'split' | 'exchange' | 'exchanges'

/** The transports of a connection. */
export type Side = 'client' | 'server'

/** So many bytes on their way are as much as a stream likes. */
const HIGH_WATER_LENGTH = 16_384

/** A connection in memory between two transports: each write, and each end of a stream, is an event at which a fault can strike. */
export class Link {
  /** How many events there were. */
  events = 0
  readonly #fault: Fault
  readonly #at: number
  readonly #transports: Readonly<Record<Side, SSHTransportBase>>
  readonly #dead = new Set<Side>()
  readonly #slow = new Set<Side>()
  readonly #closed = new Set<Side>()

  /**
   * @param at the number of the event at which the fault strikes, from 1
   * @param transports those that are joined
   */
  constructor(fault: Fault, at: number, transports: Readonly<Record<Side, SSHTransportBase>>) {
    this.#fault = fault
    this.#at = at
    this.#transports = transports
    for (const side of ['client', 'server'] as const) transports[side].makeConnection(this.#streamOf(side))
  }

  #streamOf(from: Side): ByteStream {
    const to: Side = from === 'client' ? 'server' : 'client'
    let underWay = 0
    const arrived = (length: number): void => {
      const full = underWay >= HIGH_WATER_LENGTH
      underWay -= length
      if (full && underWay < HIGH_WATER_LENGTH) this.#transports[from].drained()
    }
    return {
      write: (data) => {
        this.#strike(from)
        underWay += data.length
        for (const piece of this.#cut(from, data)) {
          this.#deliver(from, () => {
            this.#transports[to].dataReceived(piece)
            arrived(piece.length)
          })
        }
        return underWay < HIGH_WATER_LENGTH
      },
      loseConnection: () => {
        this.#strike(from)
        this.#deliver(from, () => this.#close(to))
        // Of one's own end one hears, whatever becomes of the other side: a socket is destroyed where its peer does not answer.
        setImmediate(() => this.#close(from))
      },
      getPeer: () => ({ host: '192.0.2.1', port: 22 }),
      getHost: () => ({ host: '192.0.2.2', port: 50_000 }),
    }
  }

  /** Counts an event; at the chosen one the fault begins. */
  #strike(from: Side): void {
    if (++this.events !== this.#at) return
    const both: readonly Side[] = ['client', 'server']
    const to: Side = from === 'client' ? 'server' : 'client'
    if (this.#fault === 'late' || this.#fault === 'split') this.#slow.add(from)
    if (this.#fault === 'half-open') this.#dead.add(from)
    if (this.#fault === 'stalled' || this.#fault === 'cut') for (const side of both) this.#dead.add(side)
    if (this.#fault === 'cut') queueMicrotask(() => both.forEach((side) => this.#close(side)))
    if (this.#fault === 'vanished') queueMicrotask(() => this.#close(from))
    if (this.#fault === 'vanished') setImmediate(() => this.#close(to))
    if (this.#fault === 'ended') queueMicrotask(() => this.#transports[from].loseConnection())
    if (this.#fault === 'exchange') queueMicrotask(() => startExchange(this.#transports[from]))
    if (this.#fault === 'exchanges') queueMicrotask(() => both.forEach((side) => startExchange(this.#transports[side])))
  }

  #deliver(from: Side, arrive: () => void): void {
    const later = this.#slow.has(from) ? setImmediate : queueMicrotask
    later(() => {
      if (!this.#dead.has(from)) arrive()
    })
  }

  #cut(from: Side, data: Uint8Array): Uint8Array[] {
    if (this.#fault !== 'split' || !this.#slow.has(from)) return [data.slice()]
    const middle = Math.max(data.length >> 1, 5)
    return [data.slice(0, 1), data.slice(1, 5), data.slice(5, middle), data.slice(middle)].filter(({ length }) => length > 0)
  }

  #close(side: Side): void {
    if (this.#closed.has(side)) return
    this.#closed.add(side)
    this.#transports[side].connectionLost()
  }
}

/** Starts a key exchange where one may: once there is a user, and where none runs already. */
export function startExchange(transport: SSHTransportBase): void {
  if (!transport.describe().authenticated) return
  try {
    transport.sendKexInit()
  } catch (error) {
    if (!isSSHError(error) || error.code !== 'PROTOCOL' || error.fault !== 'caller') throw error
  }
}

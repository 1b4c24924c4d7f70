import { SSHError } from '../errors.ts'
import type { Opener, Random, Sealer } from '../algorithms/definition.ts'
import { LENGTH_FIELD_LENGTH, type Protection } from './protection.ts'

/** The least padding a packet has (RFC 4253 §6). */
const PADDING_MINIMUM = 4
/** Bytes of the padding length field. */
const PADDING_FIELD_LENGTH = 1
/** How many random bytes are drawn at once: one call of a source costs more than it yields. */
const POOL_LENGTH = 4096
/** The shortest body: padding length, one byte of payload, padding. */
const BODY_MINIMUM = PADDING_FIELD_LENGTH + 1 + PADDING_MINIMUM

type Framing = Pick<Protection<Sealer | Opener>, 'blockLength' | 'alignment'>

/** How many bytes of padding a payload gets: the least that fill the block (RFC 4253 §6). */
export function paddingLengthFor(payloadLength: number, { blockLength, alignment }: Framing): number {
  const length = (alignment === 'packet' ? LENGTH_FIELD_LENGTH : 0) + PADDING_FIELD_LENGTH + payloadLength
  const padding = blockLength - (length % blockLength)
  return padding < PADDING_MINIMUM ? padding + blockLength : padding
}

/** Random bytes to pad with. Connections that draw from one source share them, so that an idle connection holds none. */
export class PaddingPool {
  static readonly #pools = new WeakMap<Random, PaddingPool>()
  readonly #random: Random
  #bytes: Uint8Array = new Uint8Array(0)
  #offset = 0

  private constructor(random: Random) {
    this.#random = random
  }

  /** The pool of a source. */
  static of(random: Random): PaddingPool {
    let pool = this.#pools.get(random)
    if (pool === undefined) this.#pools.set(random, (pool = new PaddingPool(random)))
    return pool
  }

  /** Pads a packet from an offset on, with at most 255 random bytes which nobody gets again. */
  pad(packet: Uint8Array, from: number, length: number): void {
    if (this.#bytes.length - this.#offset < length) {
      this.#bytes = this.#random(POOL_LENGTH)
      this.#offset = 0
    }
    // So few bytes are copied sooner than a view of them is made.
    for (let index = from; index < from + length; index++) packet[index] = this.#bytes[this.#offset++]!
  }
}

/**
 * Checks a packet length before so many bytes are waited for.
 *
 * @param limit the greatest to accept
 * @throws SSHError `LIMIT` or `MALFORMED`
 */
export function checkPacketLength(length: number, { blockLength, alignment }: Framing, limit: number): void {
  if (length > limit)
    throw new SSHError('LIMIT', `the peer sent a packet length of ${length}; the limit packetLength is ${limit}`, { fault: 'peer' })
  if (length < BODY_MINIMUM) throw bad(`the peer sent a packet length of ${length}; the least is ${BODY_MINIMUM}`)
  const aligned = alignment === 'packet' ? length + LENGTH_FIELD_LENGTH : length
  if (aligned % blockLength !== 0)
    throw bad(`the peer sent a packet length of ${length}, which does not fill blocks of ${blockLength} bytes`)
}

/**
 * The payload of an authentic body. The only place where padding is parsed.
 *
 * @param body `padding length ‖ payload ‖ padding`
 * @returns a view
 * @throws SSHError `MALFORMED`
 */
export function stripPadding(body: Uint8Array): Uint8Array {
  const padding = body[0]!
  const end = body.length - padding
  if (padding < PADDING_MINIMUM) throw bad(`the peer sent ${padding} bytes of padding; the least is ${PADDING_MINIMUM}`)
  if (end <= PADDING_FIELD_LENGTH)
    throw bad(`the peer sent ${padding} bytes of padding in a packet of ${body.length}, which leaves no payload`)
  return body.subarray(PADDING_FIELD_LENGTH, end)
}

function bad(message: string): SSHError {
  return new SSHError('MALFORMED', message, { fault: 'peer' })
}

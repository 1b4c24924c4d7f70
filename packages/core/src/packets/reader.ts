import type { CompressionStream, Opener } from '../algorithms/definition.ts'
import { isSSHError, SSHError } from '../errors.ts'
import { DisconnectReasons } from '../messages.ts'
import { checkPacketLength, stripPadding } from './padding.ts'
import { LENGTH_FIELD_LENGTH, type Protection, unprotectedIncoming } from './protection.ts'

/** What a buffer starts with: room for a packet of the size that channels use, and for what a stream brings at once. */
const INITIAL_CAPACITY = 131_072
/** The greatest length that its field can tell. */
const LENGTH_MAXIMUM = 0xffff_ffff
const NO_BYTES = /* @__PURE__ */ new Uint8Array(0)

/**
 * Buffers that no connection needs at the moment. Of many connections few have an unfinished packet at any time, so an idle one costs no
 * buffer, and a busy one never waits for new memory.
 */
const spareBuffers: Uint8Array[] = []
const SPARE_BUFFERS = 8
const SPARE_LENGTH_MAXIMUM = 1_048_576

/** How long packets may be: limits of a transport, in bytes. */
export interface PacketLimits {
  /** Of the packet, without its length field and tag. */
  readonly packetLength: number
  /** Of a payload that was compressed. */
  readonly inflatedLength: number
}

/** Turns the bytes of a stream into payloads: one growing buffer, one head decrypted once per packet, no state beside it. */
export class PacketReader {
  readonly #limits: PacketLimits
  #bytes: Uint8Array = NO_BYTES
  #start = 0
  #end = 0
  /** Up to where the buffer may have held plaintext. */
  #plainEnd = 0
  #packetLength: number | undefined
  /** A packet that has failed, and must not tell how. */
  #failed: { readonly cause: unknown; restLength: number } | undefined
  #protection: Protection<Opener> = unprotectedIncoming
  #decompression: CompressionStream | undefined
  /** What holds the payload that was read last, where that is memory of its own, rather than bytes that are used again. */
  #body: { readonly bytes: Uint8Array; readonly engine: Opener } | undefined
  #kept = false
  /** The sequence number of the next packet, 0–2^32−1 (RFC 4253 §6.4). */
  sequence = 0
  /** The sequence number of the packet that was read last. */
  lastSequence = 0
  /** Packets opened with the keys in use. */
  packetCount = 0
  /** Bytes opened with the keys in use. */
  byteCount = 0

  constructor(limits: PacketLimits) {
    this.#limits = limits
  }

  /** The bytes that are no packet yet. A view. */
  get buffered(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#end)
  }

  /** The head of the next packet, once it was decrypted for its length and until the whole packet is there. A view. */
  get head(): Uint8Array {
    return this.#packetLength === undefined ? new Uint8Array(0) : this.buffered.subarray(0, this.#protection.engine.headLength)
  }

  /** How packets are protected now. */
  get protection(): Protection<Opener> {
    return this.#protection
  }

  /** The decompression in use. */
  get decompression(): CompressionStream | undefined {
    return this.#decompression
  }

  /** Takes bytes in; they are copied. */
  append(chunk: Uint8Array): void {
    this.#makeRoom(chunk.length)
    this.#bytes.set(chunk, this.#end)
    this.#end += chunk.length
  }

  /** Part of the payload that was read last, to be kept: itself where nothing else will use its memory, otherwise a copy. */
  keep(part: Uint8Array): Uint8Array {
    if (this.#body === undefined) return part.slice()
    this.#kept = true
    return part
  }

  /** Drops bytes from the front: what was no packet. */
  discard(length: number): void {
    this.#start += length
  }

  /**
   * The next payload, or null where more bytes are needed: a view that is valid until the next call of any method.
   *
   * @throws SSHError `MALFORMED`, `LIMIT`, `MAC` or `COMPRESSION`; the stream is lost then
   */
  next(): Uint8Array | null {
    this.#releaseBody()
    const { tagLength } = this.#protection
    const packetLength = (this.#packetLength ??= this.#readLength())
    if (packetLength === undefined) {
      if (this.#start === this.#end) this.#replaceBuffer(NO_BYTES)
      return null
    }
    const total = LENGTH_FIELD_LENGTH + packetLength + tagLength
    if (this.#end - this.#start < total) return null
    const packet = this.#bytes.subarray(this.#start, this.#start + total)
    const body = this.#open(packet, packetLength)
    if (body === null) return null
    const payload = stripPadding(body)
    this.#advance(total)
    return this.#decompression === undefined ? payload : this.#inflate(payload)
  }

  /** From the next packet on: these keys. What they replace is wiped. */
  protect(protection: Protection<Opener>): void {
    this.#protection.engine.destroy()
    this.#protection = protection
    this.packetCount = 0
    this.byteCount = 0
  }

  /** From the next packet on: this compression, or none. */
  decompressWith(compression: CompressionStream | undefined): void {
    this.#decompression?.destroy()
    this.#decompression = compression
  }

  /** Wipes the keys and forgets the bytes. */
  destroy(): void {
    this.#protection.engine.destroy()
    this.decompressWith(undefined)
    this.#start = this.#end
    this.#replaceBuffer(NO_BYTES)
    this.#packetLength = undefined
  }

  #readLength(): number | undefined {
    if (this.#failed !== undefined) return this.#wasteRest(this.#failed)
    const { engine } = this.#protection
    if (this.#end - this.#start < engine.headLength) return undefined
    const headEnd = this.#start + engine.headLength
    const length = engine.readLength(this.sequence, this.#bytes.subarray(this.#start, headEnd))
    this.#plainEnd = Math.max(this.#plainEnd, headEnd)
    try {
      checkPacketLength(length, this.#protection, this.#limits.packetLength)
    } catch (error) {
      return this.#fail(error, engine.headLength)
    }
    return length
  }

  #open(packet: Uint8Array, packetLength: number): Uint8Array | null {
    const { engine } = this.#protection
    try {
      const body = engine.open(this.sequence, packet)
      if (body.buffer === packet.buffer) this.#plainEnd = Math.max(this.#plainEnd, this.#start + packet.length)
      else if (this.#decompression === undefined) this.#body = { bytes: body, engine }
      return body
    } catch (error) {
      this.#plainEnd = Math.max(this.#plainEnd, this.#start + packet.length)
      return this.#fail(error, LENGTH_FIELD_LENGTH + packetLength) ?? null
    }
  }

  /** @param openedLength how much of the packet has been through cipher and MAC */
  #fail(cause: unknown, openedLength: number): undefined {
    const { waste, tagLength } = this.#protection
    if (waste === undefined) throw cause
    const longest = LENGTH_FIELD_LENGTH + Math.min(this.#limits.packetLength, LENGTH_MAXIMUM) + tagLength
    this.#packetLength = undefined
    this.#start += openedLength
    this.#failed = { cause, restLength: Math.max(0, longest - openedLength) }
    return this.#wasteRest(this.#failed)
  }

  /** Wastes what has come of the longest packet that could have been; throws when that is over. */
  #wasteRest(failed: { readonly cause: unknown; restLength: number }): undefined {
    const { waste, blockLength } = this.#protection
    const available = Math.min(failed.restLength, this.#end - this.#start)
    const blocksLength = available - (available % blockLength)
    waste!(this.sequence, this.#bytes.subarray(this.#start, this.#start + blocksLength))
    if (available === failed.restLength) throw notAuthentic(failed.cause)
    this.#start += blocksLength
    failed.restLength -= blocksLength
    return undefined
  }

  /** Nobody looks at the last payload any more, but where it was kept. */
  #releaseBody(): void {
    if (this.#body !== undefined && !this.#kept) this.#body.engine.release?.(this.#body.bytes)
    this.#body = undefined
    this.#kept = false
  }

  #advance(total: number): void {
    this.#start += total
    this.#packetLength = undefined
    this.lastSequence = this.sequence
    this.sequence = (this.sequence + 1) >>> 0
    this.packetCount++
    this.byteCount += total
  }

  #inflate(payload: Uint8Array): Uint8Array {
    try {
      const inflated = this.#decompression!.decompress(payload, this.#limits.inflatedLength)
      if (inflated.length > 0) return inflated
    } catch (error) {
      if (isSSHError(error)) throw error
      throw compressionError('the peer sent compressed data that does not inflate', error)
    }
    throw compressionError('the peer sent compressed data that inflates to no payload')
  }

  #makeRoom(length: number): void {
    if (this.#end + length <= this.#bytes.length) return
    const used = this.#end - this.#start
    const needed = used + length
    // Moving down is enough where half is free; otherwise twice the room makes the copies few.
    if (needed * 2 > this.#bytes.length) return this.#replaceBuffer(takeBuffer(needed * 2))
    this.#bytes.copyWithin(0, this.#start, this.#end)
    this.#start = 0
    this.#end = used
  }

  /** Goes on with another buffer, which holds what is left; what it replaces is wiped, for there may have been a password in it. */
  #replaceBuffer(buffer: Uint8Array): void {
    const previous = this.#bytes
    const leftLength = this.#end - this.#start
    if (leftLength > 0) buffer.set(this.buffered)
    this.#bytes = buffer
    this.#start = 0
    this.#end = leftLength
    previous.fill(0, 0, this.#plainEnd)
    this.#plainEnd = leftLength
    spareBuffer(previous)
  }
}

function takeBuffer(length: number): Uint8Array {
  // As a rule they are of one length: one that is too short makes way for one that is not.
  const buffer = spareBuffers.pop()
  return buffer !== undefined && buffer.length >= length ? buffer : new Uint8Array(Math.max(length, INITIAL_CAPACITY))
}

function spareBuffer(buffer: Uint8Array): void {
  if (buffer.length < INITIAL_CAPACITY || buffer.length > SPARE_LENGTH_MAXIMUM || spareBuffers.length >= SPARE_BUFFERS) return
  spareBuffers.push(buffer)
}

function notAuthentic(cause: unknown): SSHError {
  const message = 'a packet is not authentic: its MAC or its length is wrong'
  return new SSHError('MAC', message, { fault: 'peer', reason: DisconnectReasons.MAC_ERROR, cause })
}

function compressionError(message: string, cause?: unknown): SSHError {
  return new SSHError('COMPRESSION', message, { fault: 'peer', reason: DisconnectReasons.COMPRESSION_ERROR, cause })
}

import type { CompressionStream, Random, Sealer } from '../algorithms/definition.ts'
import { concatBytes, writeUint32 } from '../wire/bytes.ts'
import { PaddingPool, paddingLengthFor } from './padding.ts'
import { LENGTH_FIELD_LENGTH, type Protection, unprotectedOutgoing } from './protection.ts'

/** What a batch starts with where nobody has room to give. */
const BATCH_LENGTH = 16_384
const NO_BYTES = /* @__PURE__ */ new Uint8Array(0)

/** Who lends memory. */
interface Rooms {
  /** Memory of at least so many bytes; undefined where there is none to lend. */
  allocate(length: number): Uint8Array | undefined
}

const noRooms: Rooms = /* @__PURE__ */ Object.freeze({ allocate: () => undefined })

/** Turns payloads into packets, one after another in one batch, each sealed in place. */
export class PacketWriter {
  readonly #padding: PaddingPool
  readonly #rooms: Rooms
  #batch: Uint8Array = NO_BYTES
  #batchLength = 0
  #protection: Protection<Sealer> = unprotectedOutgoing
  #compression: CompressionStream | undefined
  /** The sequence number of the next packet, 0–2^32−1 (RFC 4253 §6.4). */
  sequence = 0
  /** Packets sealed with the keys in use. */
  packetCount = 0
  /** Bytes sealed with the keys in use. */
  byteCount = 0

  /**
   * @param random for padding
   * @param rooms where batches get their memory, which whoever takes a batch may use again; memory of their own where absent
   */
  constructor(random: Random, rooms: Rooms = noRooms) {
    this.#padding = PaddingPool.of(random)
    this.#rooms = rooms
  }

  /** How packets are protected now. */
  get protection(): Protection<Sealer> {
    return this.#protection
  }

  /** The compression in use. */
  get compression(): CompressionStream | undefined {
    return this.#compression
  }

  /** How many bytes of packets wait to be taken. */
  get pendingLength(): number {
    return this.#batchLength
  }

  /** Adds a packet to the batch. The payload may be in pieces; they are copied. */
  write(messageNum: number, ...payload: readonly Uint8Array[]): void {
    const { engine, tagLength } = this.#protection
    const content = this.#compression?.compress(concatBytes(Uint8Array.of(messageNum), ...payload))
    const contentLength = content?.length ?? payload.reduce((length, piece) => length + piece.length, 1)
    const paddingLength = paddingLengthFor(contentLength, this.#protection)
    const packetLength = 1 + contentLength + paddingLength
    const packet = this.#reserve(LENGTH_FIELD_LENGTH + packetLength + tagLength)
    writeUint32(packet, 0, packetLength)
    packet[4] = paddingLength
    if (content === undefined) {
      packet[5] = messageNum
      let offset = 6
      for (const piece of payload) {
        packet.set(piece, offset)
        offset += piece.length
      }
    } else {
      packet.set(content, 5)
    }
    this.#padding.pad(packet, 5 + contentLength, paddingLength)
    engine.seal(this.sequence, packet)
    this.sequence = (this.sequence + 1) >>> 0
    this.packetCount++
    this.byteCount += packet.length
  }

  /** Adds bytes that are no packet to the batch. They are copied. */
  writeRaw(bytes: Uint8Array): void {
    this.#reserve(bytes.length).set(bytes)
  }

  /** The batch, which is the taker's from then on; the next packet starts another. */
  take(): Uint8Array {
    const batch = this.#batch.subarray(0, this.#batchLength)
    this.#batch = NO_BYTES
    this.#batchLength = 0
    return batch
  }

  /** From the next packet on: these keys. What they replace is wiped. */
  protect(protection: Protection<Sealer>): void {
    this.#protection.engine.destroy()
    this.#protection = protection
    this.packetCount = 0
    this.byteCount = 0
  }

  /** From the next packet on: this compression, or none. */
  compressWith(compression: CompressionStream | undefined): void {
    this.#compression?.destroy()
    this.#compression = compression
  }

  /** Wipes the keys. */
  destroy(): void {
    this.#protection.engine.destroy()
    this.compressWith(undefined)
  }

  #reserve(length: number): Uint8Array {
    const start = this.#batchLength
    if (start + length > this.#batch.length) {
      const larger = this.#rooms.allocate(start + length) ?? new Uint8Array(Math.max(start + length, this.#batch.length * 2, BATCH_LENGTH))
      if (start > 0) larger.set(this.#batch.subarray(0, start))
      this.#batch = larger
    }
    this.#batchLength = start + length
    return this.#batch.subarray(start, start + length)
  }
}

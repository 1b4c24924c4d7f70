import { invalidArgument } from '../errors.ts'
import { trimLeadingZeros, writeUint32 } from './bytes.ts'
import { encodeUtf8 } from './text.ts'

/**
 * Writes the data types of RFC 4251 §5, in order, into one growing array. Methods return the writer, so that a message reads as its
 * definition in the RFC.
 *
 * @example
 * ```ts
 * import { WireWriter } from '@seashell/core/wire'
 *
 * const debug = new WireWriter().writeBoolean(true).writeString('hello').writeString('').finish()
 * ```
 */
export class WireWriter {
  #bytes: Uint8Array
  #length = 0

  /** @param capacity how many bytes to set aside at first; it grows as needed */
  constructor(capacity = 128) {
    this.#bytes = new Uint8Array(capacity)
  }

  /** How many bytes were written so far. */
  get length(): number {
    return this.#length
  }

  /** The bytes as they are. */
  writeBytes(bytes: Uint8Array): this {
    const offset = this.#reserve(bytes.length)
    this.#bytes.set(bytes, offset)
    return this
  }

  /** One byte, 0–255. */
  writeByte(value: number): this {
    const offset = this.#reserve(1)
    this.#bytes[offset] = value
    return this
  }

  /** One byte, 1 or 0. */
  writeBoolean(value: boolean): this {
    return this.writeByte(value ? 1 : 0)
  }

  /** Four bytes, big-endian; throws SSHError `ARGUMENT` where the value does not fit. */
  writeUint32(value: number): this {
    if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) throw invalidArgument(`expected a uint32; got ${value}`)
    const offset = this.#reserve(4)
    writeUint32(this.#bytes, offset, value)
    return this
  }

  /** Eight bytes, big-endian; throws SSHError `ARGUMENT` where the value does not fit. */
  writeUint64(value: bigint): this {
    if (value < 0n || value > 0xffff_ffff_ffff_ffffn) throw invalidArgument(`expected a uint64; got ${value}`)
    return this.writeUint32(Number(value >> 32n)).writeUint32(Number(value & 0xffff_ffffn))
  }

  /** A string: uint32 length, then the bytes; text is written as UTF-8. */
  writeString(value: Uint8Array | string): this {
    const bytes = typeof value === 'string' ? encodeUtf8(value) : value
    return this.writeUint32(bytes.length).writeBytes(bytes)
  }

  /** A name-list (RFC 4251 §5); throws SSHError `ARGUMENT` where a name is empty, has a comma, or leaves printable US-ASCII. */
  writeNameList(names: readonly string[]): this {
    for (const name of names) {
      if (!/^[!-+\--~]+$/.test(name))
        throw invalidArgument(`expected a name in printable US-ASCII without comma; got ${JSON.stringify(name)}`)
    }
    return this.writeString(names.join(','))
  }

  /** An mpint from the magnitude of a number that is not negative: big-endian, leading zeros allowed and dropped (RFC 4251 §5). */
  writeMpint(magnitude: Uint8Array): this {
    const bytes = trimLeadingZeros(magnitude)
    const pad = bytes.length > 0 && bytes[0]! >= 0x80
    this.writeUint32(bytes.length + (pad ? 1 : 0))
    if (pad) this.writeByte(0)
    return this.writeBytes(bytes)
  }

  /** The bytes written so far, as an array of exactly that length. The writer may go on; the array is not touched by that. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  /** Overwrites what was written with zeros, where it is secret. The writer writes on behind it; arrays that it gave are not touched. */
  wipe(): void {
    this.#bytes.fill(0)
  }

  /** Makes room for `length` more bytes and returns where they go. */
  #reserve(length: number): number {
    const offset = this.#length
    const needed = offset + length
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
      larger.set(this.#bytes.subarray(0, offset))
      // What was written may be a key.
      this.#bytes.fill(0)
      this.#bytes = larger
    }
    this.#length = needed
    return offset
  }
}

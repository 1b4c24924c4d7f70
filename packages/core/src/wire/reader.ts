import { malformed } from '../errors.ts'
import { readUint32, trimLeadingZeros } from './bytes.ts'
import { decodeName, decodeUtf8 } from './text.ts'

/**
 * Reads the data types of RFC 4251 §5 from bytes, in order, and never past their end. What it returns are views of those bytes; copy what
 * outlives them.
 *
 * Every method throws SSHError `MALFORMED` (fault: peer), naming what was read, where the bytes do not hold it.
 *
 * @example
 * ```ts
 * import { WireReader } from '@seashell/core/wire'
 *
 * const reader = new WireReader(new Uint8Array([0, 0, 0, 2, 0x6f, 0x6b, 1]), 'a greeting')
 * reader.readName() // 'ok'
 * reader.readBoolean() // true
 * reader.end()
 * ```
 */
export class WireReader {
  readonly #bytes: Uint8Array
  readonly #what: string
  #offset = 0

  /**
   * @param bytes what to read; not copied
   * @param what what it is, for errors: 'KEXINIT', 'an ssh-rsa public key'
   */
  constructor(bytes: Uint8Array, what = 'a message') {
    this.#bytes = bytes
    this.#what = what
  }

  /** How many bytes are left. */
  get remainingLength(): number {
    return this.#bytes.length - this.#offset
  }

  /** The bytes read so far, from the first on. A view. */
  get consumed(): Uint8Array {
    return this.#bytes.subarray(0, this.#offset)
  }

  /** The next `length` bytes. A view. */
  readBytes(length: number, name = 'bytes'): Uint8Array {
    const start = this.#advance(length, name)
    return this.#bytes.subarray(start, this.#offset)
  }

  /** All bytes that are left. A view. */
  readRemaining(): Uint8Array {
    return this.readBytes(this.remainingLength)
  }

  /** One byte, 0–255. */
  readByte(): number {
    return this.#bytes[this.#advance(1, 'a byte')]!
  }

  /** One byte; every value but 0 is true, as RFC 4251 §5 asks of readers. */
  readBoolean(): boolean {
    return this.#bytes[this.#advance(1, 'a boolean')] !== 0
  }

  /** Four bytes, big-endian. */
  readUint32(): number {
    return readUint32(this.#bytes, this.#advance(4, 'a uint32'))
  }

  /** Eight bytes, big-endian. */
  readUint64(): bigint {
    const bytes = this.readBytes(8, 'a uint64')
    return (BigInt(readUint32(bytes, 0)) << 32n) | BigInt(readUint32(bytes, 4))
  }

  /** A string: uint32 length, then as many bytes. A view of them. */
  readString(name = 'a string'): Uint8Array {
    return this.readBytes(this.readUint32(), name)
  }

  /** A string that is text in UTF-8. */
  readText(): string {
    return decodeUtf8(this.readString('text'))
  }

  /** A string that is one name in printable US-ASCII (RFC 4251 §6); it may be empty. */
  readName(): string {
    return decodeName(this.readString('a name'))
  }

  /**
   * A name-list (RFC 4251 §5): names in printable US-ASCII, separated by commas. Empty names, which an empty list and a trailing comma
   * leave behind, are dropped: peers in the wild send both.
   */
  readNameList(): string[] {
    return decodeName(this.readString('a name-list'))
      .split(',')
      .filter((name) => name !== '')
  }

  /**
   * An mpint that is not negative, as its magnitude: big-endian, no leading zero, no byte at all for zero. A view. Zeros in front that
   * RFC 4251 §5 forbids to send are accepted, since the number is the same.
   */
  readMpint(): Uint8Array {
    const bytes = this.readString('an mpint')
    if (bytes.length > 0 && bytes[0]! >= 0x80) throw malformed(`${this.#what} has a negative mpint where none may be`)
    return trimLeadingZeros(bytes)
  }

  /** Throws where bytes are left: what follows the last field of a message is an error of the one who sent it. */
  end(): void {
    if (this.remainingLength > 0) throw malformed(`${this.#what} goes on for ${this.remainingLength} bytes after its end`)
  }

  /** Passes the next `length` bytes; returns where they are. */
  #advance(length: number, name: string): number {
    if (length > this.remainingLength) {
      throw malformed(`${this.#what} ends early: ${name} should have ${length} bytes; ${this.remainingLength} are left`)
    }
    const start = this.#offset
    this.#offset = start + length
    return start
  }
}

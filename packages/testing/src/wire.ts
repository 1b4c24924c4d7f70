/** Bytes of the data types of RFC 4251 §5, written and read without any of the code under test. */

/** `byte` or `boolean`. */
export function byte(value: number | boolean): Buffer {
  return Buffer.of(Number(value))
}

/** `uint32`. */
export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value >>> 0)
  return bytes
}

/** `uint64`. */
export function uint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(value)
  return bytes
}

/** `string`: its length, then its bytes; of text, those of UTF-8. */
export function string(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([uint32(bytes.length), bytes])
}

/** `name-list`. */
export function nameList(names: readonly string[]): Buffer {
  return string(names.join(','))
}

/** `mpint` of a number that is not negative, given big-endian. */
export function mpint(magnitude: Uint8Array): Buffer {
  const start = magnitude.findIndex((digit) => digit !== 0)
  const digits = start === -1 ? Buffer.alloc(0) : magnitude.subarray(start)
  return string(digits.length > 0 && digits[0]! >= 0x80 ? Buffer.concat([byte(0), digits]) : digits)
}

/** A number as big-endian bytes, without zeros in front. */
export function bytesOf(value: bigint): Buffer {
  const digits = value.toString(16)
  return value === 0n ? Buffer.alloc(0) : Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex')
}

/** The number that big-endian bytes are. */
export function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x0${Buffer.from(bytes).toString('hex')}`)
}

/** Reads those types, in order. It throws RangeError past the end. */
export class Fields {
  readonly #bytes: Buffer
  #offset = 0

  /** @param bytes what to read */
  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes)
  }

  /** So many bytes. */
  bytes(length: number): Buffer {
    if (this.#offset + length > this.#bytes.length) throw new RangeError(`no ${length} bytes left at ${this.#offset}`)
    return this.#bytes.subarray(this.#offset, (this.#offset += length))
  }

  /** `byte`. */
  byte(): number {
    return this.bytes(1)[0]!
  }

  /** `boolean`. */
  boolean(): boolean {
    return this.byte() !== 0
  }

  /** `uint32`. */
  uint32(): number {
    return this.bytes(4).readUInt32BE()
  }

  /** `string`. */
  string(): Buffer {
    return this.bytes(this.uint32())
  }

  /** `string`, as text. */
  text(): string {
    return this.string().toString('utf8')
  }

  /** `name-list`. */
  names(): string[] {
    return this.text().split(',')
  }
}

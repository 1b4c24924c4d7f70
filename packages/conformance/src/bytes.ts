/** Bytes, or their hexadecimal digits; white space and colons between them are for the reader. */
export type Bytes = Uint8Array | string

/** A new array with those bytes. */
export function toBytes(bytes: Bytes): Uint8Array {
  if (typeof bytes !== 'string') return new Uint8Array(bytes)
  const digits = bytes.replaceAll(/[\s:]/g, '')
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits)) throw new Error(`expected hexadecimal digits, two a byte; got ${JSON.stringify(bytes)}`)
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

/** All bytes as hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}

/** The same bytes with some bits of one of them changed. */
export function flipped(bytes: Uint8Array, index: number, mask: number = 1 << (index % 8)): Uint8Array {
  const result = new Uint8Array(bytes)
  result[index]! ^= mask
  return result
}

/** The same bytes with others after them. */
export function extended(bytes: Uint8Array, length: number, value = 0): Uint8Array {
  const result = new Uint8Array(bytes.length + length).fill(value)
  result.set(bytes)
  return result
}

/** All indices below `length`, or `most` of them, evenly spread, the first and the last among them. */
export function positions(length: number, most: number): number[] {
  if (length <= most) return Array.from({ length }, (_, index) => index)
  return Array.from({ length: most }, (_, index) => Math.round((index * (length - 1)) / (most - 1)))
}

/** The value of the bytes around those that a {@link Placed} lies among. */
const FRAME = 0xee

/** Bytes amidst others, which nobody may change. */
export interface Placed {
  /** The bytes; change them as you like. */
  readonly bytes: Uint8Array
  /** Whether what lies around them is as it was. */
  isIntact(): boolean
}

/** A copy of bytes, `offset` bytes into a larger buffer, as they come from the network. */
export function placed(bytes: Uint8Array, offset: number): Placed {
  const buffer = new Uint8Array(offset + bytes.length + 8).fill(FRAME)
  buffer.set(bytes, offset)
  const isIntact = (): boolean => buffer.every((byte, index) => (index >= offset && index < offset + bytes.length) || byte === FRAME)
  return { bytes: buffer.subarray(offset, offset + bytes.length), isIntact }
}

/** A copy of bytes that is as Node's `Buffer` where that differs from `Uint8Array`: its `slice` is a view. */
export function viewSliced(bytes: Uint8Array): Uint8Array {
  const copy = new ViewSlicedBytes(bytes.length)
  copy.set(bytes)
  return copy
}

class ViewSlicedBytes extends Uint8Array {
  override slice(start?: number, end?: number): Uint8Array<ArrayBuffer> {
    return this.subarray(start, end)
  }
}

import { invalidArgument } from '../errors.ts'

/** The number that big-endian bytes stand for; no byte is zero. */
export function bytesToBigInt(bytes: Uint8Array): bigint {
  let hex = ''
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0')
  return hex === '' ? 0n : BigInt(`0x${hex}`)
}

/**
 * A number that is not negative as big-endian bytes.
 *
 * @param length how many bytes, zeros in front; where absent as many as needed, none for zero
 * @throws SSHError `ARGUMENT` where the number is negative or does not fit
 */
export function bigIntToBytes(value: bigint, length?: number): Uint8Array {
  if (value < 0n) throw invalidArgument('expected a number that is not negative')
  let hex = value === 0n ? '' : value.toString(16)
  if (hex.length % 2 === 1) hex = `0${hex}`
  const size = length ?? hex.length / 2
  const start = size - hex.length / 2
  if (start < 0) throw invalidArgument(`expected a number of at most ${size} bytes; got one of ${hex.length / 2}`)
  const bytes = new Uint8Array(size)
  for (let index = start; index < size; index++) {
    const digit = (index - start) * 2
    bytes[index] = Number.parseInt(hex.slice(digit, digit + 2), 16)
  }
  return bytes
}

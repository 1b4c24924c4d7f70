import { readSignatureBlob, WireReader, WireWriter, writeSignatureBlob } from '@seashell/core/wire'

/** Writes a signature blob (RFC 5656 §3.1.2) from r ‖ s, each of the same length. */
export function encodeSignature(value: Uint8Array, name: string): Uint8Array {
  const half = value.length / 2
  const numbers = new WireWriter().writeMpint(value.subarray(0, half)).writeMpint(value.subarray(half)).finish()
  return writeSignatureBlob(name, numbers)
}

/**
 * r ‖ s of a signature blob (RFC 5656 §3.1.2), each with zeros in front up to `length` bytes; undefined where the blob is malformed or a
 * number longer than that. Whether they are in range is for the verification to say.
 */
export function decodeSignature(blob: Uint8Array, name: string, length: number): Uint8Array | undefined {
  const numbers = readSignatureBlob(blob, name)
  return numbers && readNumbers(new WireReader(numbers, `an ${name} signature`), length)
}

function readNumbers(reader: WireReader, length: number): Uint8Array | undefined {
  try {
    const [r, s] = [reader.readMpint(), reader.readMpint()]
    reader.end()
    if (r.length > length || s.length > length) return undefined
    const value = new Uint8Array(2 * length)
    value.set(r, length - r.length)
    value.set(s, 2 * length - s.length)
    return value
  } catch {
    return undefined
  }
}

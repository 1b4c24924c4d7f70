/** The bytes at an odd place of a larger buffer, as they come from the network. */
export function unaligned(bytes: Uint8Array): Uint8Array {
  const buffer = new Uint8Array(bytes.length + 2)
  buffer.set(bytes, 1)
  return buffer.subarray(1, 1 + bytes.length)
}

/** As many copies as there are bytes, each with another byte changed. */
export function withEachByteFlipped(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (byte, index) => bytes.with(index, byte ^ (1 << (index % 8))))
}

/**
 * Transforms bytes in place. noble reads them as 32-bit words, which must begin at a multiple of four in their buffer; bytes that do not
 * take a detour through a copy.
 */
export function transformAligned(data: Uint8Array, transform: (aligned: Uint8Array) => void): void {
  if (data.byteOffset % 4 === 0) return transform(data)
  const copy = new Uint8Array(data)
  transform(copy)
  data.set(copy)
}

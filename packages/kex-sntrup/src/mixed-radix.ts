/**
 * The encoding of NTRU Prime for numbers below given radices, in almost as few bytes as there can be. Two neighbours become one number below
 * the product of their radices; of that, the lowest bytes are written until its radix is below 2^14; so again with those, until one number
 * is left, which is written whole.
 *
 * How many bytes are written, and when, depends on the radices alone.
 *
 * @param values each below its radix
 * @param radices at most 2^14 − 1
 */
export function encodeMixedRadix(values: Int32Array, radices: Int32Array): Uint8Array {
  const bytes: number[] = []
  while (values.length > 1) {
    const pairs = pairRadices(radices)
    values = Int32Array.from(pairs, ({ byteLength }, index) => {
      const second = values[2 * index + 1] ?? 0
      let value = values[2 * index]! + Math.imul(second, radices[2 * index]!)
      for (let count = 0; count < byteLength; count++, value >>= 8) bytes.push(value & 0xff)
      return value
    })
    radices = Int32Array.from(pairs, ({ radix }) => radix)
  }
  let value = values[0]!
  for (let radix = radices[0]!; radix > 1; radix = shift(radix), value >>= 8) bytes.push(value & 0xff)
  return Uint8Array.from(bytes)
}

/**
 * Reads what {@link encodeMixedRadix} writes. It never fails: bytes that it would not write give numbers below their radices nonetheless.
 * Divisions take longer for some numbers: for what everybody may know.
 *
 * @param bytes as many as the radices need
 */
export function decodeMixedRadix(bytes: Uint8Array, radices: Int32Array): Int32Array {
  if (radices.length === 1) {
    let value = 0
    for (let index = bytes.length - 1; index >= 0; index--) value = (value << 8) | bytes[index]!
    return Int32Array.of(value % radices[0]!)
  }
  const pairs = pairRadices(radices)
  let offset = 0
  const lowest = pairs.map(({ byteLength }) => {
    let value = 0
    for (let index = 0; index < byteLength; index++) value |= bytes[offset++]! << (8 * index)
    return value
  })
  const rest = decodeMixedRadix(
    bytes.subarray(offset),
    Int32Array.from(pairs, ({ radix }) => radix),
  )
  return Int32Array.from(radices, (radix, index) => {
    const pair = index >> 1
    const value = lowest[pair]! + (rest[pair]! << (8 * pairs[pair]!.byteLength))
    return (index % 2 === 0 ? value : Math.floor(value / radices[index - 1]!)) % radix
  })
}

/** What becomes of each pair of neighbours: how many bytes are written, and the radix of what is left. A last one without pair stays. */
function pairRadices(radices: Int32Array): { readonly byteLength: number; readonly radix: number }[] {
  return Array.from({ length: Math.ceil(radices.length / 2) }, (_, pair) => {
    let byteLength = 0
    let radix = radices[2 * pair]! * (radices[2 * pair + 1] ?? 1)
    for (; radix >= 2 ** 14; radix = shift(radix)) byteLength++
    return { byteLength, radix }
  })
}

/** The radix of what is left when a byte was written. */
function shift(radix: number): number {
  return (radix + 255) >> 8
}

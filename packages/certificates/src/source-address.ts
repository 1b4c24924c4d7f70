/** An address, or a block of them: so many leading bits. */
interface Block {
  readonly bytes: readonly number[]
  readonly prefixLength: number
}

/**
 * Whether an address is in a list of addresses and CIDR blocks separated by commas, as `source-address` has them: '192.0.2.0/24,2001:db8::1'.
 * A list with anything else in it, an empty one too, has nobody in it. An IPv4 address mapped into IPv6 counts as IPv4.
 *
 * @param address an address in digits, as sockets report it
 */
export function isInAddressList(address: string, list: string): boolean {
  const blocks = list.split(',').map((entry) => parseBlock(entry))
  const bytes = parseAddress(address.replace(/%.*$/s, ''))
  if (bytes === undefined || !blocks.every((block) => block !== undefined)) return false
  return blocks.some((block) => isInBlock(bytes, block))
}

function isInBlock(address: readonly number[], { bytes, prefixLength }: Block): boolean {
  return address.length === bytes.length && sharedBits(address, bytes) >= prefixLength
}

function sharedBits(one: readonly number[], other: readonly number[]): number {
  const index = one.findIndex((byte, position) => byte !== other[position])
  return index === -1 ? one.length * 8 : index * 8 + Math.clz32(one[index]! ^ other[index]!) - 24
}

/** A block whose address goes on after its prefix is somebody's mistake: '192.0.2.7/24'. */
function parseBlock(text: string): Block | undefined {
  const [, host = '', prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const bytes = parseIPv4(host) ?? parseIPv6(host)
  if (bytes === undefined) return undefined
  const prefixLength = prefix === undefined ? bytes.length * 8 : Number(prefix)
  if (prefixLength > bytes.length * 8 || bytes.some((byte, index) => hasBitsAfter(byte, prefixLength - index * 8))) return undefined
  return { bytes, prefixLength }
}

function hasBitsAfter(byte: number, bits: number): boolean {
  return bits < 8 && (byte & (0xff >> Math.max(bits, 0))) !== 0
}

function parseAddress(text: string): readonly number[] | undefined {
  const bytes = parseIPv4(text) ?? parseIPv6(text)
  const mapped = bytes?.length === 16 && bytes.slice(0, 12).every((byte, index) => byte === (index < 10 ? 0 : 0xff))
  return mapped ? bytes.slice(12) : bytes
}

/** Four numbers in decimal. With zeros in front some read them as octal, so nobody gets to. */
function parseIPv4(text: string): number[] | undefined {
  if (!/^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/.test(text)) return undefined
  const bytes = text.split('.').map(Number)
  return bytes.every((byte) => byte <= 255) ? bytes : undefined
}

/** RFC 4291 §2.2: eight groups in hexadecimal, `::` for some of zeros, IPv4 in place of the last two. */
function parseIPv6(text: string): number[] | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map((half, index) => parseGroups(half, index === halves.length - 1))
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined
  if (halves.length === 1) return head.length === 16 ? head : undefined
  const zeros = 16 - head.length - (tail?.length ?? 0)
  return zeros < 2 ? undefined : [...head, ...Array.from({ length: zeros }, () => 0), ...(tail ?? [])]
}

function parseGroups(text: string, isLast: boolean): number[] | undefined {
  if (text === '') return []
  const bytes: number[] = []
  const groups = text.split(':')
  for (const [index, group] of groups.entries()) {
    const v4 = isLast && index === groups.length - 1 ? parseIPv4(group) : undefined
    if (v4 === undefined && !/^[0-9a-f]{1,4}$/i.test(group)) return undefined
    const value = Number.parseInt(group, 16)
    bytes.push(...(v4 ?? [value >> 8, value & 0xff]))
  }
  return bytes
}

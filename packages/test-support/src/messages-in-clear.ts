/**
 * The numbers of the messages at the start of one direction of a connection, before encryption: identification line, then packets
 * `uint32 length ‖ byte padding length ‖ byte number ‖ …` (RFC 4253 §4.2, §6). The last may be cut short.
 *
 * @param bytes from the first on; no other lines before the identification
 */
export function messagesInClear(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const numbers: number[] = []
  for (let offset = bytes.indexOf(0x0a) + 1; offset + 6 <= bytes.length; offset += 4 + view.getUint32(offset))
    numbers.push(bytes[offset + 5]!)
  return numbers
}

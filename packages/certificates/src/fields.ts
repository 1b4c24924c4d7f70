import { decodeName, encodeAscii, invalidArgument, malformed, WireReader, WireWriter } from '@seashell/core/wire'

/**
 * Reads critical options or extensions: `(string name ‖ string data)*`, names in ascending order, each once (OpenSSH PROTOCOL.certkeys).
 *
 * @throws SSHError `MALFORMED`
 */
export function readFields(bytes: Uint8Array, what: string): ReadonlyMap<string, Uint8Array> {
  const reader = new WireReader(bytes, `the list of ${what}`)
  const fields = new Map<string, Uint8Array>()
  let last = ''
  while (reader.remainingLength > 0) {
    const name = decodeName(reader.readString('a name'))
    if (name <= last)
      throw malformed(`expected ${what} in ascending order, each once; found ${name || 'an empty name'} after ${last || 'nothing'}`)
    fields.set(name, reader.readString('its data'))
    last = name
  }
  return fields
}

/**
 * Writes critical options or extensions, in their order.
 *
 * @throws SSHError `ARGUMENT` where a name is none
 */
export function writeFields(fields: Iterable<readonly [name: string, data: Uint8Array]>): Uint8Array {
  const writer = new WireWriter()
  // Names are US-ASCII, so that the order of UTF-16 is that of bytes.
  for (const [name, data] of [...fields].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    if (!/^[!-~]+$/.test(name)) throw invalidArgument(`expected a name in printable US-ASCII; got ${JSON.stringify(name)}`)
    writer.writeString(encodeAscii(name)).writeString(data)
  }
  return writer.finish()
}

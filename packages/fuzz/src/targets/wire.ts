import { encodeAscii, equalBytes, WireReader, WireWriter } from '@seashell/core/wire'
import { attempt, expect } from '../invariants.ts'
import type { Outcome, Target } from '../target.ts'

const refusal = { codes: ['MALFORMED'], faults: ['peer'] } as const

/** What can be read, and how what was read is written. The first byte of each pair in the input says which; `lax`: other bytes mean the same. */
const fields: readonly { readonly read: (reader: WireReader, writer: WireWriter) => unknown; readonly lax?: boolean }[] = [
  { read: (reader, writer) => writer.writeByte(reader.readByte()) },
  { read: (reader, writer) => writer.writeBoolean(reader.readBoolean()), lax: true },
  { read: (reader, writer) => writer.writeUint32(reader.readUint32()) },
  { read: (reader, writer) => writer.writeUint64(reader.readUint64()) },
  { read: (reader, writer) => writer.writeString(reader.readString()) },
  { read: (reader, writer) => writer.writeString(reader.readText()) },
  { read: (reader, writer) => writer.writeString(reader.readName()) },
  { read: (reader, writer) => writer.writeNameList(reader.readNameList()), lax: true },
  { read: (reader, writer) => writer.writeMpint(reader.readMpint()), lax: true },
  { read: (reader, writer) => writer.writeBytes(reader.readBytes(5)) },
]

function run(data: Uint8Array): Outcome {
  // Half of the input says what to read, the other half is read.
  const plan = data.subarray(0, (data[0] ?? 0) % (data.length + 1))
  const reader = new WireReader(data.subarray(plan.length), 'an input')
  for (const choice of plan) {
    const { read, lax = false } = fields[choice % fields.length]!
    const before = reader.consumed.length
    const writer = new WireWriter(1)
    if (attempt(() => read(reader, writer), refusal) === undefined) return 'refused'
    checkWritten(reader, before, writer.finish(), read, lax)
  }
  return attempt(() => reader.end(), refusal) === undefined ? 'refused' : 'accepted'
}

/** What is written of what was read is the same bytes, or, where several mean the same, bytes that are read as the same. */
function checkWritten(
  reader: WireReader,
  before: number,
  written: Uint8Array,
  read: (reader: WireReader, writer: WireWriter) => unknown,
  lax: boolean,
): void {
  expect(reader.consumed.length + reader.remainingLength >= reader.consumed.length, 'nothing is read behind the end')
  const canonical = new WireWriter()
  const again = new WireReader(written)
  read(again, canonical)
  again.end()
  expect(equalBytes(canonical.finish(), written), 'what was written is read and written as the same')
  if (!lax) expect(equalBytes(reader.consumed.subarray(before), written), 'what was read is written as it was')
}

/** The data types of RFC 4251 §5. */
export const wireReader: Target = {
  name: 'wire-reader',
  share: 0.3,
  run,
  // What to read begins with its own length, and the first thing read is of the sort with that number.
  seeds: () => [
    new WireWriter()
      .writeBytes(Uint8Array.of(4, 0, 1, 2))
      .writeString('ab')
      .writeByte(7)
      .writeBoolean(true)
      .writeUint32(9)
      .finish(),
    new WireWriter()
      .writeBytes(Uint8Array.of(7, 4, 5, 6, 7, 8, 3))
      .writeNameList(['first'])
      .writeString('ab')
      .writeString('é')
      .writeString('name')
      .writeNameList(['a', 'b'])
      .writeMpint(Uint8Array.of(0x80, 1))
      .writeUint64(1n << 40n)
      .finish(),
    new WireWriter().writeBytes(Uint8Array.of(2, 9)).writeUint32(1).writeBytes(encodeAscii('12345')).finish(),
  ],
}

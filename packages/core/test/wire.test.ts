import { fromHex, toHex } from '@seashell/test-support'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bigIntToBytes,
  bytesToBigInt,
  concatBytes,
  decodeName,
  decodeUtf8,
  decodeUtf8Lossy,
  encodeAscii,
  encodeUtf8,
  equalBytes,
  equalBytesConstantTime,
  quoteText,
  isSSHError,
  keyExchangeFailed,
  malformed,
  readUint32,
  SSHError,
  trimLeadingZeros,
  WireReader,
  WireWriter,
  writeUint32,
} from '../src/wire/index.ts'

const bytes = (maxLength = 64): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength })
const names = fc.array(fc.stringMatching(/^[!-+\--~]{1,12}$/), { maxLength: 6 })
const magnitude = bytes(40).map((value) => new Uint8Array(trimLeadingZeros(value)))

/** Everything that one writer can write, with what reads it back. */
const field = fc.oneof(
  fc.nat(255).map((value) => ({ write: (to: WireWriter) => to.writeByte(value), read: (from: WireReader) => from.readByte(), value })),
  fc
    .boolean()
    .map((value) => ({ write: (to: WireWriter) => to.writeBoolean(value), read: (from: WireReader) => from.readBoolean(), value })),
  fc
    .nat(0xffff_ffff)
    .map((value) => ({ write: (to: WireWriter) => to.writeUint32(value), read: (from: WireReader) => from.readUint32(), value })),
  fc
    .bigInt(0n, 0xffff_ffff_ffff_ffffn)
    .map((value) => ({ write: (to: WireWriter) => to.writeUint64(value), read: (from: WireReader) => from.readUint64(), value })),
  bytes().map((value) => ({ write: (to: WireWriter) => to.writeString(value), read: (from: WireReader) => from.readString(), value })),
  fc
    .string({ unit: 'grapheme' })
    .map((value) => ({ write: (to: WireWriter) => to.writeString(value), read: (from: WireReader) => from.readText(), value })),
  names.map((value) => ({ write: (to: WireWriter) => to.writeNameList(value), read: (from: WireReader) => from.readNameList(), value })),
  magnitude.map((value) => ({ write: (to: WireWriter) => to.writeMpint(value), read: (from: WireReader) => from.readMpint(), value })),
)

const malformedError: unknown = expect.objectContaining({ code: 'MALFORMED', fault: 'peer' })
const argumentError: unknown = expect.objectContaining({ code: 'ARGUMENT', fault: 'caller' })
const written = (write: (to: WireWriter) => unknown): string => {
  const writer = new WireWriter()
  write(writer)
  return toHex(writer.finish())
}

describe('text', () => {
  it.each([0, 1, 31, 32, 33])('of %i letters and one more character becomes UTF-8, as the platform has it', (length) => {
    for (const character of ['', 'z', '\u{0}', '\u{7f}', '\u{80}', '\u{ff}', '\u{100}', '€', '😀', '\u{d800}', '\u{dfff}']) {
      const letters = 'a'.repeat(length)
      for (const text of [letters + character, character + letters]) {
        expect(toHex(encodeUtf8(text)), JSON.stringify(text)).toBe(Buffer.from(text, 'utf8').toString('hex'))
      }
    }
  })
})

describe('a writer that is wiped', () => {
  it('has zeros where its bytes were, and leaves what it gave away', () => {
    const writer = new WireWriter(4).writeString('secret')
    const given = writer.finish()
    writer.wipe()
    expect([...writer.writeByte(7).finish()]).toStrictEqual([...new Uint8Array(10), 7])
    expect(given).toStrictEqual(new WireWriter().writeString('secret').finish())
  })
})

describe('the data types of RFC 4251 §5', () => {
  it('has the bytes of the RFC’s examples for mpint', () => {
    expect(written((to) => to.writeMpint(new Uint8Array(0)))).toBe('00000000')
    expect(written((to) => to.writeMpint(fromHex('09a378f9b2e332a7')))).toBe('0000000809a378f9b2e332a7')
    expect(written((to) => to.writeMpint(fromHex('80')))).toBe('000000020080')
  })

  it('refuses the RFC’s examples of negative mpints, −1234 and −deadbeef', () => {
    for (const hex of ['00000002edcc', '00000005ff21524111']) expect(() => new WireReader(fromHex(hex)).readMpint()).toThrow(malformedError)
  })

  it('has the bytes of the RFC’s examples for string and name-list', () => {
    expect(written((to) => to.writeString('testing'))).toBe(`00000007${toHex(encodeUtf8('testing'))}`)
    expect(written((to) => to.writeNameList([]))).toBe('00000000')
    expect(written((to) => to.writeNameList(['zlib']))).toBe('000000047a6c6962')
    expect(written((to) => to.writeNameList(['zlib', 'none']))).toBe('000000097a6c69622c6e6f6e65')
    expect(written((to) => to.writeUint32(699_921_578))).toBe('29b7f4aa')
  })

  it('drops zeros in front of an mpint, its own and the peer’s', () => {
    expect(written((to) => to.writeMpint(fromHex('0000007f')))).toBe('000000017f')
    expect(new WireReader(fromHex('000000040000007f')).readMpint()).toStrictEqual(fromHex('7f'))
    expect(new WireReader(fromHex('0000000100')).readMpint()).toHaveLength(0)
  })

  it('takes every value but 0 for true', () => {
    expect([0, 1, 2, 255].map((value) => new WireReader(Uint8Array.of(value)).readBoolean())).toStrictEqual([false, true, true, true])
  })

  it('reads a list that is empty, or has a trailing comma, as peers send them', () => {
    const lists = ['', 'a,', ',a,,b'].map((text) => new WireReader(new WireWriter().writeString(text).finish()).readNameList())
    expect(lists).toStrictEqual([[], ['a'], ['a', 'b']])
  })

  it('refuses names outside printable US-ASCII, in both directions', () => {
    for (const name of ['', ' ', 'a b', 'a,b', 'ä', '\u007f', '\0', 'a\n'])
      expect(() => new WireWriter().writeNameList([name])).toThrow(argumentError)
    for (const byte of [0, 0x0a, 0x20, 0x7f, 0x80, 0xff]) expect(() => decodeName(Uint8Array.of(0x61, byte))).toThrow(malformedError)
    expect(decodeName(Uint8Array.of(0x21, 0x7e))).toBe('!~')
  })

  it('refuses numbers that do not fit their field', () => {
    for (const value of [-1, 0.5, 0x1_0000_0000, Number.NaN]) expect(() => new WireWriter().writeUint32(value)).toThrow(argumentError)
    for (const value of [-1n, 1n << 64n]) expect(() => new WireWriter().writeUint64(value)).toThrow(argumentError)
  })

  it('refuses text that is not UTF-8, and shows it where it is for people', () => {
    const bad = Uint8Array.of(0x61, 0xff)
    expect(() => decodeUtf8(bad)).toThrow(malformedError)
    expect(decodeUtf8Lossy(bad)).toBe('a\ufffd')
    expect(() => new WireReader(new WireWriter().writeString(bad).finish()).readText()).toThrow(malformedError)
  })

  it('shows a peer’s text so that it does nothing to a terminal', () => {
    expect(quoteText('no "route", \u00FCber')).toBe(String.raw`"no \"route\", über"`)
    expect(quoteText('\u001B[2J\r\n\0')).toBe(String.raw`"\u001b[2J\r\n\u0000"`)
    expect(quoteText('\u009B31m\u007F\u0085\u202Egnp.exe\u2028\u{E0041}')).toBe(
      String.raw`"\u{9b}31m\u{7f}\u{85}\u{202e}gnp.exe\u{2028}\u{e0041}"`,
    )
  })

  it('keeps a byte order mark, which is text', () => {
    expect(decodeUtf8(encodeUtf8('\ufeffa'))).toBe('\ufeffa')
  })

  it('reads what was written, whatever it was', () => {
    fc.assert(
      fc.property(fc.array(field, { maxLength: 12 }), (fields) => {
        const writer = new WireWriter(1)
        for (const each of fields) each.write(writer)
        const message = writer.finish()
        expect(message).toHaveLength(writer.length)
        const reader = new WireReader(message)
        for (const each of fields) expect(each.read(reader)).toStrictEqual(each.value)
        expect(reader.consumed).toStrictEqual(message)
        reader.end()
      }),
    )
  })

  it('names what is missing where bytes end early, at every byte', () => {
    fc.assert(
      fc.property(fc.array(field, { minLength: 1, maxLength: 6 }), (fields) => {
        const writer = new WireWriter()
        for (const each of fields) each.write(writer)
        const message = writer.finish()
        for (let length = 0; length < message.length; length++) {
          const reader = new WireReader(message.subarray(0, length), 'a test message')
          expect(() => {
            for (const each of fields) each.read(reader)
          }).toThrow(malformedError)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('never reads past the end, however long a string says it is', () => {
    expect(() => new WireReader(fromHex('ffffffff00')).readString()).toThrow('should have 4294967295 bytes; 1 are left')
    expect(() => new WireReader(fromHex('00')).end()).toThrow('goes on for 1 bytes after its end')
    const reader = new WireReader(fromHex('0102'))
    expect(reader.readRemaining()).toStrictEqual(fromHex('0102'))
    expect(reader.remainingLength).toBe(0)
  })

  it('hands out an array that later writing does not touch', () => {
    const writer = new WireWriter(8).writeByte(1)
    const first = writer.finish()
    writer.writeByte(2)
    expect([first, writer.finish()]).toStrictEqual([Uint8Array.of(1), Uint8Array.of(1, 2)])
  })
})

describe('the helpers for bytes', () => {
  it('joins, compares and trims', () => {
    expect(concatBytes()).toHaveLength(0)
    expect(concatBytes(fromHex('01'), fromHex(''), fromHex('0203'))).toStrictEqual(fromHex('010203'))
    for (const equal of [equalBytes, equalBytesConstantTime]) {
      expect(equal(fromHex('0102'), fromHex('0102'))).toBe(true)
      expect(equal(fromHex(''), fromHex(''))).toBe(true)
      for (const other of ['0103', '0002', '01', '010200', '']) expect(equal(fromHex('0102'), fromHex(other))).toBe(false)
    }
    expect(trimLeadingZeros(fromHex('00000100'))).toStrictEqual(fromHex('0100'))
    expect(trimLeadingZeros(fromHex('0000'))).toHaveLength(0)
  })

  it('writes uint32 modulo 2^32 and reads it', () => {
    const at = new Uint8Array(6)
    writeUint32(at, 1, 2 ** 32 + 0xfffe_fdfc)
    expect(at).toStrictEqual(fromHex('00fffefdfc00'))
    expect(readUint32(at, 1)).toBe(0xfffe_fdfc)
  })

  it('turns bytes into numbers and back', () => {
    fc.assert(
      fc.property(bytes(), (value) => {
        expect(bigIntToBytes(bytesToBigInt(value), value.length)).toStrictEqual(value)
        expect(bigIntToBytes(bytesToBigInt(value))).toStrictEqual(new Uint8Array(trimLeadingZeros(value)))
      }),
    )
    expect(() => bigIntToBytes(-1n)).toThrow(argumentError)
    expect(() => bigIntToBytes(256n, 1)).toThrow(argumentError)
    expect(encodeAscii('SSH')).toStrictEqual(fromHex('535348'))
  })
})

describe('the error', () => {
  it('is recognised across copies of core, by what it says of itself', () => {
    expect(isSSHError(malformed('x'))).toBe(true)
    expect(isSSHError(Object.assign(new Error('x'), { name: 'SSHError', code: 'KEY', fault: 'peer' }))).toBe(true)
    for (const other of [new Error('x'), { name: 'SSHError', code: 'KEY', fault: 'peer' }, null, 'SSHError'])
      expect(isSSHError(other)).toBe(false)
  })

  it('carries fault, reason and cause', () => {
    const cause = new Error('beneath')
    const error = new SSHError('MAC', 'text', { fault: 'peer', reason: 5, cause })
    expect([error.code, error.fault, error.reason, error.cause, error.message]).toStrictEqual(['MAC', 'peer', 5, cause, 'text'])
    expect('cause' in new SSHError('MAC', 'text', { fault: 'peer' })).toBe(false)
  })

  it('says of a failed key exchange that it is the peer’s fault, with reason KEY_EXCHANGE_FAILED', () => {
    const cause = new Error('beneath')
    const error = keyExchangeFailed('a bad point', cause)
    expect([error.code, error.fault, error.reason, error.cause, error.message]).toStrictEqual([
      'KEY_EXCHANGE',
      'peer',
      3,
      cause,
      'a bad point',
    ])
  })
})

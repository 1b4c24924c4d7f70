import { seededRandom, withEachByteFlipped } from '@seashell/test-support'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CipherDefinition, CipherStream, MacDefinition, Opener, Sealer } from '../src/index.ts'
import { noneCipher, noneMac } from '../src/algorithms/none.ts'
import { paddingLengthFor } from '../src/packets/padding.ts'
import { type Protection, protectIncoming, protectOutgoing } from '../src/packets/protection.ts'
import { PacketReader } from '../src/packets/reader.ts'
import { PacketWriter } from '../src/packets/writer.ts'
import { concatBytes, isSSHError, readUint32, type SSHError, writeUint32 } from '../src/wire/index.ts'
import { defineToyAead, defineToyCipher, defineToyCompression, defineToyMac } from './support/toys.ts'

interface Framing {
  readonly cipher: CipherDefinition
  readonly mac?: MacDefinition
}

const framings: Readonly<Record<string, Framing>> = {
  'no protection': { cipher: noneCipher, mac: noneMac },
  'a cipher and a MAC over the plaintext': { cipher: defineToyCipher('x', 16), mac: defineToyMac('m', false) },
  'blocks of 8 bytes and a MAC over the plaintext': { cipher: defineToyCipher('x', 8), mac: defineToyMac('m', false) },
  'blocks of 24 bytes and a MAC over the plaintext': { cipher: defineToyCipher('x', 24), mac: defineToyMac('m', false) },
  'a cipher and a MAC over the ciphertext': { cipher: defineToyCipher('x', 16), mac: defineToyMac('m', true) },
  'an AEAD with the length in clear': { cipher: defineToyAead('x', 'clear') },
  'an AEAD with the length under its own key': { cipher: defineToyAead('x', 'own key') },
  'an AEAD with the length encrypted with the body': { cipher: defineToyAead('x', 'with body') },
}
const authentic = Object.entries(framings).filter(([name]) => name !== 'no protection')

const limits = { packetLength: 4096, inflatedLength: 10_000 }

function keysOf({ cipher, mac }: Framing): { key: Uint8Array; iv: Uint8Array; macKey: Uint8Array } {
  const random = seededRandom('keys')
  return { key: random(cipher.keyLength), iv: random(cipher.ivLength), macKey: random(mac?.keyLength ?? 0) }
}

function outgoing(framing: Framing): Protection<Sealer> {
  return protectOutgoing(framing.cipher, framing.mac, keysOf(framing))
}

function incoming(framing: Framing): Protection<Opener> {
  return protectIncoming(framing.cipher, framing.mac, keysOf(framing))
}

function writerOf(framing: Framing): PacketWriter {
  const writer = new PacketWriter(seededRandom('padding'))
  writer.protect(outgoing(framing))
  return writer
}

function readerOf(framing: Framing, changes: Partial<typeof limits> = {}): PacketReader {
  const reader = new PacketReader({ ...limits, ...changes })
  reader.protect(incoming(framing))
  return reader
}

/** Every payload that a reader finds, copied. */
function readAll(reader: PacketReader): Uint8Array[] {
  const found: Uint8Array[] = []
  for (let payload = reader.next(); payload !== null; payload = reader.next()) found.push(payload.slice())
  return found
}

/** The packet of a body that nobody well-behaved would send: `padding length ‖ payload ‖ padding`. */
function sealed(framing: Framing, body: Uint8Array): Uint8Array {
  const { engine, tagLength } = outgoing(framing)
  const packet = new Uint8Array(4 + body.length + tagLength)
  writeUint32(packet, 0, body.length)
  packet.set(body, 4)
  engine.seal(0, packet)
  return packet
}

function errorOf(run: () => unknown): SSHError {
  try {
    run()
  } catch (error) {
    if (isSSHError(error)) return error
    throw error
  }
  throw new Error('expected an error; there was none')
}

for (const [name, framing] of Object.entries(framings)) {
  describe(`packets under ${name}`, () => {
    it('carry any payloads, whatever pieces the stream comes in', () => {
      const payloads = fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { minLength: 1, maxLength: 8 })
      fc.assert(
        fc.property(payloads, fc.array(fc.nat(97), { minLength: 1, maxLength: 10 }), (messages, cuts) => {
          const writer = writerOf(framing)
          for (const message of messages) writer.write(message[0]!, message.subarray(1))
          const stream = writer.take()
          const reader = readerOf(framing)
          const found: Uint8Array[] = []
          for (let offset = 0, turn = 0; offset < stream.length; turn++) {
            const length = cuts[turn % cuts.length]! + 1
            reader.append(stream.subarray(offset, offset + length))
            found.push(...readAll(reader))
            offset += length
          }
          expect(found).toStrictEqual(messages)
          expect(reader.buffered).toHaveLength(0)
          expect([reader.sequence, reader.packetCount, reader.byteCount]).toStrictEqual([messages.length, messages.length, stream.length])
          expect([writer.sequence, writer.packetCount, writer.byteCount]).toStrictEqual([messages.length, messages.length, stream.length])
        }),
        { numRuns: 50 },
      )
    })

    it('are padded to the block with at least 4 bytes, and no more than it takes', () => {
      const { blockLength, alignment, tagLength } = outgoing(framing)
      for (let length = 1; length < 80; length++) {
        const writer = writerOf(framing)
        writer.write(1, new Uint8Array(length - 1))
        const aligned = writer.take().length - tagLength - (alignment === 'packet' ? 0 : 4)
        const padding = paddingLengthFor(length, { blockLength, alignment })
        expect(aligned % blockLength).toBe(0)
        expect(padding).toBeGreaterThanOrEqual(4)
        expect(padding).toBeLessThan(4 + blockLength)
      }
    })

    it('go on when the sequence number has reached 2^32 − 1', () => {
      const [writer, reader] = [writerOf(framing), readerOf(framing)]
      writer.sequence = reader.sequence = 0xffff_ffff
      for (const number of [1, 2, 3]) writer.write(number, Uint8Array.of(9))
      reader.append(writer.take())
      expect(readAll(reader)).toStrictEqual([1, 2, 3].map((number) => Uint8Array.of(number, 9)))
      expect([writer.sequence, reader.sequence]).toStrictEqual([2, 2])
    })

    it('have their head decrypted once, and it is shown until the rest has come', () => {
      const writer = writerOf(framing)
      writer.write(7, new Uint8Array(100))
      const stream = writer.take()
      const reader = readerOf(framing)
      const { engine } = reader.protection
      let calls = 0
      const readLength = engine.readLength.bind(engine)
      engine.readLength = (sequence, head) => {
        calls++
        return readLength(sequence, head)
      }
      for (const [index, byte] of stream.entries()) {
        expect(reader.head).toHaveLength(index < engine.headLength ? 0 : engine.headLength)
        expect(calls).toBe(index < engine.headLength ? 0 : 1)
        reader.append(Uint8Array.of(byte))
        const payload = reader.next()
        expect(payload === null).toBe(index < stream.length - 1)
      }
      expect([calls, reader.head.length, reader.buffered.length]).toStrictEqual([1, 0, 0])
    })

    it('leave what follows them in the buffer', () => {
      const writer = writerOf(framing)
      writer.write(7, new Uint8Array(5))
      const reader = readerOf(framing)
      reader.append(concatBytes(writer.take(), Uint8Array.of(1, 2, 3)))
      expect(reader.next()).toStrictEqual(Uint8Array.of(7, 0, 0, 0, 0, 0))
      expect(reader.buffered).toStrictEqual(Uint8Array.of(1, 2, 3))
      expect(reader.next()).toBeNull()
    })

    const bodyLength = outgoing(framing).blockLength * 4 - (outgoing(framing).alignment === 'packet' ? 4 : 0)
    for (const [what, padding, text] of [
      ['none at all', 0, 'sent 0 bytes of padding; the least is 4'],
      ['3 bytes', 3, 'sent 3 bytes of padding; the least is 4'],
      ['all of the body, so that nothing is left', bodyLength - 1, 'which leaves no payload'],
      ['as much as the body', bodyLength, 'which leaves no payload'],
      ['more than the body', 255, 'which leaves no payload'],
    ] as const) {
      it(`are refused where their padding is ${what}`, () => {
        const reader = readerOf(framing)
        reader.append(sealed(framing, new Uint8Array(bodyLength).fill(padding, 0, 1)))
        const error = errorOf(() => reader.next())
        expect([error.code, error.fault]).toStrictEqual(['MALFORMED', 'peer'])
        expect(error.message).toContain(text)
      })
    }

    it('may have any padding from 4 bytes up to all but one byte of payload', () => {
      for (const padding of [4, bodyLength - 2]) {
        const reader = readerOf(framing)
        reader.append(sealed(framing, new Uint8Array(bodyLength).fill(padding, 0, 1)))
        expect(reader.next()).toHaveLength(bodyLength - 1 - padding)
      }
    })

    it('are as long as the limit, and no longer', () => {
      const { blockLength, alignment } = outgoing(framing)
      const packetLength = blockLength * 8 - (alignment === 'packet' ? 4 : 0)
      const packet = sealed(framing, new Uint8Array(packetLength).fill(4, 0, 1))
      const atLimit = readerOf(framing, { packetLength })
      atLimit.append(packet)
      expect(atLimit.next()).not.toBeNull()
      const below = readerOf(framing, { packetLength: packetLength - 1 })
      below.append(packet)
      const error = errorOf(() => below.next())
      expect([error.code, error.fault, error.reason]).toStrictEqual(['LIMIT', 'peer', undefined])
      expect(error.message).toContain(`packet length of ${packetLength}; the limit packetLength is ${packetLength - 1}`)
    })
  })
}

describe('a packet length that is wrong', () => {
  const plain = framings['no protection']!
  for (const [length, code] of [
    [0, 'MALFORMED'],
    [1, 'MALFORMED'],
    [4, 'MALFORMED'],
    [5, 'MALFORMED'],
    [13, 'MALFORMED'],
    [11, 'MALFORMED'],
    [4097, 'LIMIT'],
    [0x7fff_ffff, 'LIMIT'],
    [0xffff_ffff, 'LIMIT'],
  ] as const) {
    it(`is refused before so many bytes are waited for: ${length}`, () => {
      const reader = readerOf(plain)
      const head = new Uint8Array(8)
      writeUint32(head, 0, length)
      reader.append(head)
      const error = errorOf(() => reader.next())
      expect([error.code, error.fault]).toStrictEqual([code, 'peer'])
    })
  }
})

for (const [name, framing] of authentic) {
  describe(`a packet that was changed on its way, under ${name}`, () => {
    it('is refused for its MAC, or for the length where that is not authentic yet, whichever bit of whichever byte it is', () => {
      const writer = writerOf(framing)
      writer.write(7, seededRandom('payload')(40))
      const stream = writer.take()
      const { alignment, engine } = incoming(framing)
      for (const [index, changed] of withEachByteFlipped(stream).entries()) {
        const reader = readerOf(framing)
        // What follows lets a length that grew find its bytes.
        reader.append(concatBytes(changed, new Uint8Array(8192)))
        const error = errorOf(() => reader.next())
        expect(error.fault).toBe('peer')
        if (index >= 4) expect([error.code, error.reason]).toStrictEqual(['MAC', 5])
        else expect(['MAC', 'LIMIT', 'MALFORMED']).toContain(error.code)
      }
      expect(engine.headLength).toBe(alignment === 'packet' ? incoming(framing).blockLength : 4)
    })

    it('is refused where it comes twice, is left out, or changes places', () => {
      const writer = writerOf(framing)
      const packets = [1, 2, 3].map((number) => {
        writer.write(number, new Uint8Array(20))
        return writer.take()
      })
      for (const order of [[0, 0], [1], [0, 2]]) {
        const reader = readerOf(framing)
        reader.append(concatBytes(...order.map((index) => packets[index]!), new Uint8Array(8192)))
        expect(['MAC', 'LIMIT', 'MALFORMED']).toContain(errorOf(() => readAll(reader)).code)
      }
    })

    it('is refused under another sequence number', () => {
      const writer = writerOf(framing)
      writer.write(7, new Uint8Array(20))
      const reader = readerOf(framing)
      reader.sequence = 1
      reader.append(writer.take())
      expect(errorOf(() => reader.next()).code).toBe('MAC')
    })
  })
}

describe('compressed packets', () => {
  const framing = framings['an AEAD with the length in clear']!
  const runs = defineToyCompression('toy-runs', false)

  it('are inflated up to the limit and no further', () => {
    for (const [length, fits] of [
      [limits.inflatedLength, true],
      [limits.inflatedLength + 1, false],
    ] as const) {
      const [writer, reader] = [writerOf(framing), readerOf(framing)]
      writer.compressWith(runs.create())
      reader.decompressWith(runs.create())
      writer.write(7, new Uint8Array(length - 1).fill(7))
      reader.append(writer.take())
      if (fits) expect(reader.next()).toStrictEqual(new Uint8Array(length).fill(7))
      else expect(errorOf(() => reader.next())).toMatchObject({ code: 'COMPRESSION', fault: 'peer', reason: 6 })
    }
  })

  it('are refused where they do not inflate, whatever the inflater throws', () => {
    const reader = readerOf(framing)
    const cause = new RangeError('beneath')
    reader.decompressWith({
      compress: (data) => data,
      decompress: () => {
        throw cause
      },
      destroy() {},
    })
    reader.append(sealed(framing, new Uint8Array(16).fill(4, 0, 1)))
    expect(errorOf(() => reader.next())).toMatchObject({ code: 'COMPRESSION', fault: 'peer', reason: 6, cause })
  })

  it('are refused where they inflate to nothing, for then there is no message', () => {
    const reader = readerOf(framing)
    reader.decompressWith({ compress: (data) => data, decompress: () => new Uint8Array(0), destroy() {} })
    reader.append(sealed(framing, new Uint8Array(16).fill(4, 0, 1)))
    expect(errorOf(() => reader.next())).toMatchObject({ code: 'COMPRESSION', reason: 6 })
  })

  it('are compressed before they are padded and sealed', () => {
    const [writer, plain] = [writerOf(framing), writerOf(framing)]
    writer.compressWith(runs.create())
    for (const each of [writer, plain]) each.write(7, new Uint8Array(200).fill(7))
    expect([writer.take().length, plain.take().length]).toStrictEqual([4 + 8 + 12, 4 + 208 + 12])
  })
})

describe('the memory of a reader', () => {
  const framing = framings['an AEAD with the length in clear']!
  const packets = (count: number): Uint8Array => {
    const writer = writerOf(framing)
    for (let number = 0; number < count; number++) writer.write(90, new Uint8Array(1000).fill(number))
    return writer.take()
  }

  it('is given back between packets, wiped', () => {
    const reader = readerOf(framing)
    const stream = packets(2)
    reader.append(stream.subarray(0, 1500))
    const [payload] = [reader.next()!]
    expect(readAll(reader)).toHaveLength(0)
    expect(reader.buffered.buffer.byteLength).toBeGreaterThanOrEqual(500)
    expect(payload[1]).toBe(0)
    reader.append(stream.subarray(1500))
    const memory = new Uint8Array(reader.next()!.buffer)
    expect(memory.some((byte) => byte !== 0)).toBe(true)
    expect(readAll(reader)).toHaveLength(0)
    expect(reader.buffered.buffer.byteLength).toBe(0)
    expect(memory.every((byte) => byte === 0)).toBe(true)
  })

  it('is never shared by two that have an unfinished packet', () => {
    const readers = Array.from({ length: 20 }, () => readerOf(framing))
    const stream = packets(1)
    for (const reader of readers) reader.append(stream.subarray(0, 700))
    expect(new Set(readers.map((reader) => reader.buffered.buffer)).size).toBe(20)
    for (const reader of readers) {
      reader.append(stream.subarray(700))
      expect(readAll(reader)).toHaveLength(1)
    }
  })

  it('is left alone where the cipher opens into an array of its own, which it gets back unless it is kept', () => {
    const released: Uint8Array[] = []
    const { engine, ...rest } = incoming(framing)
    const reader = new PacketReader(limits)
    reader.protect({
      ...rest,
      engine: {
        headLength: engine.headLength,
        readLength: (sequence, head) => engine.readLength(sequence, head),
        open: (sequence, packet) => engine.open(sequence, packet).slice(),
        release: (body) => released.push(body),
        destroy: () => engine.destroy(),
      },
    })
    reader.append(packets(3))
    const first = reader.next()!
    expect(released).toEqual([])
    const second = reader.next()!
    expect(released.map(({ buffer }) => buffer)).toEqual([first.buffer])
    expect(reader.keep(second.subarray(1, 9)).buffer).toBe(second.buffer)
    const third = reader.next()!
    expect(released).toHaveLength(1)
    expect(reader.next()).toBeNull()
    expect(released.map(({ buffer }) => buffer)).toEqual([first.buffer, third.buffer])
  })

  it('is left alone where a cipher beside a MAC over the ciphertext makes new memory, which it gets back', () => {
    const cipher = defineToyCipher('x', 16)
    const released: Uint8Array[] = []
    const createDecryptor = (key: Uint8Array, iv: Uint8Array): CipherStream => {
      const stream = cipher.createDecryptor(key, iv)
      const transformToNew = (data: Uint8Array): Uint8Array => {
        const copy = data.slice()
        stream.transform(copy)
        return copy
      }
      return { ...stream, transformToNew, release: (bytes) => released.push(bytes) }
    }
    const mac = defineToyMac('m', true)
    const reader = readerOf({ cipher: { ...cipher, createDecryptor }, mac })
    const writer = writerOf({ cipher, mac })
    for (const byte of [1, 2]) writer.write(94, new Uint8Array(40).fill(byte))
    reader.append(writer.take())
    const first = reader.next()!
    expect(first).toEqual(Uint8Array.of(94, ...new Uint8Array(40).fill(1)))
    expect(first.buffer).not.toBe(reader.buffered.buffer)
    const second = reader.next()!
    expect(released.map(({ buffer }) => buffer)).toEqual([first.buffer])
    expect(reader.keep(second.subarray(1)).buffer).toBe(second.buffer)
    expect(reader.next()).toBeNull()
    expect(released).toHaveLength(1)
  })

  it('is copied to be kept where the cipher opens in place', () => {
    const reader = readerOf(framing)
    reader.append(packets(1))
    const payload = reader.next()!
    const kept = reader.keep(payload.subarray(1, 9))
    expect(kept).toEqual(payload.subarray(1, 9))
    expect(kept.buffer).not.toBe(payload.buffer)
  })
})

describe('a writer', () => {
  it('takes a payload in pieces', () => {
    const [whole, pieces] = [writerOf(framing), writerOf(framing)]
    whole.write(94, Uint8Array.of(1, 2, 3, 4))
    pieces.write(94, Uint8Array.of(1), Uint8Array.of(), Uint8Array.of(2, 3, 4))
    expect(pieces.take()).toStrictEqual(whole.take())
  })

  it('fills the room it is given', () => {
    const rooms: Uint8Array[] = []
    const writer = new PacketWriter(seededRandom('padding'), {
      allocate(length) {
        rooms.push(new Uint8Array(Math.max(length, 100)))
        return rooms.at(-1)
      },
    })
    writer.write(94, new Uint8Array(10))
    writer.write(94, new Uint8Array(10))
    expect(writer.take().buffer).toBe(rooms[0]!.buffer)
    writer.write(94, new Uint8Array(10))
    writer.write(94, new Uint8Array(500))
    const batch = writer.take()
    expect(rooms).toHaveLength(3)
    expect(batch.buffer).toBe(rooms[2]!.buffer)
    const reader = new PacketReader(limits)
    reader.append(batch)
    expect(readAll(reader).map(({ length }) => length)).toStrictEqual([11, 501])
  })

  const framing = framings['an AEAD with the length in clear']!

  it('draws its padding from the random source', () => {
    const framed = framings['no protection']!
    const writer = new PacketWriter(seededRandom('one'))
    writer.protect(outgoing(framed))
    writer.write(7, new Uint8Array(3))
    writer.write(7, new Uint8Array(3))
    const stream = writer.take()
    const paddings = [stream.subarray(9, 16), stream.subarray(25, 32)]
    expect(paddings[0]).not.toStrictEqual(paddings[1])
    expect(paddings[0]!.some((byte) => byte !== 0)).toBe(true)
    expect(readUint32(stream, 0)).toBe(12)
  })

  it('keeps what was taken apart from what comes after', () => {
    const writer = writerOf(framing)
    writer.write(1, new Uint8Array(10))
    const first = writer.take()
    const copy = first.slice()
    writer.write(2, new Uint8Array(10))
    expect(first).toStrictEqual(copy)
    expect(writer.pendingLength).toBeGreaterThan(0)
    writer.take()
    expect(writer.pendingLength).toBe(0)
  })

  it('wipes the keys that new ones replace, and both at the end', () => {
    const framed = framings['a cipher and a MAC over the plaintext']!
    const [writer, reader] = [writerOf(framed), readerOf(framed)]
    const [oldOut, oldIn] = [writer.protection.engine, reader.protection.engine]
    writer.protect(outgoing(framed))
    reader.protect(incoming(framed))
    expect(() => oldOut.seal(0, new Uint8Array(44))).toThrow('used after its destruction')
    expect(() => oldIn.open(0, new Uint8Array(44))).toThrow('used after its destruction')
    const [out, into] = [writer.protection.engine, reader.protection.engine]
    writer.destroy()
    reader.destroy()
    expect(() => out.seal(0, new Uint8Array(44))).toThrow('used after its destruction')
    expect(() => into.open(0, new Uint8Array(44))).toThrow('used after its destruction')
    expect(reader.buffered).toHaveLength(0)
  })

  it('takes a batch larger than its buffer, and many small ones', () => {
    const [writer, reader] = [writerOf(framing), readerOf(framing)]
    const payloads = Array.from({ length: 40 }, (_, index) => new Uint8Array(index * 90 + 1).fill(index))
    for (const payload of payloads) writer.write(payload[0]!, payload.subarray(1))
    reader.append(writer.take())
    expect(readAll(reader)).toStrictEqual(payloads)
  })
})

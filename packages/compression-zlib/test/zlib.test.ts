import { constants, createDeflate, createInflate } from 'node:zlib'
import type { Deflate, Inflate } from 'node:zlib'
import { compressionChecks, register } from '@seashell/conformance'
import { seededRandom, toHex, unaligned } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { zlibCompressions, zlib, zlibOpenSSH } from '../src/index.ts'

const REFUSED = expect.objectContaining({ name: 'SSHError', code: 'COMPRESSION', fault: 'peer', reason: 6 })
const LIMIT = 256 * 1024

/** One stream of node:zlib, which keeps its state from payload to payload. */
class NodeStream {
  readonly #stream: Deflate | Inflate
  #output: Buffer[] = []

  constructor(stream: Deflate | Inflate) {
    this.#stream = stream.on('data', (chunk: Buffer) => this.#output.push(chunk))
  }

  async push(data: Uint8Array): Promise<Uint8Array> {
    this.#output = []
    await new Promise<void>((resolve, reject) => {
      this.#stream.write(data, (error) => (error ? reject(error) : resolve()))
    })
    return new Uint8Array(Buffer.concat(this.#output))
  }
}

/** Payloads as a session has them: text that repeats, noise, one byte, and lengths around those of the output chunks. */
function payloads(): Uint8Array[] {
  const random = seededRandom('payloads')
  const text = new TextEncoder().encode('drwxr-xr-x 2 root root 4096 Nov 23 06:21 packages\n'.repeat(700))
  const lengths = [1, 5, 100, 1000, 16_383, 16_384, 16_385, 32_768, 65_537, 200_000]
  const edges = Array.from({ length: 40 }, (_, index) => random(16_360 + index))
  return [
    ...lengths.map((length) => random(length)),
    ...lengths.map((length) => text.subarray(0, length)),
    ...edges,
    new Uint8Array(250_000),
  ]
}

describe.each([zlib, zlibOpenSSH])('$name', (definition) => {
  const reference = {
    create() {
      const [deflate, inflate] = [new NodeStream(createDeflate({ flush: constants.Z_PARTIAL_FLUSH })), new NodeStream(createInflate())]
      return { compress: (data: Uint8Array) => deflate.push(data), decompress: (data: Uint8Array) => inflate.push(data) }
    },
  }
  register(compressionChecks(definition, { reference }), it)
})

describe('decompress', () => {
  it.each([
    { flush: 'Z_PARTIAL_FLUSH', mode: constants.Z_PARTIAL_FLUSH },
    { flush: 'Z_SYNC_FLUSH', mode: constants.Z_SYNC_FLUSH },
    { flush: 'Z_FULL_FLUSH', mode: constants.Z_FULL_FLUSH },
  ])('inflates, payload after payload, a stream that node:zlib made with $flush', async ({ mode }) => {
    const [deflate, stream] = [new NodeStream(createDeflate({ flush: mode })), zlib.create()]
    for (const payload of payloads()) {
      const compressed = await deflate.push(payload)
      expect(toHex(stream.decompress(unaligned(compressed), LIMIT))).toBe(toHex(payload))
    }
  })

  it.each([0, 1, 9])('inflates what node:zlib made at level %i', async (level) => {
    const [deflate, stream] = [new NodeStream(createDeflate({ level, flush: constants.Z_PARTIAL_FLUSH })), zlib.create()]
    for (const payload of payloads()) {
      expect(toHex(stream.decompress(await deflate.push(payload), LIMIT))).toBe(toHex(payload))
    }
  })

  it('inflates a stored and a fixed block written by hand from RFC 1950 §2.2 and RFC 1951 §3.2', () => {
    const stream = zlib.create()
    // CMF and FLG; then BFINAL 0, BTYPE 00, LEN 5, NLEN, "hello".
    const stored = [0x78, 0x9c, 0x00, 0x05, 0x00, 0xfa, 0xff, 0x68, 0x65, 0x6c, 0x6c, 0x6f]
    expect(new TextDecoder().decode(stream.decompress(Uint8Array.from(stored), 5))).toBe('hello')
    // BFINAL 0, BTYPE 01, 'a' (0x30 + 0x61 = 10010001), length 9 (code 263, 0000111), distance 1 (00000), end of block (0000000).
    expect(new TextDecoder().decode(stream.decompress(bitsOf('0 10 10010001 0000111 00000 0000000'), 10))).toBe('aaaaaaaaaa')
  })

  it('stops at the limit, in memory too, when 64 MiB come as one payload', async () => {
    const bomb = await new NodeStream(createDeflate({ flush: constants.Z_PARTIAL_FLUSH })).push(new Uint8Array(64 * 1024 * 1024))
    expect(bomb.length).toBeLessThan(LIMIT)
    const before = process.memoryUsage().arrayBuffers
    expect(() => zlib.create().decompress(bomb, LIMIT)).toThrow(REFUSED)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * LIMIT)
  })

  it.each([
    { what: 'another compression method', bytes: [0x79, 0x9c] },
    { what: 'a header whose check bits are wrong', bytes: [0x78, 0x9d] },
    { what: 'a preset dictionary', bytes: [0x78, 0xbb, 0, 0, 0, 1] },
    { what: 'a reserved type of block', bytes: [0x78, 0x9c, 0x06] },
    { what: 'a stored block with contradictory lengths', bytes: [0x78, 0x9c, 0x00, 5, 0, 0, 0] },
    { what: 'a distance before the beginning', bytes: [0x78, 0x9c, ...bitsOf('0 10 10010001 0000111 00001 0000000')] },
    { what: 'the end of the stream', bytes: [0x78, 0x9c, 0x03, 0x00, 0, 0, 0, 1] },
    { what: 'gzip', bytes: [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3] },
  ])('refuses $what', ({ bytes }) => {
    expect(() => zlib.create().decompress(Uint8Array.from(bytes), LIMIT)).toThrow(REFUSED)
  })
})

describe('compress', () => {
  it('makes what it has seen before shorter: the window goes from payload to payload', () => {
    const [stream, noise] = [zlib.create(), seededRandom('noise')(1000)]
    expect(stream.compress(noise).length).toBeGreaterThan(1000)
    expect(stream.compress(noise).length).toBeLessThan(30)
  })

  it('ends a payload with a partial flush, not with the longer sync flush', () => {
    const compressed = zlib.create().compress(new TextEncoder().encode('hello'))
    expect(toHex(compressed)).not.toMatch(/0000ffff$/)
  })

  it('makes no bytes of no bytes at the second time, and so does decompress', () => {
    const [one, other] = [zlib.create(), zlib.create()]
    expect(other.decompress(one.compress(new Uint8Array(0)), 0)).toHaveLength(0)
    expect(other.decompress(one.compress(new Uint8Array(0)), 0)).toHaveLength(0)
    expect(other.decompress(one.compress(Uint8Array.of(1, 2, 3)), 3)).toEqual(Uint8Array.of(1, 2, 3))
  })
})

describe('the list of both', () => {
  it('is frozen, the delayed one first', () => {
    expect(Object.isFrozen(zlibCompressions)).toBe(true)
    expect(zlibCompressions.every((definition) => Object.isFrozen(definition))).toBe(true)
    expect(zlibCompressions).toEqual([zlibOpenSSH, zlib])
    expect(zlibCompressions.map(({ name, delayed }) => [name, delayed])).toEqual([
      ['zlib@openssh.com', true],
      ['zlib', false],
    ])
  })
})

/** Bytes from bits in the order in which deflate reads them: from each byte's least significant end (RFC 1951 §3.1.1). */
function bitsOf(text: string): Uint8Array {
  const bits = text.replaceAll(' ', '')
  const bytes = new Uint8Array(Math.ceil(bits.length / 8))
  for (const [index, bit] of Array.from(bits).entries()) bytes[index >> 3]! |= Number(bit) << (index % 8)
  return bytes
}

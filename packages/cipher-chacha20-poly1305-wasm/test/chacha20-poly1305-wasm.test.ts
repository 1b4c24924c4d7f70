import { chacha20Poly1305 } from '@seashell/cipher-chacha20-poly1305'
import { type AeadReference, cipherChecks, register } from '@seashell/conformance'
import type { Opener } from '@seashell/core'
import { chachaPacketVector, fromHex, sealChachaPacket, seededRandom, toHex } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { chacha20Poly1305Wasm, defineChacha20Poly1305Wasm } from '../src/index.ts'
import { PACKET_ADDRESS, STRIDE_LENGTH } from '../src/layout.ts'

const NO_IV = new Uint8Array(0)

/** The longest packet that the memory has room for before it grows. */
const FIRST_PAGE = 65_536 - PACKET_ADDRESS - STRIDE_LENGTH

const onOpenSSL: AeadReference = (key) => (sequence, packet) => sealChachaPacket(key, sequence, packet)

describe('chacha20-poly1305@openssh.com in WebAssembly', () => {
  describe('beside node:crypto', () => {
    register(cipherChecks(chacha20Poly1305Wasm, { vectors: [chachaPacketVector], reference: onOpenSSL }), it)
  })

  describe('beside noble', () => {
    register(cipherChecks(chacha20Poly1305Wasm, { vectors: [chachaPacketVector], reference: chacha20Poly1305 }), it)
  })

  it('makes and opens the packets that noble makes, of 10,000 lengths up to 70,000 bytes', () => {
    const random = seededRandom('lengths')
    const pool = random(140_000)
    const key = random(64)
    const [portable, sealer, opener] = [
      chacha20Poly1305.createSealer(key, NO_IV),
      chacha20Poly1305Wasm.createSealer(key, NO_IV),
      chacha20Poly1305Wasm.createOpener(key, NO_IV),
    ]
    const seeds = new Uint32Array(random(80_000).buffer)
    for (let round = 0; round < 10_000; round++) {
      // All lengths up to 1,100, which end everywhere between blocks and strides; then short ones more often than long ones.
      const bodyLength = round < 1100 ? round : Math.floor(70_000 ** (seeds[round]! / 2 ** 32))
      const start = seeds[10_000 + round]! % (pool.length - 70_020)
      const [expected, found] = [pool.slice(start, start + bodyLength + 20), pool.slice(start, start + bodyLength + 20)]
      const sequence = seeds[round]!
      portable.seal(sequence, expected)
      sealer.seal(sequence, found)
      if (Buffer.compare(expected, found) !== 0)
        expect.fail(`packet ${sequence} with a body of ${bodyLength} bytes is another than noble's`)
      const length = opener.readLength(sequence, found.subarray(0, 4))
      const body = opener.open(sequence, found)
      const isSame =
        length === Buffer.from(pool.buffer).readUint32BE(start) &&
        Buffer.compare(body, pool.subarray(start + 4, start + 4 + bodyLength)) === 0
      if (!isSame) expect.fail(`packet ${sequence} with a body of ${bodyLength} bytes is another after it was opened`)
    }
  })

  it('makes and opens the packets that OpenSSL makes, around each length from which it does more at once', () => {
    const random = seededRandom('strides')
    for (let stride = 0; stride <= 4; stride++) {
      // Blocks of Poly1305 and of ChaCha20 end within these; 128 bytes of the body come before the first stride.
      for (let bodyLength = 128 + STRIDE_LENGTH * stride - 34; bodyLength <= 128 + STRIDE_LENGTH * stride + 34; bodyLength++) {
        const [key, packet] = [random(64), random(4 + bodyLength)]
        const expected = sealChachaPacket(key, bodyLength, packet)
        const found = new Uint8Array([...packet, ...new Uint8Array(16)])
        chacha20Poly1305Wasm.createSealer(key, NO_IV).seal(bodyLength, found)
        expect(toHex(found), `a body of ${bodyLength} bytes`).toBe(toHex(expected))
        const body = chacha20Poly1305Wasm.createOpener(key, NO_IV).open(bodyLength, found)
        expect(toHex(body), `a body of ${bodyLength} bytes, opened`).toBe(toHex(packet.subarray(4)))
      }
    }
  })

  it('takes packets of any length: its memory grows', () => {
    const definition = defineChacha20Poly1305Wasm(() => WebAssembly)
    const random = seededRandom('growth')
    const key = random(64)
    for (const length of [60_000, FIRST_PAGE, FIRST_PAGE + 1, 262_164, 1_000_000]) {
      const packet = random(length)
      const [expected, found] = [new Uint8Array(packet), new Uint8Array(packet)]
      chacha20Poly1305.createSealer(key, NO_IV).seal(3, expected)
      definition.createSealer(key, NO_IV).seal(3, found)
      expect(Buffer.compare(found, expected)).toBe(0)
      const body = definition.createOpener(key, NO_IV).open(3, found)
      expect(Buffer.compare(body, packet.subarray(4, -16))).toBe(0)
    }
  })

  it('serves connections that take turns', () => {
    const random = seededRandom('turns')
    const keys = [random(64), random(64), random(64)]
    const sealers = keys.map((key) => chacha20Poly1305Wasm.createSealer(key, NO_IV))
    const openers = keys.map((key) => chacha20Poly1305Wasm.createOpener(key, NO_IV))
    const packets = keys.map(() => random(4 + 2000 + 16))
    const sealed = packets.map((packet, index) => {
      const made = new Uint8Array(packet)
      sealers[index]!.seal(index, made)
      return made
    })
    const lengths = sealed.map((packet, index) => openers[index]!.readLength(index, packet.subarray(0, 4)))
    const bodies = sealed.map((packet, index) => openers[index]!.open(index, packet))
    expect(lengths).toEqual(packets.map((packet) => Buffer.from(packet).readUint32BE()))
    expect(bodies.map(toHex)).toEqual(packets.map((packet) => toHex(packet.subarray(4, -16))))
  })

  it('does not let one connection that is closed or refused end another', () => {
    const key = fromHex(chachaPacketVector.key)
    const [closed, refused, third] = [1, 2, 3].map(() => chacha20Poly1305Wasm.createOpener(key, NO_IV)) as [Opener, Opener, Opener]
    closed.destroy()
    expect(() => refused.open(8, fromHex(chachaPacketVector.sealed))).toThrow(
      expect.objectContaining({ code: 'MAC', fault: 'peer', reason: 5 }),
    )
    expect(toHex(third.open(chachaPacketVector.sequence, fromHex(chachaPacketVector.sealed)))).toBe(
      toHex(fromHex(chachaPacketVector.packet).subarray(4)),
    )
  })
})

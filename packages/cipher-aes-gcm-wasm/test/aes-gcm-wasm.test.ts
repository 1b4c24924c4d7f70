import { aeadAes128Gcm, aeadAes256Gcm, aes128Gcm, aes128GcmBare, aes256Gcm, aes256GcmBare } from '@seashell/cipher-aes'
import { cipherChecks, register } from '@seashell/conformance'
import type { AeadCipherDefinition, Opener } from '@seashell/core'
import { opensslGcm, seededRandom, toHex } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { aesGcmWasm, defineAesGcmWasm } from '../src/index.ts'
import { BODY_ADDRESS, STRIDE_LENGTH } from '../src/layout.ts'

/** The longest packet that the memory has room for before it grows. */
const FIRST_PAGE = 65_536 - BODY_ADDRESS + 4 - STRIDE_LENGTH

const portables = [aes256Gcm, aes128Gcm, aeadAes256Gcm, aeadAes128Gcm, aes256GcmBare, aes128GcmBare]

function inWasm({ name }: AeadCipherDefinition): AeadCipherDefinition {
  const found = aesGcmWasm.find((definition) => definition.name === name)
  if (found === undefined) throw new Error(`there is no ${name} in WebAssembly`)
  return found
}

it('takes the place of every portable definition, and differs in nothing but its provider and what computes', () => {
  expect(aesGcmWasm.map(({ name }) => name)).toEqual(portables.map(({ name }) => name))
  for (const portable of portables) {
    const others = { provider: 'wasm', createSealer: expect.any(Function) as unknown, createOpener: expect.any(Function) as unknown }
    expect(inWasm(portable)).toEqual({ ...portable, ...others })
  }
})

describe.each(portables)('$name in WebAssembly', (portable) => {
  const ours = inWasm(portable)

  describe('beside node:crypto', () => {
    register(cipherChecks(ours, { reference: opensslGcm }), it)
  })

  describe('beside noble', () => {
    register(cipherChecks(ours, { reference: portable }), it)
  })
})

describe.each([aes128Gcm, aes256Gcm])('$name in WebAssembly', (portable) => {
  const ours = inWasm(portable)

  it('makes and opens the packets that OpenSSL makes, of 4,000 lengths up to 70,000 bytes', () => {
    const random = seededRandom('lengths')
    const pool = random(140_000)
    const [key, iv] = [random(portable.keyLength), random(12)]
    const [openssl, sealer, opener] = [opensslGcm(key, iv), ours.createSealer(key, iv), ours.createOpener(key, iv)]
    const seeds = new Uint32Array(random(32_000).buffer)
    for (let round = 0; round < 4000; round++) {
      // All lengths up to 1,100, which end everywhere between blocks and strides; then short ones more often than long ones.
      const bodyLength = round < 1100 ? round : Math.floor(70_000 ** (seeds[round]! / 2 ** 32))
      const start = seeds[4000 + round]! % (pool.length - 70_020)
      const packet = pool.slice(start, start + bodyLength + 20)
      const expected = openssl(0, packet.subarray(0, -16))
      sealer.seal(0, packet)
      if (Buffer.compare(expected, packet) !== 0)
        expect.fail(`packet ${round} with a body of ${bodyLength} bytes is another than OpenSSL's`)
      const body = opener.open(0, packet)
      if (Buffer.compare(body, pool.subarray(start + 4, start + 4 + bodyLength)) !== 0)
        expect.fail(`packet ${round} with a body of ${bodyLength} bytes is another after it was opened`)
    }
  })

  it('makes the packets that noble makes, and opens them, each the other way', () => {
    const random = seededRandom('noble')
    const [key, iv] = [random(portable.keyLength), random(12)]
    const ends = [ours, portable].map((each) => ({ sealer: each.createSealer(key, iv), opener: each.createOpener(key, iv) }))
    for (let round = 0; round < 200; round++) {
      const packet = random(20 + 16 * round)
      const sealed = ends.map(({ sealer }) => {
        const copy = new Uint8Array(packet)
        sealer.seal(round, copy)
        return copy
      })
      expect(toHex(sealed[0]!)).toBe(toHex(sealed[1]!))
      for (const [index, { opener }] of ends.entries()) {
        expect(toHex(opener.open(round, sealed[1 - index]!))).toBe(toHex(packet.subarray(4, -16)))
      }
    }
  })

  it('takes packets of any length: its memory grows', () => {
    const definition = defineAesGcmWasm({ webAssembly: () => WebAssembly }).find(({ name }) => name === portable.name)!
    const random = seededRandom('growth')
    const [key, iv] = [random(portable.keyLength), random(12)]
    for (const length of [60_000, FIRST_PAGE, FIRST_PAGE + 1, 262_164, 1_000_000]) {
      const packet = random(length)
      const found = new Uint8Array(packet)
      definition.createSealer(key, iv).seal(3, found)
      expect(Buffer.compare(found, opensslGcm(key, iv)(3, packet.subarray(0, -16)))).toBe(0)
      expect(Buffer.compare(definition.createOpener(key, iv).open(3, found), packet.subarray(4, -16))).toBe(0)
    }
  })

  it('serves connections that take turns', () => {
    const random = seededRandom('turns')
    const keys = [1, 2, 3].map(() => [random(portable.keyLength), random(12)] as const)
    const sealers = keys.map(([key, iv]) => ours.createSealer(key, iv))
    const openers = keys.map(([key, iv]) => ours.createOpener(key, iv))
    for (let round = 0; round < 5; round++) {
      const packets = keys.map(() => random(4 + 2000 + 16))
      const sealed = packets.map((packet, index) => {
        const made = new Uint8Array(packet)
        sealers[index]!.seal(round, made)
        return made
      })
      const bodies = sealed.map((packet, index) => openers[index]!.open(round, packet))
      expect(bodies.map(toHex)).toEqual(packets.map((packet) => toHex(packet.subarray(4, -16))))
    }
  })

  it('does not let one connection that is closed or refused end another', () => {
    const random = seededRandom('closed')
    const [key, iv, packet] = [random(portable.keyLength), random(12), random(100)]
    const [closed, refused, third] = [1, 2, 3].map(() => ours.createOpener(key, iv)) as [Opener, Opener, Opener]
    const sealed = opensslGcm(key, iv)(0, packet)
    closed.destroy()
    expect(() => refused.open(8, sealed.with(50, sealed[50]! ^ 1))).toThrow(
      expect.objectContaining({ code: 'MAC', fault: 'peer', reason: 5 }),
    )
    expect(toHex(third.open(0, new Uint8Array(sealed)))).toBe(toHex(packet.subarray(4)))
  })
})

import { type GcmArithmetic, portableGcm } from '@seashell/cipher-aes'
import { opensslGcm, seededRandom, toHex } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { defineAesGcmWasm } from '../src/index.ts'

const LIMIT = 100

/** noble, with a record of the lengths of packets it is given, of bodies it gets back, and of whether it is told to forget the key. */
function watched() {
  const given: number[] = []
  const state = { started: 0, destroyed: false, released: 0 }
  const arithmetic: GcmArithmetic = {
    provider: 'watched',
    start(key) {
      state.started++
      const gcm = portableGcm.start(key)
      return {
        seal(nonce, packet) {
          given.push(packet.length)
          gcm.seal(nonce, packet)
        },
        open(nonce, packet) {
          given.push(packet.length)
          return gcm.open(nonce, packet)
        },
        release() {
          state.released++
        },
        destroy() {
          state.destroyed = true
          gcm.destroy()
        },
      }
    },
  }
  return { arithmetic, given, state }
}

const random = seededRandom('by size')
const [key, iv] = [random(32), Uint8Array.of(...random(4), ...new Uint8Array(8).fill(0xff))]
const small = (): Uint8Array => random(LIMIT)
const large = (): Uint8Array => random(LIMIT + 1)

describe('AES-GCM in WebAssembly for short packets, and by another for long ones', () => {
  const { arithmetic, given, state } = watched()
  const [definition] = defineAesGcmWasm({ upTo: LIMIT, beyond: arithmetic })

  it('says who computes', () => {
    expect(definition!.provider).toBe('wasm, watched')
  })

  it('counts on from one to the other, over the end of the invocation counter, and each gets what is its own', () => {
    const [sealer, opener, openssl] = [definition!.createSealer(key, iv), definition!.createOpener(key, iv), opensslGcm(key, iv)]
    const packets = [small(), small(), large(), small(), large(), large(), small()]
    for (const packet of packets) {
      const sealed = new Uint8Array(packet)
      sealer.seal(0, sealed)
      expect(toHex(sealed)).toBe(toHex(openssl(0, packet.subarray(0, -16))))
      expect(toHex(opener.open(0, sealed))).toBe(toHex(packet.subarray(4, -16)))
    }
    expect(given).toEqual(Array.from({ length: 6 }, () => LIMIT + 1))
  })

  it.each([
    ['short', small],
    ['long', large],
  ])('opens nothing more after it has refused a %s packet', (_, packetOf) => {
    for (const next of [small, large]) {
      const [opener, openssl] = [definition!.createOpener(key, iv), opensslGcm(key, iv)]
      const sealed = openssl(0, packetOf().subarray(0, -16))
      expect(() => opener.open(0, sealed.with(20, sealed[20]! ^ 1))).toThrow(expect.objectContaining({ code: 'MAC' }))
      expect(() => opener.open(0, new Uint8Array(sealed))).toThrow(expect.objectContaining({ code: 'MAC' }))
      expect(() => opener.open(0, new Uint8Array(openssl(0, next().subarray(0, -16))))).toThrow(expect.objectContaining({ code: 'MAC' }))
    }
  })

  it('gives what another made back to it', () => {
    const opener = definition!.createOpener(key, iv)
    opener.release?.(opener.open(0, new Uint8Array(opensslGcm(key, iv)(0, large().subarray(0, -16)))))
    expect(state.released).toBe(1)
  })

  it('starts the other with the first long packet', () => {
    const sealer = definition!.createSealer(key, iv)
    state.started = 0
    sealer.seal(0, small())
    expect(state.started).toBe(0)
    sealer.seal(0, large())
    sealer.seal(0, large())
    expect(state.started).toBe(1)
  })

  it.each([
    ['had to do', large],
    ['was not needed', small],
  ])('lets neither be used after destroy, where the other %s, and tells it', (_, packetOf) => {
    const [sealer, opener] = [definition!.createSealer(key, iv), definition!.createOpener(key, iv)]
    sealer.seal(0, packetOf())
    state.destroyed = false
    state.started = 0
    sealer.destroy()
    expect(state.destroyed).toBe(packetOf === large)
    opener.destroy()
    const closed = expect.objectContaining({ code: 'CLOSED', fault: 'caller' })
    for (const packet of [small(), large()]) {
      expect(() => sealer.seal(0, packet)).toThrow(closed)
      expect(() => opener.open(0, packet)).toThrow(closed)
    }
    expect(state.started).toBe(0)
  })

  it('is all the other’s where there is no WebAssembly', () => {
    const other = watched()
    const [alone] = defineAesGcmWasm({ webAssembly: () => undefined, upTo: LIMIT, beyond: other.arithmetic })
    const packet = small()
    const sealed = new Uint8Array(packet)
    alone!.createSealer(key, iv).seal(0, sealed)
    expect(toHex(sealed)).toBe(toHex(opensslGcm(key, iv)(0, packet.subarray(0, -16))))
    expect(other.given).toEqual([LIMIT])
  })
})

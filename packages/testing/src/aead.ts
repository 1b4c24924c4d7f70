import { describe, expect, it } from 'vitest'
import { unaligned, withEachByteFlipped } from './damage.ts'
import { toHex } from './hex.ts'
import { seededRandom } from './random.ts'

/** As much of core's AeadCipherDefinition as is tested. This package imports none of the others. */
interface Aead {
  readonly name: string
  readonly keyLength: number
  readonly ivLength: number
  readonly blockLength: number
  readonly tagLength: number
  createSealer(key: Uint8Array, iv: Uint8Array): { seal(sequence: number, packet: Uint8Array): void; destroy(): void }
  createOpener(key: Uint8Array, iv: Uint8Array): AeadOpener
}

interface AeadOpener {
  readonly headLength: number
  readLength(sequence: number, head: Uint8Array): number
  open(sequence: number, packet: Uint8Array): Uint8Array
  destroy(): void
}

/**
 * A second implementation of one direction: takes `length ‖ body`, packet after packet, and returns what goes on the wire, tag included.
 */
export type AeadReference = (key: Uint8Array, iv: Uint8Array) => (sequence: number, packet: Uint8Array) => Uint8Array

const REFUSED = /* @__PURE__ */ expect.objectContaining({ name: 'SSHError', code: 'MAC', fault: 'peer', reason: 5 })

/** Registers the tests that every AEAD with its length outside the body has to pass, against a second implementation. */
export function describeAead(cipher: Aead, reference: AeadReference): void {
  const fixture = (): Fixture => new Fixture(cipher, reference)
  describe(`${cipher.name} against another implementation`, () => describeAgreement(cipher, fixture))
  describe(`${cipher.name} refuses`, () => describeRefusals(cipher, fixture))
  describe(`${cipher.name} keeps its promises:`, () => describeManners(cipher, fixture))
}

/** Key, IV and packets, the same in every run. */
class Fixture {
  readonly #random = seededRandom('aead')
  readonly #cipher: Aead
  readonly #reference: AeadReference
  readonly key: Uint8Array
  readonly iv: Uint8Array

  constructor(cipher: Aead, reference: AeadReference) {
    this.#cipher = cipher
    this.#reference = reference
    this.key = this.#random(cipher.keyLength)
    this.iv = this.#random(cipher.ivLength)
  }

  /** `length ‖ body` with so many blocks of body. */
  packet(blocks: number): Uint8Array {
    const body = this.#random(blocks * this.#cipher.blockLength)
    const packet = new Uint8Array(4 + body.length)
    new DataView(packet.buffer).setUint32(0, body.length)
    packet.set(body, 4)
    return packet
  }

  sealer(): (sequence: number, packet: Uint8Array) => Uint8Array {
    const sealer = this.#cipher.createSealer(this.key, this.iv)
    return (sequence, packet) => {
      const sealed = unaligned(new Uint8Array(packet.length + this.#cipher.tagLength))
      sealed.set(packet)
      sealer.seal(sequence, sealed)
      return sealed
    }
  }

  referenceSealer(): (sequence: number, packet: Uint8Array) => Uint8Array {
    return this.#reference(this.key, this.iv)
  }

  opener(): AeadOpener {
    return this.#cipher.createOpener(this.key, this.iv)
  }
}

/** Opens one packet as core does: the head first, in place. */
function receive(opener: AeadOpener, sequence: number, packet: Uint8Array): Uint8Array {
  opener.readLength(sequence, packet.subarray(0, opener.headLength))
  return opener.open(sequence, packet)
}

function describeAgreement(cipher: Aead, fixture: () => Fixture): void {
  const packets = Array.from({ length: 200 }, (_, index) => ({
    sequence: (2 ** 32 - 100 + index) % 2 ** 32,
    blocks: 1 + ((index * 7) % 90),
  }))

  it('seals 200 packets to the same bytes, across sequence number 2^32-1', () => {
    const test = fixture()
    const [seal, sealByReference] = [test.sealer(), test.referenceSealer()]
    for (const { sequence, blocks } of packets) {
      const packet = test.packet(blocks)
      expect(toHex(seal(sequence, packet))).toBe(toHex(sealByReference(sequence, packet)))
    }
  })

  it('opens 200 packets, each telling its length first, at any address', () => {
    const test = fixture()
    const [opener, sealByReference] = [test.opener(), test.referenceSealer()]
    for (const { sequence, blocks } of packets) {
      const packet = test.packet(blocks)
      const sealed = sealByReference(sequence, packet)
      const arrived = blocks % 2 === 0 ? unaligned(sealed) : new Uint8Array(sealed)
      expect(opener.readLength(sequence, arrived.subarray(0, opener.headLength))).toBe(blocks * cipher.blockLength)
      expect(toHex(opener.open(sequence, arrived))).toBe(toHex(packet.subarray(4)))
    }
  })

  it("works on Node's Buffers, whose slices are views", () => {
    const test = fixture()
    const packet = test.packet(5)
    const sealed = Buffer.concat([Buffer.alloc(1), Buffer.from(packet), Buffer.alloc(cipher.tagLength)]).subarray(1)
    cipher.createSealer(Buffer.from(test.key), Buffer.from(test.iv)).seal(3, sealed)
    expect(new Uint8Array(sealed)).toEqual(new Uint8Array(test.referenceSealer()(3, packet)))
    expect(new Uint8Array(receive(test.opener(), 3, sealed))).toEqual(packet.subarray(4))
  })
}

function describeRefusals(cipher: Aead, fixture: () => Fixture): void {
  it('a packet with any one byte changed, and leaves its body encrypted', () => {
    const test = fixture()
    for (const damaged of withEachByteFlipped(test.referenceSealer()(9, test.packet(6)))) {
      const arrived = new Uint8Array(damaged)
      expect(() => receive(test.opener(), 9, arrived)).toThrow(REFUSED)
      expect(arrived).toEqual(damaged)
    }
  })

  it('a packet cut short anywhere, or with more after it', () => {
    const test = fixture()
    const sealed = new Uint8Array(test.referenceSealer()(9, test.packet(3)))
    for (let length = 4; length < sealed.length; length++) {
      expect(() => receive(test.opener(), 9, sealed.slice(0, length))).toThrow(REFUSED)
    }
    for (const extra of [1, cipher.blockLength, cipher.tagLength]) {
      const extended = new Uint8Array(sealed.length + extra)
      extended.set(sealed)
      expect(() => receive(test.opener(), 9, extended)).toThrow(REFUSED)
    }
  })

  it('a packet out of its turn, or twice', () => {
    const test = fixture()
    const seal = test.referenceSealer()
    const [first, second] = [seal(0, test.packet(2)), seal(1, test.packet(2))]
    expect(() => receive(test.opener(), 0, new Uint8Array(second))).toThrow(REFUSED)
    const opener = test.opener()
    receive(opener, 0, new Uint8Array(first))
    expect(() => receive(opener, 1, new Uint8Array(first))).toThrow(REFUSED)
  })

  it('every packet after one that it refused', () => {
    const test = fixture()
    const sealed = test.referenceSealer()(0, test.packet(2))
    const opener = test.opener()
    expect(() => receive(opener, 0, new Uint8Array(withEachByteFlipped(sealed)[7]!))).toThrow(REFUSED)
    expect(() => receive(opener, 0, new Uint8Array(sealed))).toThrow(REFUSED)
  })

  it('keys and initial vectors of another length', () => {
    const refusal = expect.objectContaining({ name: 'SSHError', code: 'ARGUMENT', fault: 'caller' })
    const { key, iv } = fixture()
    for (const create of ['createSealer', 'createOpener'] as const) {
      expect(() => cipher[create](key.subarray(1), iv)).toThrow(refusal)
      expect(() => cipher[create](new Uint8Array(key.length + 1), iv)).toThrow(refusal)
      expect(() => cipher[create](key, new Uint8Array(iv.length + 1))).toThrow(refusal)
    }
  })

  it('work after destroy()', () => {
    const test = fixture()
    const closed = expect.objectContaining({ name: 'SSHError', code: 'CLOSED', fault: 'caller' })
    const [sealer, opener] = [cipher.createSealer(test.key, test.iv), test.opener()]
    sealer.destroy()
    opener.destroy()
    expect(() => sealer.seal(0, new Uint8Array(52))).toThrow(closed)
    expect(() => opener.open(0, new Uint8Array(test.referenceSealer()(0, test.packet(2))))).toThrow(closed)
  })
}

function describeManners(cipher: Aead, fixture: () => Fixture): void {
  it('key and initial vector are neither changed nor kept', () => {
    const test = fixture()
    const [key, iv] = [new Uint8Array(test.key), new Uint8Array(test.iv)]
    const [sealer, opener] = [cipher.createSealer(key, iv), cipher.createOpener(key, iv)]
    expect([key, iv]).toEqual([test.key, test.iv])
    key.fill(0)
    iv.fill(0)
    const packet = test.packet(4)
    const sealed = new Uint8Array(packet.length + cipher.tagLength)
    sealed.set(packet)
    sealer.seal(5, sealed)
    expect(sealed).toEqual(new Uint8Array(test.referenceSealer()(5, packet)))
    expect(receive(opener, 5, sealed)).toEqual(packet.subarray(4))
  })

  it('directions with one key do not disturb each other, nor when one is destroyed', () => {
    const test = fixture()
    const [one, other, sealByReference] = [test.sealer(), test.sealer(), test.referenceSealer()]
    const gone = cipher.createSealer(test.key, test.iv)
    const packets = [test.packet(3), test.packet(1)]
    const expected = packets.map((packet, sequence) => new Uint8Array(sealByReference(sequence, packet)))
    expect(one(0, packets[0]!)).toEqual(expected[0])
    gone.destroy()
    expect(other(0, packets[0]!)).toEqual(expected[0])
    expect(one(1, packets[1]!)).toEqual(expected[1])
    expect(other(1, packets[1]!)).toEqual(expected[1])
  })

  it('the definition is frozen', () => {
    expect(Object.isFrozen(cipher)).toBe(true)
  })
}

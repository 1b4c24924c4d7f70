// A cipher whose blocks are chained, with a MAC over the plaintext: what tells a bad length from a bad MAC would tell plaintext (CVE-2008-5161).
import { seededRandom } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { AlgorithmRegistry, type MacDefinition, type Opener } from '../src/index.ts'
import { type DirectionKeys, type Protection, protectIncoming, protectOutgoing } from '../src/packets/protection.ts'
import { PacketReader } from '../src/packets/reader.ts'
import { isSSHError, type SSHError, writeUint32 } from '../src/wire/index.ts'
import { ToyClock } from './support/clock.ts'
import { defineToyCipher, defineToyMac, toys } from './support/toys.ts'
import { connected, disconnectOf, type PairOptions, settle } from './support/transports.ts'

const PACKET_LENGTH = 4096
const TAG_LENGTH = 12
/** The longest packet that there is: the end comes with its last byte. */
const LONGEST = 4 + PACKET_LENGTH + TAG_LENGTH

const chained = defineToyCipher('toy-chained', 16, { chained: true })
const plainMac = defineToyMac('toy-sum', false)
const random = seededRandom('keys')
const keys: DirectionKeys = { key: random(24), iv: random(16), macKey: random(36) }

/** A packet whose length field says whatever it is told to. */
function packetOf(lengthField: number, bodyLength = 60): Uint8Array {
  const { engine } = protectOutgoing(chained, plainMac, keys)
  const packet = new Uint8Array(4 + bodyLength + TAG_LENGTH).fill(4, 4, 5)
  writeUint32(packet, 0, lengthField)
  engine.seal(0, packet)
  return packet
}

function withBadMac(packet: Uint8Array): Uint8Array {
  packet[packet.length - 1]! ^= 1
  return packet
}

/** Everything that can be wrong before a packet is authentic. */
const failures: Readonly<Record<string, () => Uint8Array>> = {
  'a MAC that is wrong': () => withBadMac(packetOf(60)),
  'a MAC that is wrong, of the longest packet': () => withBadMac(packetOf(4092, 4092)),
  'a MAC that is wrong, of the shortest packet': () => withBadMac(packetOf(12, 12)),
  'a length above the limit': () => packetOf(PACKET_LENGTH + 1),
  'the greatest length': () => packetOf(0xffff_ffff),
  'a length of 0': () => packetOf(0),
  'a length that fills no blocks': () => packetOf(61),
}

interface Work {
  /** Bytes decrypted, and bytes signed. */
  decrypted: number
  signed: number
}

/** The same protection, with its work counted. */
function counted(mac: MacDefinition, work: Work): Protection<Opener> {
  const cipher = Object.freeze({
    ...chained,
    createDecryptor: (...given: Parameters<typeof chained.createDecryptor>) => {
      const stream = chained.createDecryptor(...given)
      return { ...stream, transform: (data: Uint8Array) => ((work.decrypted += data.length), stream.transform(data)) }
    },
  })
  const signing = Object.freeze({
    ...mac,
    create: (key: Uint8Array) => {
      const instance = mac.create(key)
      return { ...instance, sign: (sequence: number, data: Uint8Array) => ((work.signed += data.length), instance.sign(sequence, data)) }
    },
  })
  return protectIncoming(cipher, signing, keys)
}

/** How many bytes of a stream a reader takes before it gives up, what it says then, and what it has worked for it. */
function failureOf(packet: Uint8Array, chunkLength: number, mac = plainMac): { taken: number; error: SSHError; work: Work; last: Work } {
  const work = { decrypted: 0, signed: 0 }
  const reader = new PacketReader({ packetLength: PACKET_LENGTH, inflatedLength: 10_000 })
  reader.protect(counted(mac, work))
  const stream = new Uint8Array(LONGEST + 1000)
  stream.set(packet)
  for (let taken = 0; taken < stream.length; taken += chunkLength) {
    const before = { ...work }
    reader.append(stream.subarray(taken, taken + chunkLength))
    try {
      expect(reader.next()).toBeNull()
    } catch (error) {
      if (!isSSHError(error)) throw error
      const last = { decrypted: work.decrypted - before.decrypted, signed: work.signed - before.signed }
      return { taken: taken + chunkLength, error, work, last }
    }
  }
  throw new Error('expected an error; there was none')
}

describe('a packet under a chained cipher and a MAC over the plaintext', () => {
  for (const [what, packet] of Object.entries(failures)) {
    it(`with ${what} fails at the end of the longest packet, and says nothing of what was wrong`, () => {
      const { taken, error, last } = failureOf(packet(), 1)
      expect(taken).toBe(LONGEST)
      expect([error.code, error.fault, error.reason]).toStrictEqual(['MAC', 'peer', 5])
      expect(error.message).toBe('a packet is not authentic: its MAC or its length is wrong')
      // Neither does the time that the last byte takes.
      expect(last).toStrictEqual({ decrypted: 16, signed: 16 })
    })

    it(`with ${what}, all at once, is decrypted and signed as far as the longest packet`, () => {
      const { work } = failureOf(packet(), LONGEST)
      const expected = LONGEST - TAG_LENGTH
      for (const length of Object.values(work)) expect(Math.abs(length - expected)).toBeLessThan(2 * 16)
    })
  }

  it('that is authentic is read as ever, and costs no more', () => {
    const work = { decrypted: 0, signed: 0 }
    const reader = new PacketReader({ packetLength: PACKET_LENGTH, inflatedLength: 10_000 })
    reader.protect(counted(plainMac, work))
    reader.append(packetOf(60))
    expect(reader.next()).toHaveLength(55)
    expect(work).toStrictEqual({ decrypted: 64, signed: 64 })
  })

  it('keeps the cause for the program that asks for it', () => {
    expect(failureOf(packetOf(0), 64).error.cause).toMatchObject({ code: 'MALFORMED' })
    expect(failureOf(withBadMac(packetOf(60)), 64).error.cause).toMatchObject({ code: 'MAC' })
  })
})

it('a length that is in clear, before a MAC over the ciphertext, is refused at once', () => {
  const etm = defineToyMac('toy-sum-etm', true)
  const head = new Uint8Array(LONGEST)
  writeUint32(head, 0, PACKET_LENGTH + 1)
  expect(failureOf(head, 4, etm)).toMatchObject({ taken: 4, error: { code: 'LIMIT' } })
})

describe.each(['client', 'server'] as const)('a %s', (role) => {
  const names = { ciphers: ['toy-chained'], macs: ['toy-sum'] }
  const options = (clock: ToyClock): PairOptions => ({
    both: {
      algorithms: new AlgorithmRegistry([chained, ...toys]),
      supported: names,
      limits: { packetLength: PACKET_LENGTH, authenticationTime: 1000 },
      clock,
    },
  })

  it.each([0, 10])('ends the connection after the same number of bytes, with the same words: a change of byte %i', async (index) => {
    const pair = await connected(options(new ToyClock()))
    const [target, peer, stream] =
      role === 'client' ? [pair.client, pair.server, pair.serverStream] : [pair.server, pair.client, pair.clientStream]
    stream.tamper = (chunk) => [chunk.map((byte, place) => (place === index ? byte ^ 0x80 : byte))]
    peer.sendIgnore('0123456789')
    await settle()
    const { length } = stream.written.at(-1)!
    target.dataReceived(new Uint8Array(LONGEST - length - 1))
    expect(disconnectOf(target)).toBeUndefined()
    target.dataReceived(new Uint8Array(1))
    expect(disconnectOf(target)).toStrictEqual({ reason: 5, description: 'a packet is not authentic: its MAC or its length is wrong' })
    expect(await target.closed).toMatchObject({ code: 'MAC', fault: 'peer' })
  })

  it('waits no longer for the rest than its limits of time allow', async () => {
    const clock = new ToyClock()
    const pair = await connected(options(clock))
    const target = pair[role]
    target.dataReceived(new Uint8Array(64).fill(0xff))
    expect(disconnectOf(target)).toBeUndefined()
    clock.advance(1000)
    expect(await target.closed).toMatchObject({ code: 'TIMEOUT', message: expect.stringContaining('authenticationTime') })
  })
})

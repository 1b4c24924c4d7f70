// Twisted Conch's behaviours 13 to 29: packets. What each framing does with hostile bytes is in ../packets.test.ts.
import { describe, expect, it } from 'vitest'
import type { PacketReader } from '../../src/packets/reader.ts'
import { AlgorithmRegistry } from '../../src/index.ts'
import { toys } from '../support/toys.ts'
import {
  connected,
  disconnectOf,
  joined,
  numbers,
  settle,
  type Pair,
  type PairOptions,
  toyServer,
  type ToyTransport,
} from '../support/transports.ts'
import { ToyStream } from '../support/stream.ts'

const withMac: PairOptions = { both: { supported: { ciphers: ['toy-xor'], macs: ['toy-sum'] } } }

/** What a transport writes for one message. */
async function packetOf({ client, clientStream }: Pair, number: number, payload: Uint8Array): Promise<Uint8Array> {
  const before = clientStream.written.length
  client.probe.inject(number, payload)
  await settle()
  return clientStream.written[before]!
}

/** A server in the clear, after the version line. */
function plain(): ToyTransport {
  const server = toyServer()
  server.makeConnection(new ToyStream())
  server.dataReceived(new TextEncoder().encode('SSH-2.0-x\r\n'))
  return server
}

function nextOf(reader: PacketReader): Uint8Array | null {
  return reader.next()
}

describe('packets', () => {
  it('conch 13: plain: length, padding length, type, payload, padding; a multiple of 8 with at least 4 of padding', async () => {
    const { client, clientStream } = joined()
    await settle()
    const first = clientStream.written[0]!
    const packet = first.subarray(first.indexOf(0x0a) + 1)
    const view = new DataView(packet.buffer, packet.byteOffset)
    const [length, padding] = [view.getUint32(0), packet[4]!]
    expect([(length + 4) % 8, padding >= 4]).toStrictEqual([0, true])
    expect(packet.subarray(5, 4 + length - padding)).toStrictEqual(client.ourKexInitPayload)
  })

  it('conch 14: with a cipher: a multiple of its block, and the whole packet goes through it once, length included', async () => {
    const pair = await connected(withMac)
    const packet = await packetOf(pair, 2, new Uint8Array(20))
    expect((packet.length - 12) % 16).toBe(0)
    expect([...packet.subarray(0, 4)]).not.toStrictEqual([0, 0, 0, packet.length - 16])
    expect(pair.server.probe.received.at(-1)).toStrictEqual({ number: 2, payload: new Uint8Array(20) })
  })

  it('conch 15: the MAC covers sequence number and plaintext, and follows the ciphertext', async () => {
    const pair = await connected(withMac)
    const { mac } = pair.client.probe.outbound.writer.protection
    expect([mac?.name, mac?.encryptThenMac]).toStrictEqual(['toy-sum', false])
    pair.server.probe.inbound.reader.sequence++
    await packetOf(pair, 2, new Uint8Array(20))
    expect(await pair.server.closed).toMatchObject({ code: 'MAC', reason: 5 })
  })

  it('conch 16: compression covers type and payload, before the padding, a packet at a time', async () => {
    const supported = { compressions: ['toy-runs'], ciphers: ['none'], macs: ['none'] }
    const pair = await connected({ both: { supported } })
    const packet = await packetOf(pair, 2, new Uint8Array(100).fill(2))
    // A counter, then 101 times byte 2: the type among them.
    expect([...packet.subarray(6, 8)]).toStrictEqual([101, 2])
    expect(packet).toHaveLength(16)
  })

  it('conch 17 and 22: compressed, and compressed and encrypted, packets come back as they were', async () => {
    for (const ciphers of [['none'], ['toy-xor'], ['toy-aead-clear']]) {
      const pair = await connected({ both: { supported: { compressions: ['toy-runs'], ciphers } } })
      await packetOf(pair, 2, new Uint8Array(100).fill(2))
      expect(pair.server.probe.received.at(-1)).toStrictEqual({ number: 2, payload: new Uint8Array(100).fill(2) })
    }
  })

  it('conch 18: the first packet’s sequence number after the key exchange; ours begins anew where key exchange is strict', async () => {
    const { client } = await connected()
    // The EXT_INFO behind NEWKEYS was number 0.
    expect(client.outgoingPacketSequence).toBe(1)
  })

  it('conch 19: getPacket returns type and payload and leaves surplus bytes', () => {
    const server = plain()
    server.hold(new Promise(() => {}))
    server.dataReceived(Uint8Array.of(0, 0, 0, 12, 6, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2))
    expect(server.getPacket()).toStrictEqual(Uint8Array.of(2, 0, 0, 0, 0))
    expect(server.buf).toStrictEqual(Uint8Array.of(1, 2))
  })

  it('conch 20 and 21: the first block alone gives no packet, is decrypted once, and kept in `first`', async () => {
    const pair = await connected(withMac)
    const { reader } = pair.server.probe.inbound
    pair.clientStream.tamper = (chunk) => [chunk.subarray(0, 16)]
    const packet = await packetOf(pair, 2, new Uint8Array(20))
    const first = pair.server.first.slice()
    expect([first.length, first[5]]).toStrictEqual([16, 2])
    expect(nextOf(reader)).toBeNull()
    expect(pair.server.first).toStrictEqual(first)
    pair.server.dataReceived(packet.subarray(16))
    expect(pair.server.probe.received.at(-1)).toStrictEqual({ number: 2, payload: new Uint8Array(20) })
    expect(pair.server.first).toHaveLength(0)
  })

  it('conch 23: too great a length disconnects with 2; our limit is 256 KiB, as OpenSSH’s, not a MiB', async () => {
    const server = plain()
    server.dataReceived(Uint8Array.of(0, 4, 0, 4, 0, 0, 0, 0))
    expect((await server.closed)?.code).toBe('LIMIT')
    expect(disconnectOf(server)?.reason).toBe(2)
  })

  it('conch 24: a length that fills no block disconnects with 2', async () => {
    const server = plain()
    server.dataReceived(Uint8Array.of(0, 0, 0, 13, 0, 0, 0, 0))
    expect((await server.closed)?.code).toBe('MALFORMED')
    expect(disconnectOf(server)?.reason).toBe(2)
  })

  it('conch 25: a wrong MAC disconnects with 5', async () => {
    for (const ciphers of [['toy-xor'], ['toy-aead-clear'], ['toy-aead-with-body']]) {
      const pair = await connected({ both: { supported: { ciphers } } })
      pair.clientStream.tamper = (chunk) => [chunk.with(chunk.length - 1, chunk.at(-1)! ^ 1)]
      await packetOf(pair, 2, new Uint8Array(20))
      expect((await pair.server.closed)?.code).toBe('MAC')
      expect(disconnectOf(pair.server)?.reason).toBe(5)
    }
  })

  it('conch 26: a cipher that fails ends the connection; it works in place, so it cannot yield another number of bytes', async () => {
    const broken = toys.find(({ name }) => name === 'toy-xor')!
    const cipher = Object.freeze({
      ...broken,
      createDecryptor: () => ({
        transform() {
          throw new Error('a bug')
        },
        destroy() {},
      }),
    })
    const { server } = joined({
      both: { supported: { ciphers: ['toy-xor'] } },
      server: { algorithms: new AlgorithmRegistry(toys).override(cipher) },
    })
    expect(await server.closed).toMatchObject({ code: 'INTERNAL', fault: 'local' })
    expect(disconnectOf(server)).toStrictEqual({ reason: 11, description: 'internal error' })
  })

  it('conch 27: a decompressor that throws disconnects with 6', async () => {
    const pair = await connected({ both: { supported: { compressions: ['toy-runs'] } } })
    pair.client.probe.outbound.writer.compressWith({ compress: (data) => data, decompress: (data) => data, destroy() {} })
    await packetOf(pair, 2, new Uint8Array(20))
    expect((await pair.server.closed)?.code).toBe('COMPRESSION')
    expect(disconnectOf(pair.server)?.reason).toBe(6)
  })

  it('conch 28: each bad packet yields one message, and it is DISCONNECT', async () => {
    const server = plain()
    const before = server.probe.sent.length
    server.dataReceived(Uint8Array.of(0, 0, 0, 13, 0, 0, 0, 0))
    server.dataReceived(Uint8Array.of(0, 0, 0, 13, 0, 0, 0, 0))
    await settle()
    expect(numbers(server.probe.sent).slice(before)).toStrictEqual([1])
  })

  it('conch 29: two transports share nothing', async () => {
    const [one, two] = [await connected(), await connected()]
    for (let count = 0; count < 3; count++) one.client.sendIgnore('x')
    await settle()
    expect([one.client.outgoingPacketSequence, two.client.outgoingPacketSequence]).toStrictEqual([4, 1])
    expect(one.client.currentEncryptions).not.toBe(two.client.currentEncryptions)
    one.client.supportedCiphers = ['toy-xor']
    expect(two.client.supportedCiphers).toContain('toy-aead-clear')
  })
})

describe('defects of Conch', () => {
  it('conch C3: padding of length 0, or longer than the packet, ends the connection', async () => {
    for (const padding of [0, 3, 12, 255]) {
      const server = plain()
      server.dataReceived(Uint8Array.of(0, 0, 0, 12, padding, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
      expect((await server.closed)?.code).toBe('MALFORMED')
    }
  })

  it('conch C10: the packet after 2^32 − 1 is number 0', async () => {
    const { client, server } = await connected()
    client.probe.outbound.writer.sequence = server.probe.inbound.reader.sequence = 0xffff_ffff
    for (let count = 0; count < 3; count++) client.sendIgnore('x')
    await settle()
    expect([client.outgoingPacketSequence, server.incomingPacketSequence]).toStrictEqual([2, 2])
    expect(disconnectOf(server)).toBeUndefined()
  })

  it('conch C12: malformed bodies end the connection with a reason, and throw nothing', async () => {
    for (const number of [1, 3, 4, 5, 7, 20]) {
      const { client, server } = await connected()
      // A server alone may send a second EXT_INFO.
      const [target, peer] = number === 7 ? [client, server] : [server, client]
      peer.probe.inject(number, Uint8Array.of(0, 0))
      expect(await target.closed).toMatchObject({ code: 'MALFORMED', fault: 'peer' })
      expect(disconnectOf(target)?.reason).toBe(2)
    }
  })

  it('conch C16: inflation is bounded', async () => {
    const pair = await connected({ both: { supported: { compressions: ['toy-runs'] } } })
    const { client, server } = pair
    client.probe.inject(2, new Uint8Array(262_144))
    expect((await server.closed)?.code).toBe('COMPRESSION')
  })

  it('conch C21: bytes that come one by one cost no more than their number', async () => {
    const pair = await connected()
    pair.clientStream.tamper = (chunk) => Array.from(chunk, (byte) => Uint8Array.of(byte))
    await packetOf(pair, 2, new Uint8Array(200_000).fill(1))
    expect(pair.server.probe.received.at(-1)?.payload).toHaveLength(200_000)
  })
})

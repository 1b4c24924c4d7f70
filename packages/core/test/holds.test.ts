import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { KemKeyExchangeDefinition, Signer } from '../src/index.ts'
import { AlgorithmRegistry, clientLimits } from '../src/index.ts'
import { PacketWriter } from '../src/packets/writer.ts'
import { Inbound } from '../src/transport/inbound.ts'
import { defineToyKem, toys } from './support/toys.ts'
import { authenticated, connected, disconnectOf, gate, joined, numbers, settle, toyHostKey } from './support/transports.ts'

const unhandled: unknown[] = []
const note = (reason: unknown): void => void unhandled.push(reason)

beforeEach(() => {
  unhandled.length = 0
  process.on('unhandledRejection', note)
})

afterEach(async () => {
  await settle()
  process.off('unhandledRejection', note)
  expect(unhandled).toStrictEqual([])
})

/** A signer that waits to be let go. */
function slowSigner(): Signer & { readonly asked: number; readonly open: () => void } {
  const { open, opened } = gate()
  let asked = 0
  return {
    publicKey: toyHostKey.publicKey,
    algorithms: toyHostKey.algorithms,
    get asked() {
      return asked
    },
    open,
    async sign(data, algorithm) {
      asked++
      await opened
      return await toyHostKey.sign(data, algorithm)
    },
  }
}

describe('a DISCONNECT that waits behind a decision', () => {
  it('says why the stream has ended, and nothing that waits with it is interpreted', async () => {
    const { client, server } = await authenticated()
    const before = client.probe.received.length
    client.hold(new Promise(() => {}))
    server.sendIgnore('')
    server.sendDisconnect(12, 'too many of you')
    await settle()
    client.connectionLost(new Error('ECONNRESET'))
    expect(await client.closed).toMatchObject({ code: 'DISCONNECTED', reasonCode: 12, description: 'too many of you' })
    expect(client.probe.told).toContainEqual(['receiveError', 12, 'too many of you'])
    expect(numbers(client.probe.received.slice(before))).toStrictEqual([1])
  })

  it('says nothing where it is cut off', async () => {
    const { client, server, serverStream } = await authenticated()
    client.hold(new Promise(() => {}))
    const write = serverStream.write.bind(serverStream)
    serverStream.write = (data) => write(data.subarray(0, -1))
    serverStream.loseConnection = () => {}
    server.sendDisconnect(12, 'too many of you')
    await settle()
    client.connectionLost()
    expect((await client.closed)?.code).toBe('CONNECTION_LOST')
  })

  it('says nothing under keys that are not in use yet', async () => {
    const { client, server } = joined({ client: { verifyHostKey: () => new Promise<boolean>(() => {}) } })
    await settle()
    server.sendDisconnect(12, 'too many of you')
    await settle()
    client.connectionLost()
    expect((await client.closed)?.code).toBe('CONNECTION_LOST')
  })
})

describe('while a host-key decision is outstanding', () => {
  it('nothing is interpreted, and everything after it', async () => {
    const { open, opened } = gate()
    const { client, server } = joined({ client: { verifyHostKey: () => opened.then(() => true) } })
    await settle()
    const before = client.probe.received.length
    expect(numbers(server.probe.sent)).toStrictEqual([20, 31, 21, 7])
    server.probe.inject(2)
    server.probe.inject(4)
    await settle()
    expect([client.probe.received.length, client.buf.length > 0]).toStrictEqual([before, true])
    open()
    await client.secured
    await settle()
    expect(numbers(client.probe.received)).toStrictEqual([20, 31, 21, 7, 2, 4])
  })

  it('the stream is paused past heldLength, not before, and resumed afterwards', async () => {
    const { open, opened } = gate()
    const { client, server, clientStream } = joined({
      client: { verifyHostKey: () => opened.then(() => true), limits: { heldLength: 1000 } },
    })
    await settle()
    server.probe.inject(2, new Uint8Array(1000 - client.buf.length - 4 - 1 - 1 - 12 - 8))
    await settle()
    expect([client.buf.length <= 1000, clientStream.flow]).toStrictEqual([true, []])
    server.probe.inject(2, new Uint8Array(1000))
    await settle()
    expect(clientStream.flow).toStrictEqual(['pause'])
    open()
    await client.secured
    await settle()
    expect(clientStream.flow).toStrictEqual(['pause', 'resume'])
    expect(client.buf).toHaveLength(0)
  })

  for (const [who, end] of [
    ['the stream is lost', 'connectionLost'],
    ['we hang up', 'loseConnection'],
  ] as const) {
    it(`every promise settles where ${who} meanwhile, and nothing more is sent`, async () => {
      const { open, opened } = gate()
      const { client, clientStream } = joined({ client: { verifyHostKey: () => opened.then(() => true) } })
      await settle()
      client[end]()
      const code = end === 'connectionLost' ? 'CONNECTION_LOST' : 'CLOSED'
      await expect(client.secured).rejects.toMatchObject({ code })
      expect((await client.closed)?.code).toBe(end === 'connectionLost' ? code : undefined)
      const written = clientStream.written.length
      open()
      await settle()
      expect(numbers(client.probe.sent)).toStrictEqual(end === 'connectionLost' ? [20, 30] : [20, 30, 1])
      expect(clientStream.written).toHaveLength(written)
    })
  }

  it('a rejection ends the connection', async () => {
    const { client } = joined({ client: { verifyHostKey: () => Promise.resolve(false) } })
    expect(await client.closed).toMatchObject({ code: 'HOST_KEY', fault: 'peer', reason: 9 })
    expect(disconnectOf(client)?.reason).toBe(9)
  })
})

describe('while a signature is outstanding', () => {
  it('nothing is interpreted', async () => {
    const signer = slowSigner()
    const { client, server } = joined({ server: { hostKeys: [signer] } })
    await settle()
    expect(signer.asked).toBe(1)
    client.probe.inject(2)
    await settle()
    expect(numbers(server.probe.received)).toStrictEqual([20, 30])
    signer.open()
    await settle()
    // Key exchange is strict: what was held back ends the connection when it is looked at.
    expect(numbers(server.probe.received)).toStrictEqual([20, 30, 2])
    expect(disconnectOf(server)).toStrictEqual({ reason: 2, description: 'message 2 is not allowed now, in phase newkeys' })
  })

  it('nothing is sent with it where the connection has ended before it came', async () => {
    for (const end of ['connectionLost', 'loseConnection'] as const) {
      const signer = slowSigner()
      const { server, serverStream } = joined({ server: { hostKeys: [signer] } })
      await settle()
      server[end]()
      await settle()
      const written = serverStream.written.length
      signer.open()
      await settle()
      expect(numbers(server.probe.sent)).toStrictEqual(end === 'connectionLost' ? [20] : [20, 1])
      expect(serverStream.written).toHaveLength(written)
    }
  })

  it('an error of the signer ends the connection, and the peer is told no more than that', async () => {
    const signer: Signer = { ...toyHostKey, sign: () => Promise.reject(new Error('PIN 1234 is wrong')) }
    const { client, server } = joined({ server: { hostKeys: [signer] } })
    expect(await server.closed).toMatchObject({ code: 'KEY_EXCHANGE', fault: 'local', reason: 3 })
    expect((await client.closed)?.message).not.toContain('1234')
  })
})

/** The toy method, each of whose steps waits to be let go. */
function slowKem(step: 'generate' | 'encapsulate' | 'decapsulate'): { pack: AlgorithmRegistry; open: () => void; wiped: () => boolean } {
  const { open, opened } = gate()
  const kem = defineToyKem('toy-kem-string', 'string')
  let privateKey = Uint8Array.of(1)
  const slow: KemKeyExchangeDefinition = {
    ...kem,
    async generate(random) {
      if (step === 'generate') await opened
      const pair = await kem.generate(random)
      privateKey = pair.privateKey as typeof privateKey
      return pair
    },
    async encapsulate(publicKey, random) {
      if (step === 'encapsulate') await opened
      return await kem.encapsulate(publicKey, random)
    },
    async decapsulate(key, ciphertext) {
      if (step === 'decapsulate') await opened
      return await kem.decapsulate(key, ciphertext)
    },
  }
  return { pack: new AlgorithmRegistry(toys).override(Object.freeze(slow)), open, wiped: () => privateKey.every((byte) => byte === 0) }
}

describe('a key exchange whose arithmetic takes its time', () => {
  it('sends nothing of what comes out where the connection has ended meanwhile', async () => {
    for (const step of ['generate', 'decapsulate'] as const) {
      const { pack, open, wiped } = slowKem(step)
      const { client } = joined({ client: { algorithms: pack } })
      await settle()
      client.connectionLost()
      open()
      await settle()
      expect(numbers(client.probe.sent)).toStrictEqual(step === 'generate' ? [20] : [20, 30])
      expect(wiped()).toBe(true)
    }
  })

  it('asks nobody for a signature or a decision where the connection has ended meanwhile', async () => {
    const server = slowKem('encapsulate')
    const signer = slowSigner()
    const pair = joined({ server: { algorithms: server.pack, hostKeys: [signer] } })
    await settle()
    pair.server.connectionLost()
    server.open()
    await settle()
    expect(signer.asked).toBe(0)

    const client = slowKem('decapsulate')
    let asked = 0
    const other = joined({ client: { algorithms: client.pack, verifyHostKey: () => ++asked > 0 } })
    await settle()
    other.client.connectionLost()
    client.open()
    await settle()
    expect(asked).toBe(0)
  })

  it('wipes the private key where the peer’s answer is no good', async () => {
    const { pack, open, wiped } = slowKem('generate')
    const { client, server } = joined({ client: { algorithms: pack } })
    open()
    server.probe.exchange.methodMessageReceived = () => {}
    await settle()
    server.probe.inject(31, new Uint8Array(3))
    expect(await client.closed).toMatchObject({ code: 'MALFORMED', fault: 'peer' })
    await settle()
    expect(wiped()).toBe(true)
  })
})

describe('a stream that delivers at once', () => {
  it('does not move the bytes that a handler is reading', () => {
    const writer = new PacketWriter((length) => new Uint8Array(length))
    for (const length of [20_000, 40_000, 45_000]) writer.write(100, new Uint8Array(length - 10).fill(length / 5000))
    const stream = writer.take()
    const seen: Uint8Array[] = []
    const inbound: Inbound = new Inbound(clientLimits, {
      step() {
        const payload = inbound.reader.next()
        // The last 40,000 bytes fit only where what is left moves to the front of the buffer, where this payload is.
        if (payload?.length === 39_991) inbound.receive(stream.subarray(65_000))
        if (payload !== null) seen.push(payload.slice(1))
        return payload !== null
      },
      held() {},
      fail(error) {
        throw error
      },
    })
    inbound.receive(stream.subarray(0, 50_010))
    inbound.receive(stream.subarray(50_010, 65_000))
    expect(seen).toStrictEqual([4, 8, 9].map((byte) => new Uint8Array(byte * 5000 - 10).fill(byte)))
  })

  it('lets nothing slip out between our KEXINIT and the first message of the exchange', async () => {
    const { client, server, clientService, serverService, clientStream, serverStream } = await authenticated()
    clientStream.write = (data) => server.dataReceived(data)
    serverStream.write = (data) => client.dataReceived(data)
    clientService.packetReceived = () => client.sendPacket(103, new Uint8Array(1))
    serverService.packetReceived = (number) => number === 102 && server.sendPacket(101, new Uint8Array(1))
    client.probe.sent.length = 0
    // KEXINIT is what makes the batch so long that it leaves at once.
    for (let count = 0; count < 13; count++) client.sendPacket(102, new Uint8Array(10_000))
    client.sendPacket(102, new Uint8Array(131_072 - client.probe.outbound.writer.pendingLength - 100))
    client.sendKexInit()
    await settle()
    expect(numbers(client.probe.sent).filter((number) => number !== 102)).toStrictEqual([
      20,
      30,
      21,
      ...Array.from({ length: 14 }, () => 103),
    ])
  })

  it('may close while a message is handled', async () => {
    const { client, server, serverService, serverStream } = await authenticated()
    serverStream.loseConnection = () => server.connectionLost()
    serverService.packetReceived = () => server.sendDisconnect(11, 'bye')
    client.sendPacket(100, new Uint8Array(1))
    client.sendPacket(100, new Uint8Array(1))
    await settle()
    expect(await server.closed).toBeUndefined()
    expect(await client.closed).toMatchObject({ code: 'DISCONNECTED', reasonCode: 11 })
  })

  it('is resumed where the connection ends while it is paused', async () => {
    const { client, server, clientStream } = await authenticated({ client: { limits: { heldLength: 10 } } })
    clientStream.flow.length = 0
    client.hold(new Promise(() => {}))
    server.sendPacket(100, new Uint8Array(100))
    await settle()
    client.loseConnection()
    expect(clientStream.flow).toStrictEqual(['pause', 'resume'])
  })
})

describe('a hold of the caller’s own', () => {
  it('keeps messages back until it settles, in order, however many holds there are', async () => {
    const { client, server, serverService } = await authenticated()
    const [one, two] = [gate(), gate()]
    server.hold(one.opened)
    server.hold(two.opened)
    for (const number of [100, 101, 102]) client.sendPacket(number, Uint8Array.of(number))
    await settle()
    expect(serverService.received).toStrictEqual([])
    one.open()
    await settle()
    expect(serverService.received).toStrictEqual([])
    two.open()
    await settle()
    expect(numbers(serverService.received)).toStrictEqual([100, 101, 102])
  })

  it('taken by a handler holds what comes after the message that is being handled', async () => {
    const { client, server, serverService } = await authenticated()
    const { open, opened } = gate()
    const packetReceived = serverService.packetReceived.bind(serverService)
    serverService.packetReceived = (number, payload) => {
      packetReceived(number, payload)
      if (number === 100) server.hold(opened)
    }
    for (const number of [100, 101]) client.sendPacket(number, Uint8Array.of(number))
    await settle()
    expect(numbers(serverService.received)).toStrictEqual([100])
    open()
    await settle()
    expect(numbers(serverService.received)).toStrictEqual([100, 101])
  })

  it('ends the connection where it is rejected', async () => {
    const { server } = await connected()
    server.hold(Promise.reject(new Error('secret')))
    expect(await server.closed).toMatchObject({ code: 'INTERNAL', fault: 'local' })
    expect(disconnectOf(server)).toStrictEqual({ reason: 11, description: 'internal error' })
  })

  it('does nothing where it settles after the end', async () => {
    const { client } = await connected()
    const { open, opened } = gate()
    client.hold(opened)
    client.hold(opened.then(() => Promise.reject(new Error('late'))))
    client.loseConnection()
    open()
    await settle()
    expect(await client.closed).toBeUndefined()
  })
})

import { describe, expect, it } from 'vitest'
import { AlgorithmRegistry } from '../src/index.ts'
import type {
  ClientTransportOptions,
  KemKeyExchangeDefinition,
  PublicKeyDefinition,
  ServerTransportOptions,
  TransportOptions,
} from '../src/index.ts'
import { decodeKexInit } from '../src/negotiation/kexinit.ts'
import { concatBytes, equalBytes, WireWriter } from '../src/wire/index.ts'
import { ToyClock } from './support/clock.ts'
import { defineToyAead, defineToyKem, toys, toySigner } from './support/toys.ts'
import {
  authenticated,
  connected,
  disconnectOf,
  gate,
  joined,
  numbers,
  settle,
  toyHostKey,
  type ToyTransport,
} from './support/transports.ts'

/** Strings, one behind the other. */
function reply(...parts: readonly Uint8Array[]): Uint8Array {
  return concatBytes(...parts.map((part) => new WireWriter().writeString(part).finish()))
}

/** Has a transport send another payload in a message. */
function sendInstead({ probe: { outbound } }: ToyTransport, number: number, payload: Uint8Array): void {
  const send = outbound.sendNow.bind(outbound)
  outbound.sendNow = (sent, ...parts) => (sent === number ? send(sent, payload) : send(sent, ...parts))
}

/** The lists of a transport's last KEXINIT. */
function offered({ ourKexInitPayload }: ToyTransport): ReturnType<typeof decodeKexInit> {
  return decodeKexInit(ourKexInitPayload.subarray(1), 10_000)
}

/** A registry in which definitions replace those of their names. */
function overridden(...definitions: Parameters<AlgorithmRegistry['override']>[0][]): AlgorithmRegistry {
  const registry = new AlgorithmRegistry(toys)
  for (const definition of definitions) registry.override(definition)
  return registry
}

/** Options that let re-exchanges come by themselves never. */
const calm: Partial<TransportOptions> = { rekey: { time: Number.POSITIVE_INFINITY } }

describe('strict key exchange', () => {
  it('is offered by a marker in the first KEXINIT, and in no later one', async () => {
    const { client, server } = await authenticated()
    expect([client.probe.exchange.strict, server.probe.exchange.strict]).toStrictEqual([true, true])
    client.sendKexInit()
    await settle()
    for (const transport of [client, server]) {
      expect(offered(transport).keyExchanges).toStrictEqual(transport.supportedKeyExchanges)
      expect(transport.probe.exchange.completed).toBe(2)
    }
  })

  it('begins the count of packets anew after every NEWKEYS, each direction at its own', async () => {
    const { client, server } = await authenticated()
    expect([client.outgoingPacketSequence, client.incomingPacketSequence]).toStrictEqual([1, 1])
    expect([server.outgoingPacketSequence, server.incomingPacketSequence]).toStrictEqual([1, 1])
    for (let count = 0; count < 5; count++) client.sendIgnore('x')
    await settle()
    expect([client.outgoingPacketSequence, server.incomingPacketSequence]).toStrictEqual([6, 6])
    server.sendKexInit()
    await settle()
    expect([client.outgoingPacketSequence, client.incomingPacketSequence]).toStrictEqual([0, 0])
    expect([server.outgoingPacketSequence, server.incomingPacketSequence]).toStrictEqual([0, 0])
  })

  it('wants KEXINIT to be the first packet', async () => {
    const { client, server, serverStream } = joined()
    serverStream.tamper = (chunk) => {
      serverStream.tamper = (each) => [each]
      // An IGNORE in clear, of two blocks, between the identification line and the KEXINIT.
      const line = chunk.indexOf(0x0a) + 1
      return [chunk.subarray(0, line), Uint8Array.of(0, 0, 0, 12, 6, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), chunk.subarray(line)]
    }
    expect(await client.closed).toMatchObject({ code: 'PROTOCOL', fault: 'peer' })
    expect(disconnectOf(client)?.description).toContain('KEXINIT must be the first packet')
    await server.closed
  })

  it('ends where anything else comes during the first exchange', async () => {
    for (const number of [2, 3, 4, 7, 9, 29, 130]) {
      const { client, server } = joined({ client: { verifyHostKey: () => new Promise(() => {}) } })
      await settle()
      client.probe.inject(number, new Uint8Array(12))
      expect(await server.closed).toMatchObject({ code: 'PROTOCOL', fault: 'peer' })
      expect(disconnectOf(server)?.description).toContain(`message ${number} is not allowed now`)
    }
  })

  it('where it is required refuses a peer that does not know it, before any arithmetic', async () => {
    const { client, server, clientStream } = joined({ server: { strictKeyExchange: 'required' } })
    clientStream.tamper = withoutMarker('kex-strict-c-v00@openssh.com', 'x-strict-c-v00@example.com!!')
    expect(await server.closed).toMatchObject({ code: 'NEGOTIATION', fault: 'peer', reason: 3 })
    expect(numbers(server.probe.sent)).toStrictEqual([20, 1])
    expect(client.probe.exchange.completed).toBe(0)
  })

  it('where it is required takes a peer that knows it', async () => {
    const { client } = await connected({ both: { strictKeyExchange: 'required' } })
    expect(client.describe().strictKeyExchange).toBe(true)
  })

  it('is left aside with a peer that does not know it: packets are counted on', async () => {
    const { client, server, clientStream } = joined({
      both: { supported: { keyExchanges: ['toy-lax'] }, algorithms: overridden().use(laxKem()) },
    })
    clientStream.tamper = withoutMarker('kex-strict-c-v00@openssh.com', 'x-strict-c-v00@example.com!!')
    await settle()
    expect(server.probe.exchange.strict).toBe(false)
    expect(server.outgoingPacketSequence).toBeGreaterThan(1)
    expect(client.probe.exchange.strict).toBe(true)
  })
})

/** Puts other bytes in the place of a marker, on its way in clear. */
function withoutMarker(marker: string, other: string): (chunk: Uint8Array) => readonly Uint8Array[] {
  expect(other).toHaveLength(marker.length)
  return (chunk) => {
    const text = Buffer.from(chunk).toString('latin1')
    return [new Uint8Array(Buffer.from(text.replaceAll(marker, other), 'latin1'))]
  }
}

/** A method under another name. */
function laxKem(): KemKeyExchangeDefinition {
  return defineToyKem('toy-lax', 'string')
}

describe('EXT_INFO', () => {
  it('is the next packet after the first NEWKEYS of both sides, and of none later', async () => {
    const { client, server } = await authenticated({ server: { acceptedPublicKeys: ['toy-sign-2', 'toy-other-sign'] } })
    expect([numbers(client.probe.sent), numbers(server.probe.sent)]).toStrictEqual([
      [20, 30, 21, 7],
      [20, 31, 21, 7],
    ])
    const text = (name: string): string => new TextDecoder().decode(client.peerExtensions.get(name))
    expect([...client.peerExtensions.keys()]).toStrictEqual(['ping@openssh.com', 'server-sig-algs'])
    expect([text('ping@openssh.com'), text('server-sig-algs')]).toStrictEqual(['0', 'toy-sign-2,toy-other-sign'])
    expect([...server.peerExtensions.keys()]).toStrictEqual(['ping@openssh.com'])
    client.sendKexInit()
    await settle()
    expect(numbers(client.probe.sent).filter((number) => number === 7)).toHaveLength(1)
    expect(numbers(server.probe.sent).filter((number) => number === 7)).toHaveLength(1)
  })

  it('is not sent to a peer that has not asked for it', async () => {
    const { server, clientStream } = joined()
    clientStream.tamper = withoutMarker('ext-info-c', 'xyz-info-c')
    await settle()
    expect(server.probe.exchange.peerSupportsExtensions).toBe(false)
    expect(numbers(server.probe.sent)).not.toContain(7)
    server.sendExtInfo()
    expect(numbers(server.probe.sent)).not.toContain(7)
  })

  it('goes out before anything that waited', async () => {
    const { client, server } = joined()
    client.sendPacket(5, new WireWriter().writeString('nobody').finish())
    await settle()
    expect(numbers(client.probe.sent)).toStrictEqual([20, 30, 21, 7, 5])
    expect(disconnectOf(server)?.reason).toBe(7)
  })
})

describe('PING', () => {
  it('is answered by PONG with the same bytes, in both roles', async () => {
    const { client, server } = await authenticated()
    await Promise.all([client.sendPing(), server.sendPing(), client.sendPing()])
    expect(numbers(client.probe.sent).slice(4)).toStrictEqual([192, 192, 193])
    expect(numbers(server.probe.sent).slice(4)).toStrictEqual([192, 193, 193])
  })

  it('is not sent to a peer that has not said that it answers', async () => {
    const { client } = joined()
    await expect(client.sendPing()).rejects.toMatchObject({ code: 'PROTOCOL', fault: 'caller' })
  })

  it('that comes back changed, or that nobody sent, ends the connection', async () => {
    const { client, server } = await connected()
    server.probe.inject(193, new WireWriter().writeString('x').finish())
    expect(await client.closed).toMatchObject({ code: 'PROTOCOL', fault: 'peer' })
  })

  it('waits for the end of a key exchange', async () => {
    const { client } = await authenticated()
    client.sendKexInit()
    await client.sendPing()
    expect(numbers(client.probe.sent).slice(4)).toStrictEqual([20, 30, 21, 192])
  })
})

/** Messages both ways, numbered, while something happens in their midst; all arrive, once, in order. */
async function traffic(pair: Awaited<ReturnType<typeof authenticated>>, amidst: (turn: number) => void): Promise<void> {
  const { client, server, clientService, serverService } = pair
  const sent: number[] = []
  for (let turn = 0; turn < 40; turn++) {
    amidst(turn)
    sent.push(turn)
    client.sendPacket(100, Uint8Array.of(turn))
    server.sendPacket(101, Uint8Array.of(turn))
    if (turn % 3 === 0) await Promise.resolve()
    if (turn % 7 === 0) await settle()
  }
  await settle()
  await settle()
  expect(serverService.received).toStrictEqual(sent.map((turn) => ({ number: 100, payload: Uint8Array.of(turn) })))
  expect(clientService.received).toStrictEqual(sent.map((turn) => ({ number: 101, payload: Uint8Array.of(turn) })))
  expect([disconnectOf(client), disconnectOf(server)]).toStrictEqual([undefined, undefined])
}

describe('a re-exchange', () => {
  const both = calm

  it('can be started by either side, and by both at once, and no message is lost or changes places', async () => {
    for (const starts of [
      [true, false],
      [false, true],
      [true, true],
    ] as const) {
      const pair = await authenticated({ both })
      const { client, server } = pair
      await traffic(pair, (turn) => {
        if (turn % 10 !== 5) return
        for (const [index, transport] of [client, server].entries()) {
          if (starts[index] === true && transport.probe.exchange.state === 'none') transport.sendKexInit()
        }
      })
      expect(client.probe.exchange.completed).toBe(5)
      expect(server.probe.exchange.completed).toBe(5)
    }
  })

  it('works under every cipher, MAC, method and compression', async () => {
    for (const definition of toys) {
      if (definition.kind === 'public-key') continue
      const list = { cipher: 'ciphers', mac: 'macs', 'key-exchange': 'keyExchanges', compression: 'compressions' }[definition.kind]
      const supported = { ...(definition.kind === 'mac' ? { ciphers: ['toy-xor'] } : {}), [list]: [definition.name] }
      const pair = await authenticated({ both: { ...both, supported } })
      await traffic(pair, (turn) => {
        if (turn === 10) pair.client.sendKexInit()
        if (turn === 30) pair.server.sendKexInit()
      })
      expect(pair.client.probe.exchange.completed).toBe(3)
    }
  })

  it('can agree on other algorithms than before', async () => {
    const { client, server } = await authenticated({ both })
    client.supportedCiphers = ['toy-xor']
    client.supportedMACs = ['toy-sum']
    client.supportedCompressions = ['toy-runs-delayed']
    client.kexAlg = 'toy-scripted'
    client.sendKexInit()
    await settle()
    const way = { cipher: { name: 'toy-xor' }, mac: { name: 'toy-sum' }, compression: { name: 'toy-runs-delayed' } }
    expect(server.describe().negotiated).toMatchObject({ keyExchange: { name: 'toy-scripted' }, clientToServer: way, serverToClient: way })
    expect([client.outgoingCompression === null, client.incomingCompression === null]).toStrictEqual([false, false])
  })

  it('keeps the identifier of the first', async () => {
    const { client, server } = await authenticated({ both })
    const first = client.sessionID.slice()
    server.sendKexInit()
    await settle()
    expect([client.sessionID, server.sessionID]).toStrictEqual([first, first])
  })

  it('asks nobody about the same host key again, and somebody about another', async () => {
    const asked: Uint8Array[] = []
    const other = toySigner('toy-key', ['toy-sign'], 'another host')
    let current = toyHostKey
    const { client } = await authenticated({
      both,
      client: { verifyHostKey: (hostKey) => asked.push(hostKey) < 2 },
      server: {
        hostKeys: [
          {
            algorithms: ['toy-sign'],
            get publicKey() {
              return current.publicKey
            },
            sign: (...given) => current.sign(...given),
          },
        ],
      },
    })
    client.sendKexInit()
    await settle()
    expect([asked.length, client.probe.exchange.completed]).toStrictEqual([1, 2])
    current = other
    client.sendKexInit()
    expect(await client.closed).toMatchObject({ code: 'HOST_KEY', reason: 9 })
    expect(asked).toStrictEqual([toyHostKey.publicKey, other.publicKey])
    expect(client.hostKey).toStrictEqual(toyHostKey.publicKey)
  })

  it('is refused to be started while one runs', async () => {
    const { client } = await authenticated({ both })
    client.sendKexInit()
    expect(() => client.sendKexInit()).toThrow(expect.objectContaining({ code: 'PROTOCOL', fault: 'caller' }))
  })

  it('has new keys in use for what we send exactly from our own NEWKEYS on', async () => {
    const { client, server } = await authenticated({ both })
    const { open, opened } = gate()
    client.probe.newKeysGate = opened
    const before = client.probe.outbound.writer.protection
    client.sendKexInit()
    await settle()
    expect(client.probe.outbound.writer.protection).toBe(before)
    // The server's NEWKEYS waits behind our own step; the server has sent it, and sends with new keys already.
    expect([client.nextEncryptions, server.nextEncryptions?.outCipType]).toStrictEqual([null, 'toy-aead-own-key'])
    const incoming = client.probe.inbound.reader.protection
    open()
    await settle()
    expect(client.probe.outbound.writer.protection).not.toBe(before)
    expect(client.probe.inbound.reader.protection).not.toBe(incoming)
  })

  it('lets what is no part of it wait, in order, and generic messages pass', async () => {
    const { client } = await authenticated({ both })
    const { open, opened } = gate()
    client.probe.newKeysGate = opened
    client.sendKexInit()
    expect(client.writable).toBe(false)
    client.sendPacket(100, new Uint8Array(1))
    client.sendIgnore('passes')
    client.sendPacket(101, new Uint8Array(1))
    await settle()
    expect(numbers(client.probe.sent).slice(4)).toStrictEqual([20, 2, 30])
    open()
    await settle()
    expect(numbers(client.probe.sent).slice(4)).toStrictEqual([20, 2, 30, 21, 100, 101])
    expect(client.writable).toBe(true)
  })

  it('tells the service when bulk may go again', async () => {
    const { client, clientService } = await authenticated({ both })
    client.sendKexInit()
    await settle()
    expect(clientService.log).toStrictEqual(['started', 'writable'])
  })

  it('takes messages of the peer until its own KEXINIT has come', async () => {
    const { client, server, serverService } = await authenticated({ both })
    client.sendPacket(100, Uint8Array.of(1))
    server.sendKexInit()
    client.sendPacket(100, Uint8Array.of(2))
    await settle()
    expect(serverService.received).toHaveLength(2)
    expect(client.probe.exchange.completed).toBe(2)
  })
})

describe('keys are exchanged anew', () => {
  const never = Number.POSITIVE_INFINITY
  type Options = { client?: Partial<ClientTransportOptions>; server?: Partial<ServerTransportOptions> }

  it('after so many bytes in either direction, and not before', async () => {
    for (const sender of ['client', 'server'] as const) {
      const pair = await authenticated({ client: { rekey: { bytes: 10_000, time: never } }, server: { rekey: { time: never } } })
      pair[sender].sendPacket(100, new Uint8Array(5000))
      await settle()
      expect(pair.client.probe.exchange.completed).toBe(1)
      pair[sender].sendPacket(100, new Uint8Array(5000))
      await settle()
      expect(pair.client.probe.exchange.completed).toBe(2)
      expect(pair.server.probe.exchange.completed).toBe(2)
    }
  })

  it('after so many packets, and not before', async () => {
    const options: Options = { server: { rekey: { packets: 10, time: never } } }
    const { client, server } = await authenticated(options)
    for (let count = server.probe.inbound.reader.packetCount; count < 9; count++) client.sendPacket(100, new Uint8Array(1))
    await settle()
    expect(server.probe.exchange.completed).toBe(1)
    client.sendPacket(100, new Uint8Array(1))
    await settle()
    expect(server.probe.exchange.completed).toBe(2)
  })

  it('after the cipher’s own limit', async () => {
    const algorithms = overridden(defineToyAead('toy-aead-own-key', 'own key', { keyLimit: 2000 }))
    const { client, server } = await authenticated({ client: { algorithms, rekey: { time: never } }, server: { rekey: { time: never } } })
    client.sendPacket(100, new Uint8Array(1000))
    await settle()
    expect(client.probe.exchange.completed).toBe(1)
    server.sendPacket(100, new Uint8Array(2000))
    await settle()
    expect(client.probe.exchange.completed).toBe(2)
  })

  it('after so much time, each time anew', async () => {
    const clock = new ToyClock()
    const { client } = await authenticated({ client: { clock, rekey: { time: 1000 } } })
    for (const count of [2, 3]) {
      clock.advance(999)
      await settle()
      expect(client.probe.exchange.completed).toBe(count - 1)
      clock.advance(1)
      await settle()
      expect(client.probe.exchange.completed).toBe(count)
    }
  })

  it('not before the user is authenticated, and then, where it is due', async () => {
    const clock = new ToyClock()
    const { client, server } = await connected({ client: { clock, rekey: { time: 1000 } } })
    clock.advance(1000)
    await settle()
    expect(client.probe.exchange.completed).toBe(1)
    server.authenticationSucceeded()
    client.authenticationSucceeded()
    await settle()
    expect(client.probe.exchange.completed).toBe(2)
  })

  it('without end of messages where every packet makes it due', async () => {
    const { client, server, serverService } = await authenticated({ both: { rekey: { packets: 1, time: never } } })
    for (let count = 0; count < 5; count++) client.sendPacket(100, Uint8Array.of(count))
    await settle()
    await settle()
    expect(serverService.received.map(({ payload }) => payload[0])).toStrictEqual([0, 1, 2, 3, 4])
    expect([disconnectOf(client), disconnectOf(server)]).toStrictEqual([undefined, undefined])
  })
})

/** A client whose first KEXINIT says that a guess follows, and the guess. */
async function guessing(supported: { keyExchanges: string[]; publicKeys?: string[] }): Promise<ReturnType<typeof joined>> {
  const pair = joined({ both: calm, client: { supported } })
  const { client } = pair
  const { ourKexInitPayload } = client
  const onTheWire = ourKexInitPayload.slice()
  // The flag is the fifth byte from the end; both the wire and what the client remembers of it have to have it.
  pair.clientStream.tamper = (chunk) => {
    const at = indexOf(chunk, onTheWire)
    if (at < 0) return [chunk]
    chunk[at + onTheWire.length - 5] = 1
    pair.clientStream.tamper = (each) => [each]
    return [chunk]
  }
  ourKexInitPayload[ourKexInitPayload.length - 5] = 1
  client.probe.inject(30, new WireWriter().writeString(new Uint8Array(8)).finish())
  await settle()
  return pair
}

describe('a guess', () => {
  it('that is wrong is passed over, once', async () => {
    for (const supported of [
      { keyExchanges: ['toy-kem-mpint', 'toy-kem-string'] },
      { keyExchanges: ['toy-kem-string'], publicKeys: ['toy-sign-2', 'toy-sign'] },
    ]) {
      const { client, server } = await guessing(supported)
      expect(numbers(server.probe.received).slice(0, 4)).toStrictEqual([20, 30, 30, 21])
      expect([client.probe.exchange.completed, server.probe.exchange.completed]).toStrictEqual([1, 1])
    }
  })

  it('that is right is taken', async () => {
    const { server } = await guessing({ keyExchanges: ['toy-kem-string'], publicKeys: ['toy-sign'] })
    expect(disconnectOf(server)).toMatchObject({ reason: 3, description: 'expected a toy public value in range' })
  })
})

function indexOf(bytes: Uint8Array, part: Uint8Array): number {
  return Buffer.from(bytes).indexOf(part)
}

describe('the host key', () => {
  it('has to be of the negotiated algorithm’s format, and the signature of the algorithm', async () => {
    const wrongFormat = toySigner('toy-other-key', ['toy-sign'])
    const cases: readonly [Partial<ServerTransportOptions>['hostKeys'], string][] = [
      [
        [{ ...toyHostKey, sign: (data) => toyHostKey.sign(data, 'toy-sign-2') }],
        'a signature of format toy-sign for toy-sign; the peer sent one of format toy-sign-2',
      ],
      [[{ ...toyHostKey, sign: async () => new WireWriter().writeString('toy-sign').writeString('wrong').finish() }], 'is wrong'],
      [[{ ...toyHostKey, sign: async () => new Uint8Array(2) }], 'ends early'],
    ]
    for (const [hostKeys, text] of cases) {
      let asked = false
      const { client } = joined({ server: { hostKeys }, client: { verifyHostKey: () => (asked = true) } })
      const error = await client.closed
      expect(error?.message).toContain(text)
      expect(error?.fault).toBe('peer')
      // Nobody is asked about a key that the peer has not proved to hold.
      expect([asked, client.hostKey.length]).toStrictEqual([false, 0])
    }
    const { client, server } = joined()
    Object.defineProperty(server, 'hostKeyFor', { value: () => wrongFormat })
    expect(await client.closed).toMatchObject({ code: 'KEY', fault: 'peer', reason: 3 })
  })

  it('fails the exchange, with the reason for that, where any part of the message that brings it is malformed', async () => {
    const [key, value] = [new WireWriter().writeString('toy-key').finish(), Uint8Array.of(2)]
    const replies = {
      nothing: new Uint8Array(0),
      'a host key that ends early': Uint8Array.of(0, 0, 0, 9, 1),
      'an empty host key': reply(new Uint8Array(0), value, key),
      'a host key whose name is no name': reply(Uint8Array.of(0, 0, 0, 1, 7), value, key),
      'no public value': reply(key),
      'no signature': reply(key, value),
      'an empty signature': reply(key, value, new Uint8Array(0)),
      'a byte too many': concatBytes(reply(key, value, key), Uint8Array.of(0)),
    }
    for (const [what, payload] of Object.entries(replies)) {
      const { client, server } = joined()
      sendInstead(server, 31, payload)
      expect(await client.closed, what).toMatchObject({ code: 'MALFORMED', fault: 'peer', reason: 3 })
      expect(disconnectOf(client)?.reason, what).toBe(3)
    }
  })

  it.each([0, 1, 3, 4, 100])(
    'fails the exchange likewise where a client’s public value has %i bytes and says otherwise',
    async (length) => {
      const { client, server } = joined()
      sendInstead(client, 30, new Uint8Array(length).fill(1))
      expect(await server.closed).toMatchObject({ code: 'MALFORMED', fault: 'peer', reason: 3 })
    },
  )

  it('is trusted by nobody where nobody verifies it', async () => {
    const { client } = joined({ client: { verifyHostKey: undefined } as unknown as Partial<ClientTransportOptions> })
    expect(await client.closed).toMatchObject({
      code: 'HOST_KEY',
      fault: 'caller',
      reason: 9,
      message: 'nobody verifies host keys: pass verifyHostKey',
    })
    await expect(client.secured).rejects.toMatchObject({ code: 'HOST_KEY' })
  })

  it('is shown to the decision with the algorithm that it was verified with', async () => {
    const seen: [Uint8Array, PublicKeyDefinition][] = []
    const { client } = await connected({ client: { verifyHostKey: (...given) => seen.push(given) > 0 } })
    expect(seen.map(([hostKey, { name }]) => [equalBytes(hostKey, toyHostKey.publicKey), name])).toStrictEqual([[true, 'toy-sign']])
    expect(client.hostKey).toStrictEqual(toyHostKey.publicKey)
  })
})

describe('a method that fails', () => {
  it('with an error of its own ends the connection as a failed key exchange of ours', async () => {
    const kem = defineToyKem('toy-kem-string', 'string')
    const cause = new RangeError('beneath')
    const broken = Object.freeze({ ...kem, encapsulate: () => Promise.reject(cause) })
    const { server } = joined({ server: { algorithms: overridden(broken) } })
    expect(await server.closed).toMatchObject({ code: 'KEY_EXCHANGE', fault: 'local', reason: 3, cause, message: 'toy-kem-string failed' })
  })

  it('because of the peer’s value says so', async () => {
    const { client, server } = joined({ server: { hostKeys: [{ ...toyHostKey, sign: () => new Promise(() => {}) }] } })
    await settle()
    server.probe.inject(31, new WireWriter().writeString(toyHostKey.publicKey).writeString(new Uint8Array(8)).writeString('').finish())
    expect(await client.closed).toMatchObject({ code: 'KEY_EXCHANGE', fault: 'peer', reason: 3 })
  })

  it('by ending without a signature ends the connection', async () => {
    const scripted = toys.find(({ name }) => name === 'toy-scripted')!
    const mute = Object.freeze({ ...scripted, runServer: async () => ({ sharedSecret: new Uint8Array(1), transcript: new Uint8Array(1) }) })
    const { server } = joined({
      both: { supported: { keyExchanges: ['toy-scripted'] } },
      server: { algorithms: overridden(mute) },
    })
    expect(await server.closed).toMatchObject({ code: 'KEY_EXCHANGE', fault: 'local' })
  })

  it('by asking for the wrong message ends the connection', async () => {
    const { client, server } = joined({ both: { supported: { keyExchanges: ['toy-scripted'] } } })
    client.probe.inject(36)
    await settle()
    expect(await server.closed).toMatchObject({ code: 'PROTOCOL', fault: 'peer' })
  })
})

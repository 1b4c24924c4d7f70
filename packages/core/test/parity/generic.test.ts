// Twisted Conch's behaviours 91 to 115 and 121 to 124: generic messages, services, status, addresses, loopback.
import { describe, expect, it } from 'vitest'
import { SSHService } from '../../src/index.ts'
import { WireWriter } from '../../src/wire/index.ts'
import { toys } from '../support/toys.ts'
import { authenticated, connected, disconnectOf, joined, numbers, settle, ToyService, type ToyTransport } from '../support/transports.ts'

const named = (name: string): Uint8Array => new WireWriter().writeString(name).finish()

describe('generic messages', () => {
  it('conch 91 and 92: DEBUG is boolean, message and language, and is told, shown or not', async () => {
    for (const display of [true, false]) {
      const { client, server } = await connected()
      client.sendDebug('test', display, 'en')
      await settle()
      expect(client.probe.sent.at(-1)).toStrictEqual({
        number: 4,
        payload: new WireWriter().writeBoolean(display).writeString('test').writeString('en').finish(),
      })
      expect(server.probe.told.at(-1)).toStrictEqual(['receiveDebug', display, 'test', 'en'])
    }
  })

  it('conch 93 and 94: IGNORE is a string, and has no effect', async () => {
    const { client, server } = await connected()
    const told = server.probe.told.length
    const sent = server.probe.sent.length
    client.sendIgnore('test')
    await settle()
    expect(client.probe.sent.at(-1)).toStrictEqual({ number: 2, payload: named('test') })
    expect([server.probe.told.length, server.probe.sent.length]).toStrictEqual([told, sent])
  })

  it('conch 95 and 96: UNIMPLEMENTED is a sequence number, and is told', async () => {
    const { client, server } = await connected()
    client.probe.inject(130)
    await settle()
    expect(server.probe.sent.at(-1)).toStrictEqual({ number: 3, payload: new WireWriter().writeUint32(1).finish() })
    expect(client.probe.told.at(-1)).toStrictEqual(['receiveUnimplemented', 1])
  })

  it('conch 97: DISCONNECT is reason, description and an empty language, and ends the connection', async () => {
    const { client, clientStream } = await connected()
    client.sendDisconnect(11, 'test')
    expect(client.probe.sent.at(-1)).toStrictEqual({
      number: 1,
      payload: new WireWriter().writeUint32(11).writeString('test').writeString('').finish(),
    })
    expect(clientStream.ended).toBe(true)
  })

  it('conch 98: one that comes is told, with a language or without, and ends the connection', async () => {
    for (const tail of ['', undefined]) {
      const { client, server, serverStream } = await connected()
      const payload = new WireWriter().writeUint32(4_000_000_000).writeString('test')
      client.probe.inject(1, (tail === undefined ? payload : payload.writeString(tail)).finish())
      await settle()
      expect(server.probe.told.at(-1)).toStrictEqual(['receiveError', 4_000_000_000, 'test'])
      expect([serverStream.ended, disconnectOf(server)]).toStrictEqual([true, undefined])
    }
  })

  it('conch 99: loseConnection sends DISCONNECT with 10', async () => {
    const { client } = await connected()
    client.loseConnection()
    expect(disconnectOf(client)?.reason).toBe(10)
  })

  it('conch 100: an unknown message without a service is answered with UNIMPLEMENTED; 50 to 127 end the connection (C4)', async () => {
    for (const number of [0, 8, 19, 22, 29, 128, 255]) {
      const { client, server } = await connected()
      client.probe.inject(number)
      await settle()
      expect([server.probe.sent.at(-1)?.number, disconnectOf(server)]).toStrictEqual([3, undefined])
    }
    const { client, server } = await connected()
    client.probe.inject(50)
    await server.closed
    expect(disconnectOf(server)?.reason).toBe(2)
  })

  it('conch 101: every known transport message has a handler; one that is not for this role ends the connection rather than nothing', async () => {
    const { client, server } = await connected()
    client.probe.inject(6, named('ssh-userauth'))
    await server.closed
    expect(disconnectOf(server)?.reason).toBe(2)
  })

  it('conch 102: a message that a service does not know is answered with UNIMPLEMENTED by the service', async () => {
    const { client, server, serverService } = await authenticated()
    serverService.packetReceived = () => server.sendUnimplemented()
    const sequence = server.incomingPacketSequence
    client.sendPacket(77, new Uint8Array(1))
    await settle()
    expect(client.probe.told.at(-1)).toStrictEqual(['receiveUnimplemented', sequence])
  })
})

describe('services', () => {
  it('conch 103: setService starts the new one and stops the old one', async () => {
    const { client } = await connected()
    const [one, two] = [new ToyService(), new ToyService()]
    client.setService(one)
    expect(one.log).toStrictEqual(['started'])
    client.setService(two)
    expect([one.log, two.log, client.service === two]).toStrictEqual([['started', 'stopped'], ['started'], true])
    expect(one.stoppedBecause).toBeUndefined()
  })

  it('conch 104: messages from 50 on reach the service', async () => {
    const { client, serverService } = await authenticated()
    for (const number of [50, 79, 80, 127, 128, 191, 194, 255]) client.sendPacket(number, Uint8Array.of(number))
    await settle()
    expect(numbers(serverService.received)).toStrictEqual([50, 79, 80, 127, 128, 191, 194, 255])
  })

  it('conch 105 and 106: the end stops the service, once, with the reason; logging out is the service’s own', async () => {
    const { client, clientService } = await authenticated()
    client.connectionLost()
    client.connectionLost()
    expect(clientService.log).toStrictEqual(['started', 'stopped'])
    expect([clientService.stoppedBecause?.code, client.service]).toStrictEqual(['CONNECTION_LOST', null])
  })

  it('conch 107: SERVICE_REQUEST for a known service is accepted, and the service started', async () => {
    const service = new ToyService()
    const { client, server } = await connected({ server: { getService: (name) => (name === service.name ? service : undefined) } })
    client.requestService(new ToyService())
    await settle()
    expect(server.probe.sent.at(-1)).toStrictEqual({ number: 6, payload: named('toy-service') })
    expect([service.log, server.service === service]).toStrictEqual([['started'], true])
  })

  it('conch 108: for an unknown one it disconnects with 7', async () => {
    for (const getService of [undefined, () => undefined]) {
      const { client, server } = await connected({ server: getService === undefined ? {} : { getService } })
      client.requestService(new ToyService())
      expect(await server.closed).toMatchObject({ code: 'SERVICE', fault: 'peer' })
      expect(disconnectOf(server)?.reason).toBe(7)
    }
  })

  it('conch 109 and 110: requestService sends the name, and SERVICE_ACCEPT with that name starts it', async () => {
    const { client, server } = await connected()
    const service = new ToyService()
    server.dispatchMessage = () => {}
    client.requestService(service)
    expect(client.probe.sent.at(-1)).toStrictEqual({ number: 5, payload: named('toy-service') })
    expect(service.log).toStrictEqual([])
    server.probe.inject(6, named('toy-service'))
    await settle()
    expect([service.log, client.service === service]).toStrictEqual([['started'], true])
  })

  it('conch 111: with another name it disconnects with 2; so does one that nobody asked for', async () => {
    for (const ask of [true, false]) {
      const { client, server } = await connected()
      server.dispatchMessage = () => {}
      if (ask) client.requestService(new ToyService())
      server.probe.inject(6, named('other-service'))
      expect(await client.closed).toMatchObject({ code: 'PROTOCOL', fault: 'peer' })
      expect(disconnectOf(client)?.reason).toBe(2)
    }
  })

  it('conch 112: without a name it is accepted', async () => {
    const { client, server } = await connected()
    const service = new ToyService()
    server.dispatchMessage = () => {}
    client.requestService(service)
    server.probe.inject(6)
    await settle()
    expect(service.log).toStrictEqual(['started'])
  })

  it('has a transport while it runs, and none before, and a prefix for logs', () => {
    const service = new ToyService()
    expect(() => service.transport).toThrow('the service toy-service runs on no transport yet')
    expect([service.logPrefix(), service instanceof SSHService]).toStrictEqual(['SSHService toy-service', true])
  })
})

function status(transport: ToyTransport): boolean[] {
  return (['in', 'out', 'both'] as const).flatMap((way) => [transport.isEncrypted(way), transport.isVerified(way)])
}

describe('status and addresses', () => {
  it('conch 113: encrypted and verified are false before the exchange and for none, true otherwise; another argument is a TypeError', async () => {
    const { client } = joined()
    expect(status(client)).toStrictEqual([false, false, false, false, false, false])
    expect(status((await connected()).client)).toStrictEqual([true, true, true, true, true, true])
    const none = await connected({ both: { supported: { ciphers: ['none'], macs: ['none'] } } })
    expect(status(none.client)).toStrictEqual([false, false, false, false, false, false])
    const macAlone = await connected({ both: { supported: { ciphers: ['none'], macs: ['toy-sum'] } } })
    expect(status(macAlone.client)).toStrictEqual([false, true, false, true, false, true])
    const wrong = 'sideways' as 'in'
    expect(() => client.isEncrypted(wrong)).toThrow(TypeError)
    expect(() => client.isVerified(wrong)).toThrow(TypeError)
  })

  it('conch 114: getPeer and getHost are the stream’s addresses', async () => {
    const { client, server } = joined()
    expect([String(client.getPeer()), String(client.getHost())]).toStrictEqual(['server.example:22', 'client.example:40000'])
    expect(server.getPeer().address).toStrictEqual(client.getHost().address)
  })

  it('conch 115: who does not verify host keys does not connect; connectionSecure may be left as it is', async () => {
    const { client } = joined({ client: { verifyHostKey: undefined } as unknown as { verifyHostKey: () => boolean } })
    expect(await client.closed).toMatchObject({ code: 'HOST_KEY', fault: 'caller', reason: 9 })
  })
})

// conch 116 to 120 are about HMAC and ciphers: they are tested in packages/interop/test/parity; `none` is next.
describe('loopback', () => {
  const lists = { cipher: 'ciphers', mac: 'macs', 'key-exchange': 'keyExchanges', compression: 'compressions' } as const
  const titles = {
    cipher: 'conch 121: a handshake and a clean end with the cipher',
    mac: 'conch 122: a handshake and a clean end with the MAC',
    'key-exchange': 'conch 123: a handshake and a clean end with the key exchange',
    compression: 'conch 124: a handshake and a clean end with the compression',
  } as const
  for (const kind of ['cipher', 'mac', 'key-exchange', 'compression'] as const) {
    const names = toys.filter((definition) => definition.kind === kind).map(({ name }) => name)
    for (const name of kind === 'key-exchange' ? names : [...names, 'none']) {
      it(`${titles[kind]} ${name}`, async () => {
        const base = kind === 'mac' ? { ciphers: ['toy-xor'] } : {}
        const { client, server } = await connected({ both: { supported: { ...base, [lists[kind]]: [name] } } })
        for (const transport of [client, server]) {
          expect(transport.isEncrypted('both')).toBe(!(kind === 'cipher' && name === 'none'))
          expect(transport.isVerified('both')).toBe(!(kind === 'mac' && name === 'none'))
        }
        client.loseConnection()
        expect(await client.closed).toBeUndefined()
        await server.closed
        expect(server.probe.told.filter(([sink]) => sink === 'receiveError')).toStrictEqual([
          ['receiveError', 10, 'user closed connection'],
        ])
        expect(client.probe.told.filter(([sink]) => sink === 'receiveError')).toStrictEqual([])
      })
    }
  }
})

describe('defects of Conch', () => {
  it('conch C2: UNIMPLEMENTED names the packet that is meant', async () => {
    const { client, server } = await connected()
    for (let count = 0; count < 4; count++) client.sendIgnore('x')
    const sequence = client.outgoingPacketSequence
    client.probe.inject(130)
    client.sendIgnore('x')
    await settle()
    expect(client.probe.told.filter(([sink]) => sink === 'receiveUnimplemented')).toStrictEqual([['receiveUnimplemented', sequence]])
    expect(numbers(server.probe.received).at(-1)).toBe(2)
  })

  it('conch C4: before keys are in use no service is asked for and none hears anything', async () => {
    for (const number of [5, 50, 90, 130]) {
      const { client, server } = joined({ client: { verifyHostKey: () => new Promise(() => {}) } })
      const service = new ToyService()
      server.setService(service)
      await settle()
      client.probe.inject(number, named('ssh-userauth'))
      expect((await server.closed)?.code).toBe('PROTOCOL')
      expect([service.received, disconnectOf(server)?.reason]).toStrictEqual([[], 2])
    }
  })

  it('conch C13: after DISCONNECT nothing more is parsed', async () => {
    const { client, server } = await authenticated()
    server.sendDisconnect(11, 'bye')
    const { length } = server.probe.received
    client.sendPacket(100, new Uint8Array(1))
    await settle()
    expect(server.probe.received).toHaveLength(length)
  })
})

import { describe, expect, it } from 'vitest'
import { clientLimits, serverLimits, SSHServerTransport, systemClock } from '../src/index.ts'
import type { ByteStream, Limits } from '../src/index.ts'
import { resolveLimits } from '../src/transport/limits.ts'
import { WireWriter } from '../src/wire/index.ts'
import { ToyClock } from './support/clock.ts'
import { ToyStream } from './support/stream.ts'
import { toyRegistry } from './support/toys.ts'
import {
  authenticated,
  connected,
  disconnectOf,
  gate,
  joined,
  numbers,
  settle,
  type ToyTransport,
  toyClient,
  toyHostKey,
  toyServer,
  ToyService,
} from './support/transports.ts'

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)

/** A transport to which nothing was sent yet. */
function waiting(isClient: boolean, limits: Partial<Limits>): ReturnType<typeof toyClient> | ReturnType<typeof toyServer> {
  const transport = isClient ? toyClient({ limits }) : toyServer({ limits })
  transport.makeConnection(new ToyStream())
  return transport
}

describe('limits', () => {
  it('are a client’s or a server’s, frozen, and those that were set', () => {
    expect(toyClient().limits).toStrictEqual(clientLimits)
    expect(toyServer({ limits: { channels: 7 } }).limits).toStrictEqual({ ...serverLimits, channels: 7 })
    expect(Object.isFrozen(toyServer().limits)).toBe(true)
  })

  it('are refused where they are no limits', () => {
    for (const changes of [{ channels: -1 }, { channels: Number.NaN }, { channels: '7' }, { chanels: 7 }]) {
      expect(() => resolveLimits(serverLimits, changes as Partial<Limits>)).toThrow(
        expect.objectContaining({ code: 'ARGUMENT', fault: 'caller' }),
      )
    }
    expect(resolveLimits(serverLimits, { channels: 0, keyExchangeTime: Number.POSITIVE_INFINITY }).channels).toBe(0)
  })
})

/** An identification line of so many bytes. */
function line(length: number): string {
  return `SSH-2.0-${'x'.repeat(length - 10)}\r\n`
}

describe('versionLineLength', () => {
  it('is the longest identification line, line end included, in both roles', async () => {
    for (const isClient of [true, false]) {
      const fits = waiting(isClient, {})
      fits.dataReceived(ascii(line(255)))
      expect([fits.gotVersion, fits.otherVersionString.length]).toStrictEqual([true, 253])
      const long = waiting(isClient, {})
      long.dataReceived(ascii(line(256)))
      expect(await long.closed).toMatchObject({ code: 'LIMIT', fault: 'peer' })
      expect(disconnectOf(long)?.reason).toBe(2)
    }
  })

  it('is noticed before the line has ended', async () => {
    const transport = waiting(false, {})
    transport.dataReceived(ascii(`SSH-2.0-${'x'.repeat(247)}`))
    expect(disconnectOf(transport)).toBeUndefined()
    transport.dataReceived(ascii('x'))
    expect((await transport.closed)?.code).toBe('LIMIT')
  })

  it('may be raised, and the whole line counts for the exchange hash', () => {
    const transport = waiting(false, { versionLineLength: 1000 })
    transport.dataReceived(ascii(line(600)))
    expect(transport.otherVersionString).toBe(line(600).trimEnd())
  })
})

describe('bannerLength', () => {
  it('is how much a server may say before its identification line', async () => {
    const version = ascii('SSH-2.0-x\r\n')
    const fits = waiting(true, { bannerLength: 100 })
    fits.dataReceived(ascii(`${'x'.repeat(48)}\r\n${'y'.repeat(48)}\r\n`))
    fits.dataReceived(version)
    expect(fits.otherVersionString).toBe('SSH-2.0-x')
    for (const banner of [`${'x'.repeat(99)}\r\n`, 'x'.repeat(101), '\n'.repeat(101)]) {
      const long = waiting(true, { bannerLength: 100 })
      long.dataReceived(ascii(banner))
      expect((await long.closed)?.code).toBe('LIMIT')
    }
  })

  it('is nothing for a client, which may say nothing there', async () => {
    const transport = waiting(false, {})
    transport.dataReceived(ascii('hello\r\n'))
    expect(await transport.closed).toMatchObject({ code: 'VERSION', reason: 8 })
  })
})

describe('packetLength, inflatedLength and nameListLength', () => {
  it('end the connection where they are exceeded, and not before', async () => {
    const fits = await connected({ server: { limits: { packetLength: 1000 } } })
    fits.client.probe.inject(2, new Uint8Array(900))
    await settle()
    expect(numbers(fits.server.probe.received).at(-1)).toBe(2)
    fits.client.probe.inject(2, new Uint8Array(1000))
    expect(await fits.server.closed).toMatchObject({ code: 'LIMIT', fault: 'peer' })
    expect(disconnectOf(fits.server)?.reason).toBe(2)

    const supported = { compressions: ['toy-runs'] }
    const bomb = await connected({ both: { supported }, server: { limits: { inflatedLength: 1000 } } })
    bomb.client.probe.inject(2, new Uint8Array(999))
    await settle()
    expect(numbers(bomb.server.probe.received).at(-1)).toBe(2)
    bomb.client.probe.inject(2, new Uint8Array(1000))
    expect(await bomb.server.closed).toMatchObject({ code: 'COMPRESSION', fault: 'peer' })
    expect(disconnectOf(bomb.server)?.reason).toBe(6)
  })

  it('of a name-list counts in the KEXINIT of a connection', async () => {
    const longest = [...toyRegistry().keyExchanges.defaults, 'ext-info-c', 'kex-strict-c-v00@openssh.com'].join(',').length
    const { server: fits } = joined({ server: { limits: { nameListLength: longest } } })
    await settle()
    expect(disconnectOf(fits)).toBeUndefined()
    const { server } = joined({ server: { limits: { nameListLength: longest - 1 } } })
    expect(await server.closed).toMatchObject({ code: 'LIMIT', fault: 'peer' })
  })
})

describe('answers to a peer that does not read', () => {
  const patient = { client: { limits: { outstandingPings: Number.POSITIVE_INFINITY } } }

  it('wait in one batch, however many there are, and leave when the stream takes more', async () => {
    const { client, server, serverStream } = await authenticated(patient)
    serverStream.accepts = false
    const before = serverStream.written.length
    const pings: Promise<void>[] = []
    for (let count = 0; count < 2000; count++) {
      pings.push(client.sendPing())
      if (count % 10 === 0) await settle()
    }
    await settle()
    const { pendingLength } = server.probe.outbound.writer
    expect(serverStream.written.length - before).toBe(1)
    expect(pendingLength).toBeGreaterThan(40_000)
    serverStream.accepts = true
    server.drained()
    expect(serverStream.written.at(-1)).toHaveLength(pendingLength)
    expect(server.writable).toBe(true)
    await Promise.all(pings)
  })

  it('leave before the connection ends, and so does the reason', async () => {
    const { client, server, serverStream } = await authenticated(patient)
    serverStream.accepts = false
    const pings: Promise<void>[] = []
    for (let count = 0; count < 3; count++) {
      pings.push(client.sendPing())
      await settle()
    }
    expect(server.probe.outbound.writer.pendingLength).toBeGreaterThan(0)
    server.sendDisconnect(11, 'enough')
    await Promise.all(pings)
    expect(await client.closed).toMatchObject({ code: 'DISCONNECTED', description: 'enough' })
  })
})

describe('nameListNames', () => {
  it('is how many names one list of the peer’s KEXINIT may have', async () => {
    const { ciphers } = toyRegistry()
    const supported = { ciphers: ciphers.defaults, keyExchanges: ['toy-kem-string'], publicKeys: ['toy-sign'] }
    const most = ciphers.defaults.length
    const { server: fits } = joined({ both: { supported }, server: { limits: { nameListNames: most } } })
    await settle()
    expect(disconnectOf(fits)).toBeUndefined()
    const { server } = joined({ both: { supported }, server: { limits: { nameListNames: most - 1 } } })
    expect(await server.closed).toMatchObject({
      code: 'LIMIT',
      fault: 'peer',
      message: `a name-list of KEXINIT has ${most} names; the limit nameListNames is ${most - 1}`,
    })
  })
})

describe('heldLength', () => {
  it('ends the connection where the stream cannot be paused', async () => {
    for (const [extra, code] of [
      [0, undefined],
      [1, 'LIMIT'],
    ] as const) {
      const client = toyClient({ limits: { heldLength: 1000 } })
      const stream: ByteStream = {
        write: () => {},
        loseConnection() {},
        getPeer: () => ({ host: '', port: 0 }),
        getHost: () => ({ host: '', port: 0 }),
      }
      client.makeConnection(stream)
      const { open, opened } = gate()
      client.hold(opened)
      client.dataReceived(new Uint8Array(1000 + extra))
      if (code === undefined) client.loseConnection()
      expect((await client.closed)?.code).toBe(code)
      open()
    }
  })
})

describe('queuedLength', () => {
  it('is how much may wait while keys are exchanged', async () => {
    const { client, serverService } = await authenticated({ both: { limits: { queuedLength: 1512 } } })
    client.sendKexInit()
    client.sendPacket(100, new Uint8Array(600))
    client.sendPacket(100, new Uint8Array(400))
    await settle()
    expect(serverService.received).toHaveLength(2)
    client.sendKexInit()
    client.sendPacket(100, new Uint8Array(600))
    client.sendPacket(100, new Uint8Array(401))
    expect(await client.closed).toMatchObject({ code: 'LIMIT' })
  })

  it('counts messages without content, of which a peer can ask for many while it does not answer our KEXINIT', async () => {
    const { server } = await authenticated({ server: { limits: { queuedLength: 2560 } } })
    const empty = new Uint8Array(4)
    server.sendKexInit()
    for (let count = 0; count < 9; count++) server.sendPacket(193, empty)
    expect(disconnectOf(server)).toBeUndefined()
    server.sendPacket(193, empty)
    expect((await server.closed)?.code).toBe('LIMIT')
  })

  it('is how much may wait for a peer that does not read', async () => {
    const { client, server, serverStream } = await authenticated({ both: { limits: { queuedLength: 1000 } } })
    const ping = new WireWriter().writeString(new Uint8Array(300)).finish()
    const flood = async (count: number): Promise<void> => {
      for (let sent = 0; sent < count; sent++) client.sendPacket(192, ping)
      await settle()
    }
    serverStream.accepts = false
    serverStream.tamper = () => []
    await flood(2)
    server.drained()
    await flood(2)
    expect(disconnectOf(server)).toBeUndefined()
    await flood(2)
    expect(await server.closed).toMatchObject({ code: 'LIMIT', fault: 'peer' })
    expect(disconnectOf(server)?.reason).toBe(2)
  })
})

describe('unauthenticatedPackets', () => {
  it('is how many packets a peer may send before authentication', async () => {
    const { client, server } = await connected({ server: { limits: { unauthenticatedPackets: 10 } } })
    const before = server.probe.received.length
    for (let count = before; count < 10; count++) client.sendIgnore('x')
    await settle()
    expect([server.probe.received.length, disconnectOf(server)]).toStrictEqual([10, undefined])
    client.sendIgnore('x')
    expect(await server.closed).toMatchObject({ code: 'LIMIT', fault: 'peer' })
  })

  it('counts no longer afterwards, nor for a service that needs no user', async () => {
    const { client, server } = await authenticated({ both: { limits: { unauthenticatedPackets: 10 } } })
    for (let count = 0; count < 30; count++) client.sendIgnore('x')
    await settle()
    expect(disconnectOf(server)).toBeUndefined()

    const bare = await connected({ both: { limits: { unauthenticatedPackets: 10 } } })
    bare.server.setService(new ToyService())
    for (let count = 0; count < 30; count++) bare.client.sendIgnore('x')
    await settle()
    expect(disconnectOf(bare.server)).toBeUndefined()
  })

  it('goes on counting while the user authenticates', async () => {
    const { client, server } = await connected({ both: { limits: { unauthenticatedPackets: 10 } } })
    server.setService(new ToyService('ssh-userauth'))
    for (let count = 0; count < 30; count++) client.sendIgnore('x')
    expect((await server.closed)?.code).toBe('LIMIT')
  })
})

describe('unauthenticatedLength', () => {
  it('is how many bytes a peer may send before authentication', async () => {
    for (const [extra, code] of [
      [0, undefined],
      [1, 'LIMIT'],
    ] as const) {
      const { client, server } = await connected({ server: { limits: { unauthenticatedLength: 10_000 } } })
      const before = server.probe.received.reduce((sum, { payload }) => sum + 1 + payload.length, 0)
      client.probe.inject(2, new Uint8Array(4000))
      client.probe.inject(2, new Uint8Array(10_000 - before - 4002 + extra))
      await settle()
      expect(disconnectOf(server)?.description).toBe(
        code && 'the peer sent more than 10000 bytes, the limit unauthenticatedLength, before authentication',
      )
      if (code === undefined) server.loseConnection()
      expect((await server.closed)?.code).toBe(code)
    }
  })

  it('counts no longer afterwards', async () => {
    const { client, server } = await authenticated({ both: { limits: { unauthenticatedLength: 10_000 } } })
    client.probe.inject(2, new Uint8Array(20_000))
    await settle()
    expect(disconnectOf(server)).toBeUndefined()
  })
})

/** Has keys exchanged anew so many times, one after the other. */
async function exchangeAgain(transport: ToyTransport, count: number): Promise<void> {
  for (let done = 0; done < count; done++) {
    transport.sendKexInit()
    await settle()
  }
}

describe('unauthenticatedReExchanges', () => {
  it('is how many exchanges a peer may start before authentication, on top of the first', async () => {
    const { client, server } = await connected({ server: { limits: { unauthenticatedReExchanges: 2 } } })
    await exchangeAgain(client, 2)
    expect([server.describe().keyExchanges, disconnectOf(server)]).toStrictEqual([3, undefined])
    await exchangeAgain(client, 1)
    expect(await server.closed).toMatchObject({ code: 'LIMIT', fault: 'peer' })
  })

  it('counts what the peer starts, and not what we do', async () => {
    const { server } = await connected({ both: { limits: { unauthenticatedReExchanges: 0 } } })
    const { client } = await connected({ client: { limits: { unauthenticatedReExchanges: 0 } } })
    await exchangeAgain(client, 3)
    expect(client.describe().keyExchanges).toBe(4)
    await exchangeAgain(server, 1)
    expect(await server.closed).toMatchObject({ code: 'DISCONNECTED' })
  })
})

describe('reExchanges', () => {
  const limits = { reExchanges: 2 }

  it('is how many exchanges a peer may start in a row', async () => {
    const { client, server } = await authenticated({ server: { limits } })
    await exchangeAgain(client, 2)
    expect([server.describe().keyExchanges, disconnectOf(server)]).toStrictEqual([3, undefined])
    await exchangeAgain(client, 1)
    expect(await server.closed).toMatchObject({ code: 'LIMIT', fault: 'peer' })
  })

  it('grows again by one each second, up to what it was', async () => {
    const clock = new ToyClock()
    const { client, server } = await authenticated({ server: { limits, clock } })
    for (let turn = 0; turn < 5; turn++) {
      await exchangeAgain(client, 1)
      clock.advance(1000)
    }
    clock.advance(60_000)
    await exchangeAgain(client, 2)
    expect(disconnectOf(server)).toBeUndefined()
    clock.advance(900)
    await exchangeAgain(client, 1)
    expect((await server.closed)?.code).toBe('LIMIT')
  })

  it('grows again by one with each 32 KiB, in either direction', async () => {
    const { client, server } = await authenticated({ server: { limits } })
    for (let turn = 0; turn < 3; turn++) {
      for (const sender of [client, server]) {
        await exchangeAgain(client, 1)
        sender.sendPacket(100, new Uint8Array(32_768))
        await settle()
      }
    }
    await exchangeAgain(client, 2)
    expect(disconnectOf(server)).toBeUndefined()
    await exchangeAgain(client, 1)
    expect((await server.closed)?.code).toBe('LIMIT')
  })
})

describe('outstandingPings', () => {
  it('is how many may be unanswered: another is refused, and the connection goes on', async () => {
    const { client } = await connected({ client: { limits: { outstandingPings: 2 } } })
    const pings = [client.sendPing(), client.sendPing()]
    await expect(client.sendPing()).rejects.toMatchObject({ code: 'LIMIT', fault: 'caller' })
    await Promise.all(pings)
    await client.sendPing()
  })
})

describe('times', () => {
  it('keyExchangeTime runs from the connection to the first keys', async () => {
    const clock = new ToyClock()
    const server = toyServer({ clock, limits: { keyExchangeTime: 1000 } })
    server.makeConnection(new ToyStream())
    clock.advance(999)
    expect(disconnectOf(server)).toBeUndefined()
    clock.advance(1)
    expect(await server.closed).toMatchObject({ code: 'TIMEOUT', fault: 'peer' })
    expect(disconnectOf(server)).toStrictEqual({
      reason: 2,
      description: 'the key exchange was not complete after 1000 ms, the limit keyExchangeTime',
    })
    expect(clock.pending).toBe(0)
  })

  it('keyExchangeTime no longer runs when keys are in use', async () => {
    const clock = new ToyClock()
    const { server } = await connected({ server: { clock, limits: { keyExchangeTime: 1000 } } })
    clock.advance(1000)
    expect(disconnectOf(server)).toBeUndefined()
  })

  it('keyExchangeTime runs anew in each exchange, whoever starts it, and stops with its keys', async () => {
    for (const byPeer of [true, false]) {
      const clock = new ToyClock()
      const { client, server, clientStream } = await authenticated({ server: { clock, limits: { keyExchangeTime: 1000 } } })
      const pending = clock.pending
      await exchangeAgain(byPeer ? client : server, 1)
      clock.advance(1000)
      expect([clock.pending, server.describe().keyExchanges, disconnectOf(server)]).toStrictEqual([pending, 2, undefined])
      client.probe.newKeysGate = new Promise(() => {})
      if (!byPeer) clientStream.tamper = () => []
      await exchangeAgain(byPeer ? client : server, 1)
      clock.advance(999)
      expect(disconnectOf(server)).toBeUndefined()
      clock.advance(1)
      expect(await server.closed).toMatchObject({ code: 'TIMEOUT', fault: 'peer' })
      expect(clock.pending).toBe(0)
    }
  })

  describe.each(['client', 'server'] as const)('keyExchangeTime of a re-exchange that a %s starts', (role) => {
    const limits = { keyExchangeTime: 1000 }

    /** A transport whose KEXINIT does not reach its peer; `say`: so many milliseconds later the peer sends a message, or, with 0, none. */
    async function unanswered(): Promise<{ ours: ToyTransport; say: (after: number, number?: number) => void }> {
      const clock = new ToyClock()
      const pair = await authenticated({ [role]: { clock, limits } })
      const [ours, theirs] = role === 'client' ? [pair.client, pair.server] : [pair.server, pair.client]
      const stream = role === 'client' ? pair.clientStream : pair.serverStream
      stream.tamper = () => []
      ours.sendKexInit()
      await settle()
      return {
        ours,
        say: (after, number = 2) => (clock.advance(after), number > 0 && theirs.probe.inject(number, new Uint8Array(4))),
      }
    }

    it('begins anew with what was on the way before the peer’s KEXINIT', async () => {
      const { ours, say } = await unanswered()
      for (let packets = 0; packets < 5; packets++) {
        say(999)
        await settle()
      }
      say(999, 0)
      expect(disconnectOf(ours)).toBeUndefined()
      say(1, 0)
      expect(await ours.closed).toMatchObject({ code: 'TIMEOUT', fault: 'peer', message: expect.stringContaining('keyExchangeTime') })
    })

    it('is no more than ten times as long in all, whatever the peer sends', async () => {
      const { ours, say } = await unanswered()
      for (let tenths = 0; tenths < 99; tenths++) {
        say(100)
        await settle()
      }
      say(99, 0)
      expect(disconnectOf(ours)).toBeUndefined()
      say(1, 0)
      expect(await ours.closed).toMatchObject({ code: 'TIMEOUT', fault: 'peer' })
    })

    it('stands still while a client waits for something of its own, and goes on as it was; a server’s does not', async () => {
      const { ours, say } = await unanswered()
      say(600)
      await settle()
      const { open, opened } = gate()
      ours.hold(opened)
      say(999, 0)
      expect(disconnectOf(ours)).toBeUndefined()
      say(role === 'client' ? 5000 : 1, 0)
      expect(disconnectOf(ours) === undefined).toBe(role === 'client')
      open()
      await settle()
      say(999, 0)
      expect(disconnectOf(ours) === undefined).toBe(role === 'client')
      say(1, 0)
      expect(await ours.closed).toMatchObject({ code: 'TIMEOUT', fault: 'peer' })
    })

    it('does not begin anew once the peer’s KEXINIT has come', async () => {
      const clock = new ToyClock()
      const pair = await authenticated({ [role]: { clock, limits } })
      const [ours, theirs] = role === 'client' ? [pair.client, pair.server] : [pair.server, pair.client]
      theirs.probe.newKeysGate = new Promise(() => {})
      ours.sendKexInit()
      await settle()
      clock.advance(999)
      theirs.probe.inject(2, new Uint8Array(4))
      await settle()
      expect([theirs.probe.sent.at(-1)?.number, disconnectOf(ours)]).toStrictEqual([2, undefined])
      clock.advance(1)
      expect(await ours.closed).toMatchObject({ code: 'TIMEOUT', fault: 'peer' })
    })
  })

  it('identificationTime runs from the connection to the peer’s identification line', async () => {
    for (const isClient of [true, false]) {
      const options = { clock: new ToyClock(), limits: { identificationTime: 1000 } }
      const [late, early] = isClient ? [toyClient(options), toyClient(options)] : [toyServer(options), toyServer(options)]
      for (const transport of [late, early]) transport.makeConnection(new ToyStream())
      early.dataReceived(ascii('SSH-2.0-x\r\n'))
      late.dataReceived(ascii('SSH-2.0-x'))
      options.clock.advance(999)
      expect([disconnectOf(late), disconnectOf(early)]).toStrictEqual([undefined, undefined])
      options.clock.advance(1)
      expect(await late.closed).toMatchObject({
        code: 'TIMEOUT',
        message: 'the identification line was not complete after 1000 ms, the limit identificationTime',
      })
      expect(disconnectOf(early)).toBeUndefined()
    }
  })

  it.each([
    ['identificationTime', '', ascii('a line without an end, byte by byte')],
    // A packet of 1,004 bytes.
    ['keyExchangeTime', 'SSH-2.0-slow\r\n', Uint8Array.of(0, 0, 0x03, 0xec)],
  ] as const)('%s ends a client, too, that a server feeds a byte a second', async (name, greeting, bytes) => {
    const clock = new ToyClock()
    const client = toyClient({ clock })
    client.makeConnection(new ToyStream())
    client.dataReceived(ascii(greeting))
    for (let second = 1; second < clientLimits[name] / 1000; second++) {
      clock.advance(1000)
      client.dataReceived(bytes.length >= second ? bytes.subarray(second - 1, second) : new Uint8Array(1))
    }
    expect(disconnectOf(client)).toBeUndefined()
    clock.advance(1000)
    expect(await client.closed).toMatchObject({ code: 'TIMEOUT', fault: 'peer', message: expect.stringContaining(`the limit ${name}`) })
  })

  it('what a client waits for itself does not count: a person who decides about a host key has time', async () => {
    const clock = new ToyClock()
    const { open, opened } = gate()
    const { client, server } = joined({
      client: { clock, verifyHostKey: () => opened.then(() => true), limits: { keyExchangeTime: 1000, authenticationTime: 2000 } },
    })
    clock.advance(900)
    await settle()
    clock.advance(3_600_000)
    expect(disconnectOf(client)).toBeUndefined()
    open()
    await client.secured
    clock.advance(1099)
    expect(disconnectOf(client)).toBeUndefined()
    clock.advance(1)
    expect(await client.closed).toMatchObject({ code: 'TIMEOUT', message: expect.stringContaining('authenticationTime') })
    expect(disconnectOf(server)).toBeUndefined()
  })

  it('what a server waits for itself does count: its users have so much time and no more', async () => {
    const clock = new ToyClock()
    const { server } = await connected({ server: { clock, limits: { authenticationTime: 2000 } } })
    server.hold(new Promise(() => {}))
    clock.advance(2000)
    expect(await server.closed).toMatchObject({ code: 'TIMEOUT', message: expect.stringContaining('authenticationTime') })
  })

  it('are lifted by Infinity, in a client as in a server', async () => {
    const clock = new ToyClock()
    const never = Number.POSITIVE_INFINITY
    const limits = { identificationTime: never, keyExchangeTime: never, authenticationTime: never }
    for (const target of [toyClient({ clock, limits }), toyServer({ clock, limits })]) {
      target.makeConnection(new ToyStream())
      expect(clock.pending).toBe(0)
    }
  })

  it('authenticationTime runs from the connection to authentication', async () => {
    const clock = new ToyClock()
    const { server } = await connected({ server: { clock, limits: { authenticationTime: 5000 } } })
    server.setService(new ToyService('ssh-userauth'))
    clock.advance(4999)
    expect(disconnectOf(server)).toBeUndefined()
    clock.advance(1)
    expect((await server.closed)?.code).toBe('TIMEOUT')
  })

  it('authenticationTime no longer runs when the user is authenticated, or a service runs that needs no user', async () => {
    for (const authenticate of [true, false]) {
      const clock = new ToyClock()
      const { server } = await connected({ server: { clock, limits: { authenticationTime: 5000 } } })
      if (authenticate) server.authenticationSucceeded()
      else server.setService(new ToyService())
      clock.advance(5000)
      expect(disconnectOf(server)).toBeUndefined()
    }
  })

  it('leave no timer behind', async () => {
    const clock = new ToyClock()
    const { client, server } = await authenticated({ both: { clock, limits: { keyExchangeTime: 1000, authenticationTime: 5000 } } })
    client.loseConnection()
    await server.closed
    expect(clock.pending).toBe(0)
  })

  it('that are longer than a platform’s timers take do not ring at once', async () => {
    let rung = false
    const timer = systemClock.setTimeout(() => {
      rung = true
    }, 1e12)
    await new Promise((resolve) => setTimeout(resolve, 20))
    systemClock.clearTimeout(timer)
    expect(rung).toBe(false)
  })
})

describe('what is offered', () => {
  it('is refused where a list that negotiation needs is empty, when it is set', () => {
    const empty: unknown = expect.objectContaining({ code: 'ARGUMENT', fault: 'caller' })
    for (const name of ['ciphers', 'keyExchanges', 'publicKeys', 'compressions'] as const) {
      expect(() => toyClient({ supported: { [name]: [] } })).toThrow(empty)
    }
    expect(() => toyClient({ supported: { macs: [] } })).toThrow('the list of macs is empty: there is nothing to negotiate with')
    const client = toyClient({ supported: { macs: [], ciphers: ['toy-aead-clear'] } })
    expect(client.supportedMACs).toStrictEqual([])
    expect(() => {
      client.supportedCiphers = ['toy-aead-clear', 'toy-xor']
    }).toThrow('the list of macs is empty')
    expect(client.supportedCiphers).toStrictEqual(['toy-aead-clear'])
  })

  it('is refused where a name is not registered, and where no host key can sign', () => {
    expect(() => toyClient({ supported: { ciphers: ['rot13'] } })).toThrow(expect.objectContaining({ code: 'UNKNOWN_ALGORITHM' }))
    expect(() => toyServer({ supported: { publicKeys: ['toy-other-sign'] } })).toThrow(
      'no host key can sign with toy-other-sign; there are keys of toy-key',
    )
    expect(() => new SSHServerTransport({ algorithms: toyRegistry(), hostKeys: [] })).toThrow(expect.objectContaining({ code: 'ARGUMENT' }))
    const server = toyServer()
    expect(server.supportedPublicKeys).toStrictEqual(['toy-sign', 'toy-sign-2'])
    expect(() => {
      server.supportedPublicKeys = ['toy-other-sign']
    }).toThrow('no host key can sign with toy-other-sign')
    expect(() => toyServer({ acceptedPublicKeys: ['rot13'] })).toThrow(expect.objectContaining({ code: 'UNKNOWN_ALGORITHM' }))
    expect(toyHostKey.algorithms).toContain('toy-sign')
  })

  it('is refused where a rekey limit is not above 0', () => {
    for (const rekey of [{ bytes: 0 }, { packets: -1 }, { time: Number.NaN }]) {
      expect(() => toyClient({ rekey })).toThrow(expect.objectContaining({ code: 'ARGUMENT', fault: 'caller' }))
    }
  })
})

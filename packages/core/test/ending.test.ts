import { toHex } from '@seashell/test-support'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SSHError } from '../src/index.ts'
import { ToyClock } from './support/clock.ts'
import {
  authenticated,
  connected,
  disconnectOf,
  joined,
  numbers,
  ToyService,
  settle,
  toyClient,
  type ToyClient,
  type ToyServer,
} from './support/transports.ts'
import { ToyStream } from './support/stream.ts'

describe('after its end a connection', () => {
  it('sends nothing, whatever is called', async () => {
    const { client, clientStream } = await authenticated()
    client.sendDisconnect(11, 'bye')
    await settle()
    const written = clientStream.written.length
    const sent = client.probe.sent.length
    client.sendPacket(100, new Uint8Array(1))
    client.sendIgnore('x')
    client.sendDebug('x')
    client.sendUnimplemented()
    client.sendExtInfo()
    client.sendKexInit()
    client.sendDisconnect(2, 'again')
    client.loseConnection()
    await settle()
    expect(clientStream.written).toHaveLength(written)
    expect(client.probe.sent).toHaveLength(sent)
    expect([client.writable, clientStream.ended]).toStrictEqual([false, true])
  })

  it('interprets nothing, and keeps nothing', async () => {
    const { client, server } = await authenticated()
    client.sendDisconnect(11, 'bye')
    const { length } = client.probe.received
    server.sendIgnore('x')
    await settle()
    client.dataReceived(new Uint8Array(1000))
    expect(client.probe.received).toHaveLength(length)
    expect(client.buf).toHaveLength(0)
  })

  it('tells those who wait for an answer to PING, and those who ask later', async () => {
    const { client } = await connected()
    const waiting = client.sendPing()
    client.loseConnection()
    await expect(waiting).rejects.toMatchObject({ code: 'CLOSED' })
    await expect(client.sendPing()).rejects.toMatchObject({ code: 'CLOSED' })
  })

  it('writes nothing to a stream that is gone, and does not end it', async () => {
    const { client, clientStream } = await connected()
    const written = clientStream.written.length
    client.sendIgnore('on its way')
    client.connectionLost(new Error('reset'))
    await settle()
    expect([clientStream.written.length, clientStream.ended]).toStrictEqual([written, false])
    expect(await client.closed).toMatchObject({
      code: 'CONNECTION_LOST',
      fault: 'local',
      cause: expect.objectContaining({ message: 'reset' }) as unknown,
    })
  })

  it('lets out what was sent before', async () => {
    const { client, serverService } = await authenticated()
    client.sendPacket(100, Uint8Array.of(1))
    client.loseConnection()
    await settle()
    expect(numbers(serverService.received)).toStrictEqual([100])
  })
})

describe('a stream that throws', () => {
  it('is a connection that is lost, and nobody but `closed` is told', async () => {
    const { client, clientStream } = await connected()
    const cause = new Error('EPIPE')
    clientStream.write = () => {
      throw cause
    }
    client.sendIgnore('x')
    expect(await client.closed).toMatchObject({ code: 'CONNECTION_LOST', fault: 'local', cause })
    expect(clientStream.ended).toBe(true)
  })

  it('may do so at the first byte', async () => {
    const client = toyClient()
    const stream = new ToyStream()
    stream.ended = true
    client.makeConnection(stream)
    expect((await client.closed)?.code).toBe('CONNECTION_LOST')
  })
})

describe('a peer that hangs up', () => {
  it('is an error with the reason it gave', async () => {
    const { client, server } = joined()
    server.probe.newKeysGate = new Promise(() => {})
    await settle()
    server.sendDisconnect(12, 'too many')
    expect(await client.closed).toMatchObject({ code: 'DISCONNECTED', fault: 'peer', reasonCode: 12, description: 'too many' })
    expect(disconnectOf(client)).toBeUndefined()
    await expect(client.secured).rejects.toMatchObject({ code: 'DISCONNECTED' })
  })
})

describe('code of ours or the caller’s that throws', () => {
  it('in a service ends the connection with INTERNAL, and the peer is told no more than that', async () => {
    const { client, server, serverService } = await authenticated()
    const cause = new Error('the password is hunter2')
    serverService.packetReceived = () => {
      throw cause
    }
    client.sendPacket(100, new Uint8Array(1))
    expect(await server.closed).toMatchObject({ code: 'INTERNAL', fault: 'local', cause })
    expect(disconnectOf(server)).toStrictEqual({ reason: 11, description: 'internal error' })
    expect(await client.closed).toMatchObject({ code: 'DISCONNECTED', reasonCode: 11, description: 'internal error' })
  })

  it('in an event handler does so, whatever event it is', async () => {
    for (const type of ['version', 'negotiated', 'keys', 'extensions']) {
      const { client } = joined({
        client: {
          onEvent(event) {
            if (event.type === type) throw new Error(`at ${type}`)
          },
        },
      })
      expect(await client.closed).toMatchObject({ code: 'INTERNAL', fault: 'local' })
      expect(disconnectOf(client)?.description).toBe('internal error')
    }
  })

  it('at the end itself is what `closed` tells, where nothing else is wrong, and everything is cleaned up', async () => {
    const clock = new ToyClock()
    const { client, clientService, clientStream } = await authenticated({ client: { clock, limits: { authenticationTime: 1000 } } })
    clientService.serviceStopped = () => {
      throw new Error('late')
    }
    const ping = client.sendPing()
    expect(() => client.loseConnection()).not.toThrow()
    await expect(ping).rejects.toMatchObject({ code: 'CLOSED' })
    expect(await client.closed).toMatchObject({ code: 'INTERNAL', cause: expect.objectContaining({ message: 'late' }) as unknown })
    expect([clientStream.ended, clock.pending]).toStrictEqual([true, 0])
  })

  it('at the end after an error leaves that error standing', async () => {
    const { client, server } = await connected({
      client: {
        onEvent(event) {
          if (event.type === 'ended') throw new Error('late')
        },
      },
    })
    server.probe.inject(31)
    expect(await client.closed).toMatchObject({ code: 'PROTOCOL' })
  })

  it('when the stream takes more again ends the connection too', async () => {
    const { client, clientService, clientStream } = await authenticated()
    clientStream.accepts = false
    client.sendPacket(100, new Uint8Array(1))
    await settle()
    expect(client.writable).toBe(false)
    clientService.transportWritable = () => {
      throw new Error('late')
    }
    expect(() => client.drained()).not.toThrow()
    expect((await client.closed)?.code).toBe('INTERNAL')
  })

  it('while deciding about the host key refuses it, and the peer learns nothing of why', async () => {
    const causes = [
      new Error('EACCES: /home/alice/.ssh/known_hosts'),
      new SSHError('MALFORMED', '/home/alice/.ssh/known_hosts:3: no key', { fault: 'local' }),
    ]
    for (const cause of causes) {
      const { client, server } = joined({ client: { verifyHostKey: () => Promise.reject(cause) } })
      expect(await client.closed).toMatchObject({
        code: cause instanceof SSHError ? 'MALFORMED' : 'HOST_KEY',
        fault: 'local',
        reason: 9,
        cause,
      })
      expect(disconnectOf(client)).toStrictEqual({ reason: 9, description: 'the host key of type TOY-KEY was not verified' })
      expect((await server.closed)?.message).not.toContain('alice')
    }
  })

  it('while deciding about the host key with a reason for the peer is the connection’s error', async () => {
    const cause = new SSHError('HOST_KEY', 'this key is revoked', { fault: 'peer', reason: 9 })
    const { client } = joined({ client: { verifyHostKey: () => Promise.reject(cause) } })
    expect(await client.closed).toBe(cause)
    expect(disconnectOf(client)).toStrictEqual({ reason: 9, description: 'this key is revoked' })
  })
})

describe('a random source', () => {
  it('that returns another number of bytes than it was asked for is refused at its first use', () => {
    for (const wrong of [0, 15, 17]) {
      const client = toyClient({ random: () => new Uint8Array(wrong) })
      expect(() => client.makeConnection(new ToyStream())).toThrow(
        expect.objectContaining({
          code: 'ARGUMENT',
          fault: 'caller',
          message: `expected 16 random bytes; options.random returned ${wrong}`,
        }),
      )
    }
  })

  it('that does so during the exchange ends the connection', async () => {
    const { client } = joined({ client: { random: (length) => new Uint8Array(length === 7 ? 6 : length) } })
    expect(await client.closed).toMatchObject({ code: 'ARGUMENT', fault: 'caller' })
    expect(disconnectOf(client)?.description).toBe('internal error')
  })
})

describe('what peers say', () => {
  it('to people may be any bytes', async () => {
    const { client, server } = await connected()
    server.probe.inject(4, Uint8Array.of(1, 0, 0, 0, 2, 0x61, 0xff, 0, 0, 0, 1, 0xfe))
    await settle()
    expect(client.probe.told.at(-1)).toStrictEqual(['receiveDebug', true, 'a\ufffd', '\ufffd'])
  })

  it('in PING has to be a string, and comes back as it is', async () => {
    const { client, server } = await connected()
    client.probe.inject(192, Uint8Array.of(0, 0, 0, 2, 7, 8))
    await settle()
    expect(server.probe.sent.at(-1)).toStrictEqual({ number: 193, payload: Uint8Array.of(0, 0, 0, 2, 7, 8) })
    const other = await connected()
    other.client.probe.inject(192, Uint8Array.of(0, 0, 0, 3, 7, 8))
    expect(await other.server.closed).toMatchObject({ code: 'MALFORMED', fault: 'peer' })
  })

  it('about their extensions may come twice from a server and no more, the second time before USERAUTH_SUCCESS', async () => {
    const { client, server } = await connected()
    const service = new ToyService()
    client.setService(service)
    server.sendExtInfo(new Map([['second@example', Uint8Array.of(2)]]))
    server.probe.inject(52)
    await settle()
    expect([...client.peerExtensions.keys()]).toStrictEqual(['ping@openssh.com', 'server-sig-algs', 'second@example'])
    expect(numbers(service.received)).toStrictEqual([52])
    server.sendExtInfo(new Map([['third@example', Uint8Array.of(3)]]))
    expect(await client.closed).toMatchObject({ code: 'PROTOCOL', fault: 'peer', message: 'the peer sent EXT_INFO more than 2 times' })
  })
})

/** Two transports, as far as they have come. */
async function at(moment: string): Promise<{ client: ToyClient; server: ToyServer }> {
  if (moment === 'open') return await connected()
  if (moment === 'authenticated') return await authenticated()
  const pair = joined()
  if (moment === 'exchange') {
    pair.client.probe.newKeysGate = pair.server.probe.newKeysGate = new Promise(() => {})
    await settle()
  }
  return pair
}

describe('garbage', () => {
  /** What a connection is ended with when a peer does wrong. */
  const reasons = new Set([2, 3, 5, 6, 7, 8, 9])

  it('at any moment ends the connection with a DISCONNECT and never throws; other connections go on', async () => {
    const other = await authenticated()
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('start', 'exchange', 'open', 'authenticated'),
        fc.boolean(),
        fc.uint8Array({ minLength: 300, maxLength: 2000 }),
        async (moment, isClient, garbage) => {
          const pair = await at(moment)
          const target = isClient ? pair.client : pair.server
          expect(() => target.dataReceived(garbage)).not.toThrow()
          await settle()
          // Bytes that say how long a packet is may announce one that never comes whole.
          if (target.buf.length > 0) return
          expect(['MALFORMED', 'LIMIT', 'MAC', 'PROTOCOL', 'VERSION']).toContain((await target.closed)?.code)
          expect(reasons).toContain(disconnectOf(target)?.reason)
        },
      ),
      { numRuns: 150 },
    )
    other.client.sendPacket(100, Uint8Array.of(7))
    await settle()
    expect(numbers(other.serverService.received)).toStrictEqual([100])
  })

  it('as payload of any message ends the connection or is taken for what it is, and never throws', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(255), fc.boolean(), fc.uint8Array({ maxLength: 60 }), async (number, isClient, payload) => {
        const { client, server } = await connected()
        const [target, peer] = isClient ? [client, server] : [server, client]
        peer.probe.inject(number, payload)
        await settle()
        expect(target.probe.received).toContainEqual({ number, payload })
        const sent = disconnectOf(target)
        if (sent !== undefined) expect(reasons).toContain(sent.reason)
      }),
      { numRuns: 300 },
    )
  })
})

describe('a description', () => {
  it('has nothing secret in it: no key, no payload, no session identifier', async () => {
    const { client } = await authenticated()
    const text = JSON.stringify(client.describe())
    expect(JSON.parse(text)).toMatchObject({ role: 'client', strictKeyExchange: true, keyExchanges: 1, authenticated: true })
    for (const secret of [client.sessionID, client.hostKey]) {
      expect(text).not.toContain(toHex(secret))
      expect(text).not.toContain(Buffer.from(secret).toString('base64'))
    }
  })
})

import { WireReader, WireWriter } from '@seashell/core/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChannelOpenRequest } from '../src/channel-open.ts'
import { ChannelTable } from '../src/channel-table.ts'
import { SSHConnection } from '../src/connection.ts'
import { ChannelOpenError } from '../src/errors.ts'
import * as messages from '../src/messages.ts'
import {
  confirmation,
  data,
  joinChannels,
  joinConnections,
  loneChannel,
  loneConnection,
  open,
  readAll,
  settle,
  text,
  uint32s,
} from './support/connections.ts'
import { FakeTransport } from './support/fake-transport.ts'

const unhandled: unknown[] = []
const remember = (reason: unknown): void => void unhandled.push(reason)
beforeAll(() => process.on('unhandledRejection', remember))
afterAll(() => process.off('unhandledRejection', remember))

/** Which numbers CHANNEL_OPEN_FAILURE messages gave as reasons. */
function refusals(transport: FakeTransport): number[] {
  return transport.sent
    .filter(({ messageNum }) => messageNum === messages.MSG_CHANNEL_OPEN_FAILURE)
    .map(({ payload }) => new WireReader(payload.subarray(4)).readUint32())
}

describe('opening a channel', () => {
  it('says what we take, and learns what the peer takes', async () => {
    const { connection, transport } = loneConnection({ windowLength: 5000, maximumPacketLength: 600 })
    const opening = connection.openChannel('x@example.org', uint32s(9), { windowLength: 4000 })
    const expected = new WireWriter().writeString('x@example.org').writeUint32(0).writeUint32(4000).writeUint32(600).writeUint32(9).finish()
    expect(transport.sent).toEqual([{ messageNum: messages.MSG_CHANNEL_OPEN, payload: expected }])
    transport.receive(messages.MSG_CHANNEL_OPEN_CONFIRMATION, confirmation())
    const channel = await opening
    expect(channel).toMatchObject({ type: 'x@example.org', localId: 0, remoteId: 70, sendWindowLength: 1000, receiveWindowLength: 4000 })
  })

  it('loses nothing that comes in the same turn as the confirmation', async () => {
    const { connection, transport } = loneConnection()
    const types: string[] = []
    const opening = connection.openChannel('x', undefined, {
      onRequest: (incoming, channel) => void types.push(incoming.type + channel.remoteId),
    })
    transport.receive(messages.MSG_CHANNEL_OPEN_CONFIRMATION, confirmation())
    transport.receive(messages.MSG_CHANNEL_DATA, data('early'))
    transport.receive(messages.MSG_CHANNEL_REQUEST, new WireWriter().writeUint32(0).writeString('r').writeBoolean(false).finish())
    transport.receive(messages.MSG_CHANNEL_CLOSE, uint32s(0))
    const channel = await opening
    expect(text(await readAll(channel))).toBe('early')
    expect(types).toEqual(['r70'])
    await channel.closed
  })

  it('rejects with the reason that the peer gives', async () => {
    const { client } = joinConnections({
      channelTypes: {
        refused: (request) => request.refuse(2, 'nobody there'),
        silent: () => {},
        failing: () => Promise.reject(new Error('a bug')),
      },
    })
    await expect(client.openChannel('refused')).rejects.toMatchObject({
      code: 'CHANNEL',
      fault: 'peer',
      openFailureReason: 2,
      description: 'nobody there',
    })
    await expect(client.openChannel('silent')).rejects.toMatchObject({ openFailureReason: 1 })
    await expect(client.openChannel('failing')).rejects.toMatchObject({ openFailureReason: 1 })
    await expect(client.openChannel('unknown')).rejects.toMatchObject({ openFailureReason: 3 })
    expect(client.channelCount).toBe(0)
    expect(new ChannelOpenError('x', 77, '').message).toContain('77')
  })

  it('is decided by an asynchronous handler, or one for all types', async () => {
    const { client } = joinConnections({
      async onChannelOpen(request) {
        await settle()
        const channel = request.accept({ data: uint32s(1) })
        await channel.write(`${request.type} ${request.payload.length}`)
        void channel.close()
      },
    })
    const channel = await client.openChannel('any@example.org', uint32s(1))
    expect(text(await readAll(channel))).toBe('any@example.org 4')
  })

  it('keeps what the type adds for as long as the handler thinks', async () => {
    let payload: Uint8Array | undefined
    const { transport } = loneConnection({
      async onChannelOpen(request) {
        await settle()
        payload = request.payload
      },
    })
    transport.receive(messages.MSG_CHANNEL_OPEN, open('x', { data: uint32s(5) }))
    await settle()
    await settle()
    expect(payload).toEqual(uint32s(5))
  })

  it('listens to the signal only as long as it takes', async () => {
    const listeners = new Set<() => void>()
    const signal = {
      aborted: false,
      reason: undefined,
      addEventListener: (_type: 'abort', listener: () => void) => void listeners.add(listener),
      removeEventListener: (_type: 'abort', listener: () => void) => void listeners.delete(listener),
    }
    const { connection, transport } = loneConnection()
    const opening = connection.openChannel('x', undefined, { signal })
    const asking = connection.globalRequest('x', undefined, { signal })
    expect(listeners.size).toBe(2)
    transport.receive(messages.MSG_CHANNEL_OPEN_CONFIRMATION, confirmation())
    transport.receive(messages.MSG_REQUEST_FAILURE, new Uint8Array())
    await Promise.all([opening, asking])
    expect(listeners.size).toBe(0)
  })

  it('is answered once', async () => {
    let request!: ChannelOpenRequest
    const { transport } = loneConnection({ onChannelOpen: (opening) => (request = opening).refuse(4) })
    transport.receive(messages.MSG_CHANNEL_OPEN, open('x'))
    request.refuse(1)
    expect(() => request.accept()).toThrow(expect.objectContaining({ code: 'CHANNEL', fault: 'caller' }))
    expect(refusals(transport)).toEqual([4])
  })

  it('accepted when the connection has ended says so', () => {
    let request!: ChannelOpenRequest
    const { transport } = loneConnection({ onChannelOpen: (opening) => new Promise(() => void (request = opening)) })
    transport.receive(messages.MSG_CHANNEL_OPEN, open('x'))
    transport.lose()
    request.refuse(1)
    expect(() => request.accept()).toThrow(expect.objectContaining({ code: 'CLOSED' }))
  })

  it('can be given up; the channel that comes anyway is closed at once, and its number free after that', async () => {
    const { connection, transport } = loneConnection()
    const abort = new AbortController()
    const opening = connection.openChannel('x', undefined, { signal: abort.signal })
    abort.abort()
    await expect(opening).rejects.toMatchObject({ code: 'ABORTED' })
    expect(connection.channelCount).toBe(1)
    transport.receive(messages.MSG_CHANNEL_OPEN_CONFIRMATION, confirmation())
    expect(transport.sent.map(({ messageNum }) => messageNum)).toEqual([90, 97])
    transport.receive(messages.MSG_CHANNEL_CLOSE, uint32s(0))
    expect(connection.channelCount).toBe(0)
    await expect(connection.openChannel('x', undefined, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' })
    expect(transport.sent).toHaveLength(2)
  })

  it('with a maximum packet size of 0 ends the connection', async () => {
    const incoming = loneConnection()
    incoming.transport.receive(messages.MSG_CHANNEL_OPEN, open('x', { maximumPacketLength: 0 }))
    expect(incoming.transport.failure).toMatchObject({ code: 'PROTOCOL', fault: 'peer' })
    const outgoing = loneConnection()
    const opening = outgoing.connection.openChannel('x')
    outgoing.transport.receive(messages.MSG_CHANNEL_OPEN_CONFIRMATION, uint32s(0, 70, 1000, 0))
    await expect(opening).rejects.toMatchObject({ code: 'PROTOCOL', fault: 'peer' })
  })

  it('refuses windows that are none', () => {
    for (const windowLength of [0, 1.5, -1, 2 ** 32, Number.NaN])
      expect(() => new SSHConnection({ windowLength })).toThrow(expect.objectContaining({ code: 'ARGUMENT' }))
  })
})

describe('channels', () => {
  it('are limited: more are refused with RESOURCE_SHORTAGE, ours with LIMIT', async () => {
    const { connection, transport } = loneConnection({ onChannelOpen: (request) => void request.accept() }, true, { channels: 2 })
    for (let turn = 0; turn < 3; turn++) transport.receive(messages.MSG_CHANNEL_OPEN, open('x'))
    expect(refusals(transport)).toEqual([4])
    await expect(connection.openChannel('x')).rejects.toMatchObject({ code: 'LIMIT', fault: 'caller' })
    transport.receive(messages.MSG_CHANNEL_CLOSE, uint32s(1))
    transport.receive(messages.MSG_CHANNEL_OPEN, open('x'))
    expect(refusals(transport)).toEqual([4])
  })

  it('get a number again only after both have closed', async () => {
    const { connection, transport } = loneConnection({ onChannelOpen: (request) => void request.accept() })
    const opened = (): number => {
      void connection.openChannel('x')
      return new WireReader(transport.sent.at(-1)!.payload.subarray(5)).readUint32()
    }
    expect([opened(), opened()]).toEqual([0, 1])
    transport.receive(messages.MSG_CHANNEL_OPEN_CONFIRMATION, confirmation(0))
    expect(opened()).toBe(2)
    transport.receive(messages.MSG_CHANNEL_CLOSE, uint32s(0))
    expect(opened()).toBe(0)
    expect(opened()).toBe(3)
  })

  it('by the hundred carry their own data', async () => {
    const { client, server } = joinConnections({
      async onChannelOpen(request) {
        const channel = request.accept()
        for await (const chunk of channel) await channel.write(chunk)
        await channel.close()
      },
    })
    const echoes = Array.from({ length: 300 }, async (_value, index) => {
      const channel = await client.openChannel(`echo${index}`)
      for (let turn = 0; turn < 5; turn++) await channel.write(`${index},`)
      await channel.end()
      expect(text(await readAll(channel))).toBe(`${index},`.repeat(5))
      await channel.close()
    })
    await Promise.all(echoes)
    expect([client.channelCount, server.channelCount]).toEqual([0, 0])
  })

  it('have distinct numbers as long as they live', () => {
    const table = new ChannelTable()
    const slot = { phase: 'open', lost() {} } as const
    const ids: number[] = []
    for (let turn = 0; turn < 4; turn++) table.add((localId) => (ids.push(localId), slot))
    table.remove(1)
    table.remove(1)
    table.remove(3)
    expect(table.size).toBe(2)
    for (let turn = 0; turn < 3; turn++) table.add((localId) => (ids.push(localId), slot))
    expect(new Set(ids.slice(-3))).toEqual(new Set([1, 3, 4]))
  })
})

describe('closing', () => {
  it('delivers what was written, closes the channels and disconnects with reason 11', async () => {
    const { near, far, client, server, clientTransport } = await joinChannels({ server: { windowLength: 100 } })
    void near.write(new Uint8Array(1000))
    const [read] = await Promise.all([readAll(far), client.close()])
    expect(read).toHaveLength(1000)
    expect(clientTransport.disconnectReason).toBe(11)
    await server.closed
    await Promise.all([near.closed, far.closed, client.closed])
    expect(clientTransport.clock.pending).toBe(0)
  })

  it('waits so long and no longer for a peer that does not close', async () => {
    const { channel, connection, transport } = loneChannel({ closeTime: 300 })
    const closing = connection.close()
    transport.clock.advance(299)
    await settle()
    expect(transport.ended).toBe(false)
    transport.clock.advance(1)
    await closing
    expect(transport.disconnectReason).toBe(11)
    await expect(channel.closed).rejects.toMatchObject({ code: 'CLOSED' })
  })

  it('can be hurried', async () => {
    const { connection, transport } = loneChannel()
    const abort = new AbortController()
    const closing = connection.close({ signal: abort.signal })
    await settle()
    expect(transport.ended).toBe(false)
    abort.abort()
    await closing
    expect(connection.close()).toBe(closing)
  })

  it('takes no new channels, and answers those that are under way', async () => {
    const { connection, transport } = loneConnection({ onChannelOpen: () => new Promise(() => {}) })
    transport.receive(messages.MSG_CHANNEL_OPEN, open('x'))
    const opening = connection.openChannel('y')
    void connection.close()
    transport.receive(messages.MSG_CHANNEL_OPEN, open('x'))
    expect(refusals(transport)).toEqual([1, 1])
    await expect(opening).rejects.toMatchObject({ code: 'CLOSED' })
    await expect(connection.openChannel('z')).rejects.toMatchObject({ code: 'CLOSED' })
    await connection.closed
  })

  it('by the peer with reason 11 is a good end; any other is an error', async () => {
    const good = joinConnections()
    good.serverTransport.sendDisconnect(11, 'bye')
    await good.client.closed
    const bad = joinConnections()
    bad.serverTransport.sendDisconnect(2, 'what?')
    await expect(bad.client.closed).rejects.toMatchObject({ code: 'DISCONNECTED' })
  })

  it('comes with the end of a scope, and is harmless before the beginning', async () => {
    const { client, clientTransport } = joinConnections()
    {
      await using connection = client
      expect(connection.channelCount).toBe(0)
    }
    expect(clientTransport.disconnectReason).toBe(11)
    const early = new SSHConnection()
    await expect(early.openChannel('x')).rejects.toMatchObject({ code: 'CLOSED', fault: 'caller' })
    await expect(early.close()).rejects.toMatchObject({ code: 'CLOSED' })
    const transport = new FakeTransport(true)
    transport.setService(early)
    expect(transport.disconnectReason).toBe(11)
  })
})

describe('when the transport dies', () => {
  const lost = { code: 'CONNECTION_LOST' }

  it('after any number of messages, every promise settles', async () => {
    for (let step = 0; ; step++) {
      const pair = joinConnections({
        onSession: (session) => ({
          async exec() {
            for await (const chunk of session) await session.write(chunk)
            return 3
          },
        }),
      })
      let count = 0
      const { deliver } = pair.serverTransport
      pair.serverTransport.deliver = (message) => {
        if (count++ < step) deliver(message)
        else pair.clientTransport.lose()
      }
      const work = async (): Promise<number | undefined> => {
        const session = await pair.client.exec('cat')
        await session.write('some data')
        await session.end()
        const { code } = await session.output()
        await pair.client.close()
        return code
      }
      const [outcome] = await Promise.allSettled([work(), pair.client.closed])
      if (outcome.status === 'fulfilled') {
        expect(outcome.value).toBe(3)
        expect(step).toBeGreaterThan(5)
        break
      }
      expect(outcome.reason).toMatchObject(lost)
    }
  })

  it('and nobody looks, no rejection is unhandled', async () => {
    const { connection, transport, channel } = loneChannel({}, {}, { windowLength: 1 })
    void connection.openChannel('x')
    void connection.exec('x')
    void connection.shell({ signal: new AbortController().signal })
    void connection.globalRequest('x')
    void channel.write('waits')
    void channel.request('x')
    void channel.read()
    void channel.readable
    void channel.end()
    void channel.writable
    transport.receive(messages.MSG_CHANNEL_DATA, data('x', 99))
    void channel.write('late')
    void channel.request('late')
    void channel.close()
    void connection.openChannel('late')
    void connection.close()
    await settle()
    await settle()
    expect(unhandled).toEqual([])
    await expect(connection.closed).rejects.toMatchObject({ code: 'PROTOCOL' })
  })

  it('because of an error of ours, it is told as INTERNAL', () => {
    const { transport, connection } = loneConnection({
      onHandlerError() {
        throw new TypeError('a bug in the handler of bugs')
      },
      onGlobalRequest() {
        throw new Error('a bug')
      },
    })
    transport.receive(messages.MSG_GLOBAL_REQUEST, new WireWriter().writeString('x').writeBoolean(true).finish())
    expect(transport.failure).toMatchObject({ code: 'INTERNAL', fault: 'local', cause: expect.any(TypeError) as unknown })
    return expect(connection.closed).rejects.toMatchObject({ code: 'INTERNAL' })
  })

  it('in the middle of sending, what is being asked settles', async () => {
    const { connection, transport, channel } = loneChannel()
    transport.deliver = () => transport.lose()
    await expect(channel.request('x')).rejects.toMatchObject(lost)
    const other = loneConnection()
    other.transport.deliver = () => other.transport.lose()
    await expect(other.connection.globalRequest('x')).rejects.toMatchObject(lost)
    const third = loneConnection()
    third.transport.deliver = () => third.transport.lose()
    await expect(third.connection.openChannel('x')).rejects.toMatchObject(lost)
    await expect(connection.closed).rejects.toMatchObject(lost)
  })
})

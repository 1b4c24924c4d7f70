import { WireReader, WireWriter } from '@seashell/core/wire'
import { toHex } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import * as messages from '../src/messages.ts'
import type { IncomingRequest } from '../src/requests.ts'
import { joinChannels, joinConnections, loneChannel, loneConnection, open, request, settle, uint32s } from './support/connections.ts'

function globalRequest(type: string, wantReply = true, payload: Uint8Array = new Uint8Array()): Uint8Array {
  return new WireWriter().writeString(type).writeBoolean(wantReply).writeBytes(payload).finish()
}

const never = (): Promise<void> => new Promise(() => {})

describe('requests on a channel', () => {
  it('are answered with what the handler says', async () => {
    const seen: string[] = []
    const { near } = await joinChannels({
      accept: {
        onRequest(incoming, channel) {
          seen.push(`${incoming.type} ${toHex(incoming.payload)} ${incoming.wantReply} ${channel.type}`)
          incoming.reply(incoming.type === 'yes')
        },
      },
    })
    expect(await near.request('yes', uint32s(7))).toBe(true)
    expect(await near.request('no')).toBe(false)
    expect(await near.request('quiet', undefined, { wantReply: false })).toBe(true)
    await settle()
    expect(seen).toEqual(['yes 00000007 true test', 'no  true test', 'quiet  false test'])
  })

  it('without a handler fail, and silently where no answer is wanted', () => {
    const { transport } = loneChannel()
    transport.receive(messages.MSG_CHANNEL_REQUEST, request('keepalive@openssh.com', true))
    transport.receive(messages.MSG_CHANNEL_REQUEST, request('eow@openssh.com', false))
    expect(transport.sent).toEqual([{ messageNum: messages.MSG_CHANNEL_FAILURE, payload: uint32s(70) }])
  })

  it('are answered in their order, whatever the order of decisions', async () => {
    const waiting: IncomingRequest[] = []
    const { transport } = loneChannel(
      {},
      {
        onRequest: (incoming) =>
          new Promise<void>((resolve) => {
            waiting.push({ ...incoming, reply: (success) => (incoming.reply(success), resolve()) })
          }),
      },
    )
    for (const type of ['a', 'b', 'c']) transport.receive(messages.MSG_CHANNEL_REQUEST, request(type, true))
    waiting[2]!.reply(true)
    waiting[1]!.reply(false)
    await settle()
    expect(transport.sent).toHaveLength(0)
    waiting[0]!.reply(true)
    waiting[0]!.reply(false)
    await settle()
    expect(transport.sent.map(({ messageNum }) => messageNum)).toEqual([99, 100, 99])
  })

  it('are refused by a handler that says nothing, throws or rejects; the application hears of the error', async () => {
    const errors: unknown[] = []
    const { transport } = loneChannel(
      { onHandlerError: (error) => errors.push(error) },
      {
        onRequest(incoming) {
          if (incoming.type === 'throws') throw new Error('sync')
          return incoming.type === 'rejects' ? Promise.reject(new Error('async')) : undefined
        },
      },
    )
    for (const type of ['silent', 'throws', 'rejects']) transport.receive(messages.MSG_CHANNEL_REQUEST, request(type, true))
    await settle()
    expect(transport.sent.map(({ messageNum }) => messageNum)).toEqual([100, 100, 100])
    expect(errors).toEqual([new Error('sync'), new Error('async')])
    expect(transport.failure).toBeUndefined()
  })

  it.each(['sync', 'async'])('with a payload that its %s handler finds malformed end the connection', async (manner) => {
    const { transport } = loneChannel(
      {},
      {
        onRequest(incoming) {
          const read = (): void => void new WireReader(incoming.payload).readUint32()
          return manner === 'sync' ? read() : Promise.resolve().then(read)
        },
      },
    )
    transport.receive(messages.MSG_CHANNEL_REQUEST, request('x', true, new Uint8Array(3)))
    await settle()
    expect(transport.failure).toMatchObject({ code: 'MALFORMED', fault: 'peer' })
  })

  it('that nobody finishes are bounded', () => {
    const { transport } = loneChannel({}, { onRequest: () => new Promise(() => {}) })
    for (let turn = 0; turn < 1024; turn++) transport.receive(messages.MSG_CHANNEL_REQUEST, request('x', false))
    expect(transport.failure).toBeUndefined()
    transport.receive(messages.MSG_CHANNEL_REQUEST, request('x', false))
    expect(transport.failure).toMatchObject({ code: 'LIMIT', fault: 'peer' })
  })

  it('that wait for the answer to an earlier one are bounded', () => {
    const { transport } = loneChannel(
      {},
      { onRequest: (incoming) => (incoming.type === 'slow' ? new Promise(() => {}) : incoming.reply(true)) },
    )
    transport.receive(messages.MSG_CHANNEL_REQUEST, request('slow', true))
    for (let turn = 1; turn < 1024; turn++) transport.receive(messages.MSG_CHANNEL_REQUEST, request('fast', true))
    expect(transport.failure).toBeUndefined()
    transport.receive(messages.MSG_CHANNEL_REQUEST, request('fast', true))
    expect(transport.failure).toMatchObject({ code: 'LIMIT', fault: 'peer' })
  })

  it('are bounded by a limit that can be set, over all channels and the connection together', async () => {
    const { transport } = loneConnection(
      { channelTypes: { test: (opening) => void opening.accept({ onRequest: never }) }, onGlobalRequest: never },
      true,
      {
        pendingRequests: 3,
      },
    )
    for (let count = 0; count < 2; count++) transport.receive(messages.MSG_CHANNEL_OPEN, open('test'))
    transport.receive(messages.MSG_CHANNEL_REQUEST, request('x', false, undefined, 0))
    transport.receive(messages.MSG_CHANNEL_REQUEST, request('x', true, undefined, 1))
    transport.receive(messages.MSG_GLOBAL_REQUEST, globalRequest('x'))
    expect(transport.failure).toBeUndefined()
    transport.receive(messages.MSG_GLOBAL_REQUEST, globalRequest('x', false))
    expect(transport.failure).toMatchObject({ code: 'LIMIT', fault: 'peer' })
  })

  it('count until they are answered and their handlers are done, whatever becomes of their channels', async () => {
    const waiting: { incoming: IncomingRequest; finish: () => void }[] = []
    const onRequest = (incoming: IncomingRequest): Promise<void> => new Promise((finish) => void waiting.push({ incoming, finish }))
    const { transport } = loneConnection({ channelTypes: { test: (opening) => void opening.accept({ onRequest }) } }, true, {
      pendingRequests: 2,
    })
    transport.receive(messages.MSG_CHANNEL_OPEN, open('test'))
    const ask = (wantReply: boolean): void => transport.receive(messages.MSG_CHANNEL_REQUEST, request('x', wantReply))
    ask(true)
    ask(false)
    for (const { incoming, finish } of waiting) {
      incoming.reply(true)
      finish()
    }
    await settle()
    ask(true)
    ask(true)
    waiting.at(-1)!.finish()
    transport.receive(messages.MSG_CHANNEL_CLOSE, uint32s(0))
    transport.receive(messages.MSG_CHANNEL_OPEN, open('test'))
    waiting.at(-2)!.finish()
    await settle()
    ask(true)
    ask(true)
    expect(transport.failure).toBeUndefined()
    waiting.at(-2)!.incoming.reply(true)
    ask(true)
    expect(transport.failure).toMatchObject({ code: 'LIMIT', fault: 'peer' })
  })

  it('without a handler never add up', () => {
    const { transport } = loneConnection({}, true, { pendingRequests: 1 })
    for (let count = 0; count < 10; count++) transport.receive(messages.MSG_GLOBAL_REQUEST, globalRequest('x', count % 2 === 0))
    expect(transport.failure).toBeUndefined()
  })

  it('answered after the channel was closed send nothing', async () => {
    let pending!: IncomingRequest
    const { transport } = loneChannel({}, { onRequest: (incoming) => new Promise(() => void (pending = incoming)) })
    transport.receive(messages.MSG_CHANNEL_REQUEST, request('x', true))
    transport.receive(messages.MSG_CHANNEL_CLOSE, uint32s(0))
    pending.reply(true)
    expect(transport.sent.map(({ messageNum }) => messageNum)).toEqual([97])
  })

  it('can be given up', async () => {
    const { transport, channel } = loneChannel()
    const abort = new AbortController()
    const asking = channel.request('x', undefined, { signal: abort.signal })
    const second = channel.request('y')
    abort.abort(new Error('too slow'))
    await expect(asking).rejects.toMatchObject({ code: 'ABORTED', fault: 'caller', cause: new Error('too slow') })
    // The answer that comes anyway is still the first one's.
    transport.receive(messages.MSG_CHANNEL_FAILURE, uint32s(0))
    transport.receive(messages.MSG_CHANNEL_SUCCESS, uint32s(0))
    expect(await second).toBe(true)
  })
})

describe('global requests', () => {
  it('go both ways, with data in the answer', async () => {
    const { client, server } = joinConnections(
      { globalRequests: { 'tcpip-forward': (incoming) => incoming.reply(true, uint32s(40_022)) } },
      { onGlobalRequest: (incoming) => incoming.reply(incoming.type === 'ping@example.org') },
    )
    expect(await client.globalRequest('tcpip-forward', uint32s(1))).toEqual({ success: true, data: uint32s(40_022) })
    expect(await client.globalRequest('unknown@example.org')).toEqual({ success: false, data: new Uint8Array() })
    expect(await server.globalRequest('ping@example.org')).toMatchObject({ success: true })
    expect(await client.globalRequest('hi', undefined, { wantReply: false })).toMatchObject({ success: true })
    server.globalRequests.set('later@example.org', (incoming) => incoming.reply(true))
    expect(await client.globalRequest('later@example.org')).toMatchObject({ success: true })
  })

  it('that nobody handles fail: keepalive@openssh.com is answered, hostkeys-00@openssh.com wants no answer', () => {
    const { transport } = loneConnection()
    transport.receive(messages.MSG_GLOBAL_REQUEST, globalRequest('keepalive@openssh.com'))
    transport.receive(messages.MSG_GLOBAL_REQUEST, globalRequest('hostkeys-00@openssh.com', false, uint32s(1)))
    expect(transport.sent).toEqual([{ messageNum: messages.MSG_REQUEST_FAILURE, payload: new Uint8Array() }])
  })

  it('are answered in their order', async () => {
    const waiting: IncomingRequest[] = []
    const { transport } = loneConnection({ onGlobalRequest: (incoming) => new Promise(() => void waiting.push(incoming)) })
    for (const type of ['a', 'b']) transport.receive(messages.MSG_GLOBAL_REQUEST, globalRequest(type))
    waiting[1]!.reply(true, uint32s(2))
    expect(transport.sent).toHaveLength(0)
    waiting[0]!.reply(false, uint32s(1))
    expect(transport.sent).toEqual([
      { messageNum: messages.MSG_REQUEST_FAILURE, payload: new Uint8Array() },
      { messageNum: messages.MSG_REQUEST_SUCCESS, payload: uint32s(2) },
    ])
  })

  it('fail when the connection ends or was not there, and can be given up', async () => {
    const { connection, transport } = loneConnection()
    const asking = connection.globalRequest('x')
    const abandoned = connection.globalRequest('y', undefined, { signal: AbortSignal.abort() })
    transport.lose()
    await expect(asking).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    await expect(abandoned).rejects.toMatchObject({ code: 'ABORTED' })
    await expect(connection.globalRequest('z')).rejects.toMatchObject({ code: 'CLOSED' })
  })
})

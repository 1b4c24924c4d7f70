import { createHash } from 'node:crypto'
import { encodeUtf8 } from '@seashell/core/wire'
import { seededRandom, toHex } from '@seashell/test-support'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Channel } from '../src/channel.ts'
import * as messages from '../src/messages.ts'
import { data, joinChannels, loneChannel, readAll, request, settle, text, uint32s } from './support/connections.ts'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Writes bytes in pieces of these sizes, over and over, then EOF. */
async function send(channel: Channel, bytes: Uint8Array, sizes: readonly number[]): Promise<void> {
  for (let offset = 0, turn = 0; offset < bytes.length; turn++) {
    const size = sizes[turn % sizes.length]!
    await channel.write(bytes.subarray(offset, offset + size))
    offset += size
  }
  await channel.end()
}

/** Reads to the end into buffers of these lengths, over and over, which it uses again at once. */
async function readAllInto(channel: Channel, lengths: readonly number[]): Promise<Uint8Array> {
  const read: number[] = []
  for (let turn = 0; ; turn++) {
    const buffer = new Uint8Array(lengths[turn % lengths.length]!)
    const length = await channel.readInto(buffer)
    if (length === 0) return Uint8Array.from(read)
    read.push(...buffer.subarray(0, length))
    buffer.fill(0xee)
  }
}

/** For `readEach`: keeps what it is shown, as text. */
function showing(): { shown: string[]; show: (bytes: Uint8Array) => void } {
  const shown: string[] = []
  return { shown, show: (bytes) => void shown.push(text(bytes)) }
}

describe('data', () => {
  it('arrives whole, 10 MiB each way at once, whatever the windows, packets and writes', async () => {
    const bytes = seededRandom('bulk')(10 * 1024 * 1024)
    const lengths = fc.record({
      windowLength: fc.integer({ min: 5000, max: 300_000 }),
      maximumPacketLength: fc.integer({ min: 700, max: 70_000 }),
    })
    const sizes = fc.array(fc.integer({ min: 3000, max: 200_000 }), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(lengths, lengths, sizes, async (client, server, writes) => {
        const { near, far } = await joinChannels({ client, server })
        const [there, back] = await Promise.all([readAll(far), readAll(near), send(near, bytes, writes), send(far, bytes, writes)])
        expect(sha256(there)).toBe(sha256(bytes))
        expect(sha256(back)).toBe(sha256(bytes))
      }),
      { numRuns: 5 },
    )
  })

  it('arrives whole through windows and packets of a few bytes', async () => {
    const small = fc.record({ windowLength: fc.integer({ min: 1, max: 40 }), maximumPacketLength: fc.integer({ min: 1, max: 20 }) })
    const sizes = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(small, small, sizes, fc.uint8Array({ maxLength: 600 }), async (client, server, writes, bytes) => {
        const { near, far } = await joinChannels({ client, server })
        const [there, back] = await Promise.all([readAll(far), readAll(near), send(near, bytes, writes), send(far, bytes, writes)])
        expect(toHex(there)).toBe(toHex(bytes))
        expect(toHex(back)).toBe(toHex(bytes))
      }),
      { numRuns: 100 },
    )
  })

  it('goes out in packets that respect window, packet size and transport', async () => {
    const { transport, channel } = loneChannel({}, {}, { windowLength: 250, maximumPacketLength: 100 })
    let done = false
    void channel.write(new Uint8Array(300)).then(() => (done = true))
    expect(transport.sent.map(({ payload }) => payload.length - 8)).toEqual([100, 100, 50])
    expect(channel.queuedLength).toBe(50)
    await settle()
    expect(done).toBe(false)
    transport.writable = false
    transport.receive(messages.MSG_CHANNEL_WINDOW_ADJUST, uint32s(0, 1000))
    expect(transport.sent).toHaveLength(3)
    transport.writable = true
    expect(transport.sent).toHaveLength(4)
    await settle()
    expect(done).toBe(true)
    expect(channel.sendWindowLength).toBe(950)
  })

  it('written in one turn leaves as one message, and in front of what follows it', async () => {
    const { transport, channel } = loneChannel()
    void channel.write('one ')
    void channel.write('two ')
    void channel.writeExtended(1, 'three')
    void channel.write('four')
    expect(transport.sent).toHaveLength(0)
    await settle()
    expect(transport.sent.map(({ messageNum }) => messageNum)).toEqual([94, 95, 94])
    expect(toHex(transport.sent[0]!.payload)).toBe(toHex(data('one two ', 70)))
    expect(toHex(transport.sent[1]!.payload)).toBe('0000004600000001000000057468726565')
    void channel.write('five')
    void channel.request('x', undefined, { wantReply: false })
    expect(transport.sent.map(({ messageNum }) => messageNum)).toEqual([94, 95, 94, 94, 98])
  })

  it('to a stream in one turn leaves as one message too', async () => {
    const { transport, channel } = loneChannel()
    const writer = channel.writable.getWriter()
    const chunk = encodeUtf8('one ')
    const written = writer.write(chunk).then(() => chunk.fill(0))
    void writer.write(encodeUtf8('two '))
    void writer.write(encodeUtf8('three'))
    await written
    expect(transport.sent).toHaveLength(0)
    await settle()
    expect(transport.sent.map(({ payload }) => toHex(payload))).toEqual([toHex(data('one two three', 70))])
  })

  it('of a type that is none is refused', async () => {
    const { channel } = loneChannel()
    for (const code of [0, -1, 1.5, 2 ** 32]) await expect(channel.writeExtended(code, 'x')).rejects.toMatchObject({ code: 'ARGUMENT' })
  })

  it('of no bytes is nothing, and resolves in its turn', async () => {
    const { transport, channel } = loneChannel({}, {}, { windowLength: 1 })
    const order: string[] = []
    const first = channel.write('ab').then(() => order.push('ab'))
    const second = channel.write('').then(() => order.push('nothing'))
    await settle()
    expect(order).toEqual([])
    transport.receive(messages.MSG_CHANNEL_WINDOW_ADJUST, uint32s(0, 1))
    await Promise.all([first, second])
    expect(order).toEqual(['ab', 'nothing'])
    expect(transport.sent).toHaveLength(2)
  })

  it('is taken in turns by channels that wait for the transport', async () => {
    const { near, client, clientTransport } = await joinChannels()
    const other = await client.openChannel('test')
    clientTransport.sent.length = 0
    clientTransport.writable = false
    void near.write('a')
    void other.write('b')
    await settle()
    expect(clientTransport.sent).toHaveLength(0)
    clientTransport.writable = true
    expect(clientTransport.sent.map(({ messageNum }) => messageNum)).toEqual([94, 94])

    // One packet at a time from here on.
    const channels: number[] = []
    clientTransport.deliver = ({ payload }) => {
      channels.push(payload[3]!)
      clientTransport.writable = false
    }
    clientTransport.writable = false
    void near.write(new Uint8Array(100_000))
    void other.write(new Uint8Array(100_000))
    for (let turn = 0; turn < 6; turn++) clientTransport.writable = true
    expect(channels).toEqual([near.remoteId, other.remoteId, near.remoteId, other.remoteId, near.remoteId, other.remoteId])
  })
})

describe('a reader', () => {
  it('that stops holds the writer back at one window', async () => {
    const { near, far } = await joinChannels({ server: { windowLength: 10_000 } })
    let written = 0
    const writing = (async (): Promise<void> => {
      for (let turn = 0; turn < 100; turn++) {
        await near.write(new Uint8Array(1000))
        written += 1000
      }
      await near.end()
    })()
    await settle()
    await settle()
    expect(written).toBe(10_000)
    expect(far.receiveWindowLength).toBe(0)
    expect(await readAll(far)).toHaveLength(100_000)
    await writing
  })

  it('gets what came byte by byte in blocks, not in an object each', async () => {
    const { transport, channel } = loneChannel()
    const one = data(new Uint8Array(1))
    for (let turn = 0; turn < 20_000; turn++) transport.receive(messages.MSG_CHANNEL_DATA, one)
    const chunks: number[] = []
    for (let length = 0; length < 20_000;) {
      const chunk = await channel.read()
      length += chunk!.length
      chunks.push(chunk!.length)
    }
    expect(chunks.length).toBeLessThan(5)
  })

  it('may leave its loop and come back', async () => {
    const { near, far } = await joinChannels()
    await near.write('one')
    for await (const chunk of far) {
      expect(text(chunk)).toBe('one')
      break
    }
    await near.write('two')
    await near.end()
    expect(text(await readAll(far))).toBe('two')
  })

  it('gives credit at half a window, not per packet', async () => {
    const { transport, channel } = loneChannel({ windowLength: 1000, maximumWindowLength: 1000 })
    for (let turn = 0; turn < 10; turn++) {
      transport.receive(messages.MSG_CHANNEL_DATA, data(new Uint8Array(100)))
      await channel.read()
    }
    const adjusts = transport.sent.map(({ payload }) => toHex(payload))
    expect(adjusts).toEqual(['00000046000001f4', '00000046000001f4'])
  })

  it('of a platform stream gives credit only for what was read from it', async () => {
    const { transport, channel } = loneChannel({ windowLength: 200 })
    const reader = channel.readable.getReader()
    transport.receive(messages.MSG_CHANNEL_DATA, data(new Uint8Array(100)))
    transport.receive(messages.MSG_CHANNEL_DATA, data(new Uint8Array(100)))
    await settle()
    expect(transport.sent).toHaveLength(0)
    await reader.read()
    expect(transport.sent.map(({ messageNum }) => messageNum)).toEqual([93])
  })

  it('that cancels a platform stream lets the rest pass', async () => {
    const { near, far } = await joinChannels({ server: { windowLength: 100 } })
    await near.write(new Uint8Array(100))
    const writing = near.write(new Uint8Array(1000))
    await far.readable.cancel()
    await writing
    await near.end()
    expect(await readAll(far)).toHaveLength(0)
  })

  it('of stderr gets it apart from the data; types that nobody knows are dropped, with credit', async () => {
    const { transport, channel } = loneChannel({ windowLength: 100 })
    transport.receive(messages.MSG_CHANNEL_EXTENDED_DATA, uint32s(0, 1, 4, 0x61626364))
    transport.receive(messages.MSG_CHANNEL_EXTENDED_DATA, new Uint8Array([0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 60, ...new Uint8Array(60)]))
    expect(toHex(transport.sent[0]!.payload)).toBe('000000460000003c')
    transport.receive(messages.MSG_CHANNEL_DATA, data('out'))
    transport.receive(messages.MSG_CHANNEL_EOF, uint32s(0))
    expect(text(await readAll(channel.stderr))).toBe('abcd')
    expect(text(await readAll(channel))).toBe('out')
  })

  it('who wants no stderr is not held up by it', async () => {
    const { near, far } = await joinChannels({ server: { windowLength: 100 }, accept: { discardStderr: true } })
    for (let turn = 0; turn < 50; turn++) await near.writeExtended(1, new Uint8Array(100))
    await near.write('data')
    expect(text(await far.read())).toBe('data')
  })
})

describe('reading into a buffer', () => {
  it('brings every byte in order, whatever the buffers, windows, packets and writes', async () => {
    const small = fc.record({ windowLength: fc.integer({ min: 1, max: 90 }), maximumPacketLength: fc.integer({ min: 1, max: 40 }) })
    const lengths = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(small, lengths, lengths, fc.uint8Array({ maxLength: 600 }), async (server, buffers, writes, bytes) => {
        const { near, far } = await joinChannels({ server })
        const [there] = await Promise.all([readAllInto(far, buffers), send(near, bytes, writes)])
        expect(toHex(there)).toBe(toHex(bytes))
      }),
      { numRuns: 100 },
    )
  })

  it('may take turns with the other ways of reading', async () => {
    const { transport, channel } = loneChannel()
    for (const part of ['abc', 'defg', 'hi', 'j']) transport.receive(messages.MSG_CHANNEL_DATA, data(part))
    const buffer = new Uint8Array(2)
    expect(await channel.readInto(buffer)).toBe(2)
    expect(text(buffer)).toBe('ab')
    expect(text(await channel.read())).toBe('c')
    const waiting = [channel.readInto(buffer), channel.read()] as const
    expect(await waiting[0]).toBe(2)
    expect(text(buffer)).toBe('de')
    expect(text(await waiting[1])).toBe('fghij')
  })

  it('takes what comes in one turn as far as there is room, and leaves the rest to the next', async () => {
    const { transport, channel } = loneChannel()
    const buffer = new Uint8Array(8)
    const [first, second] = [channel.readInto(buffer), channel.read()]
    for (const part of ['abc', 'def', 'ghijk']) transport.receive(messages.MSG_CHANNEL_DATA, data(part))
    expect(await first).toBe(8)
    expect(text(buffer)).toBe('abcdefgh')
    expect(text(await second)).toBe('ijk')
  })

  it('leaves to whoever reads next what comes a turn later', async () => {
    const { transport, channel } = loneChannel()
    const buffer = new Uint8Array(8)
    const [first, second] = [channel.readInto(buffer), channel.read()]
    transport.receive(messages.MSG_CHANNEL_DATA, data('abc'))
    expect(await first).toBe(3)
    transport.receive(messages.MSG_CHANNEL_DATA, data('def'))
    expect(text(await second)).toBe('def')
    expect(text(buffer.subarray(0, 3))).toBe('abc')
  })

  it('comes to 0 at the EOF, also for who waits, and to what came in the same turn before it', async () => {
    const { transport, channel } = loneChannel()
    const buffer = new Uint8Array(8)
    const waiting = [channel.readInto(buffer), channel.readInto(new Uint8Array(8))]
    transport.receive(messages.MSG_CHANNEL_DATA, data('abc'))
    transport.receive(messages.MSG_CHANNEL_EOF, uint32s(0))
    expect(await Promise.all(waiting)).toEqual([3, 0])
    expect(await channel.readInto(buffer)).toBe(0)
  })

  it('fails with the connection, but for what came before', async () => {
    const { transport, channel } = loneChannel()
    const waiting = [channel.readInto(new Uint8Array(8)), channel.readInto(new Uint8Array(8))] as const
    transport.receive(messages.MSG_CHANNEL_DATA, data('abc'))
    channel.abort(new Error('over'))
    expect(await waiting[0]).toBe(3)
    await expect(waiting[1]).rejects.toThrow('over')
    await expect(channel.readInto(new Uint8Array(8))).rejects.toThrow('over')
  })

  it('gives credit for what was moved, and no more', async () => {
    const { transport, channel } = loneChannel({ windowLength: 200, maximumWindowLength: 200 })
    transport.receive(messages.MSG_CHANNEL_DATA, data(new Uint8Array(200)))
    await channel.readInto(new Uint8Array(99))
    expect(transport.sent).toHaveLength(0)
    await channel.readInto(new Uint8Array(1))
    expect(transport.sent.map(({ payload }) => toHex(payload))).toEqual(['0000004600000064'])
  })

  it.each([new Uint8Array(0), new ArrayBuffer(8), undefined])('refuses what has no room: %o', async (buffer) => {
    const { transport, channel } = loneChannel()
    transport.receive(messages.MSG_CHANNEL_DATA, data('abc'))
    await expect(channel.readInto(buffer as Uint8Array)).rejects.toMatchObject({ code: 'ARGUMENT', fault: 'caller' })
    expect(text(await channel.read())).toBe('abc')
  })
})

describe('reading each part where it lies', () => {
  it('brings every byte in order, whatever the windows, packets, writes and waits', async () => {
    const small = fc.record({ windowLength: fc.integer({ min: 1, max: 90 }), maximumPacketLength: fc.integer({ min: 1, max: 40 }) })
    const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 })
    const waits = fc.array(fc.boolean(), { minLength: 1, maxLength: 7 })
    await fc.assert(
      fc.asyncProperty(small, sizes, waits, fc.uint8Array({ maxLength: 600 }), async (server, writes, waiting, bytes) => {
        const { near, far } = await joinChannels({ server })
        const there: number[] = []
        let turn = 0
        const reading = far.readEach((part) => {
          there.push(...part)
          return waiting[turn++ % waiting.length]! ? settle() : undefined
        })
        await Promise.all([reading, send(near, bytes, writes)])
        expect(toHex(Uint8Array.from(there))).toBe(toHex(bytes))
      }),
      { numRuns: 100 },
    )
  })

  it('shows what has come before, then each message as it comes, in the memory that the transport uses again', async () => {
    const { transport, channel } = loneChannel()
    const { shown, show } = showing()
    const views: Uint8Array[] = []
    transport.receive(messages.MSG_CHANNEL_DATA, data('before'))
    const reading = channel.readEach((bytes) => {
      show(bytes)
      views.push(bytes)
    })
    await settle()
    transport.receive(messages.MSG_CHANNEL_DATA, data('now'))
    expect(shown).toEqual(['before', 'now'])
    expect(views[1]).toEqual(new Uint8Array(3).fill(0xa5))
    transport.receive(messages.MSG_CHANNEL_EOF, uint32s(0))
    await reading
  })

  it('shows nothing more until a promise has settled, and gives no credit for what waits', async () => {
    const { transport, channel } = loneChannel({ windowLength: 200, maximumWindowLength: 200 })
    const { shown, show } = showing()
    let go!: () => void
    const reading = channel.readEach((bytes) => {
      show(bytes)
      return shown.length === 1 ? new Promise((resolve) => (go = resolve)) : undefined
    })
    for (const part of ['a', 'b'.repeat(120), 'c']) transport.receive(messages.MSG_CHANNEL_DATA, data(part))
    transport.receive(messages.MSG_CHANNEL_EOF, uint32s(0))
    await settle()
    expect([shown.length, transport.sent.length]).toEqual([1, 0])
    go()
    await reading
    expect(shown.join('')).toBe(`a${'b'.repeat(120)}c`)
  })

  it.each([
    [
      'what it throws',
      () => {
        throw new Error('enough')
      },
    ],
    ['what its promise rejects with', () => Promise.reject(new Error('enough'))],
  ])('ends with %s, and leaves the rest to whoever reads next', async (_, fail) => {
    for (const when of ['before', 'after']) {
      const { transport, channel } = loneChannel()
      if (when === 'before') transport.receive(messages.MSG_CHANNEL_DATA, data('abc'))
      const reading = channel.readEach(fail)
      if (when === 'after') transport.receive(messages.MSG_CHANNEL_DATA, data('abc'))
      await expect(reading).rejects.toThrow('enough')
      transport.receive(messages.MSG_CHANNEL_DATA, data('def'))
      expect(text(await channel.read())).toBe('def')
    }
  })

  it('fails with the connection, behind what came before, and is no unhandled rejection', async () => {
    const { transport, channel } = loneChannel()
    const { shown, show } = showing()
    void channel.readEach(show)
    const reading = channel.readEach(show)
    transport.receive(messages.MSG_CHANNEL_DATA, data('abc'))
    channel.abort(new Error('over'))
    await expect(reading).rejects.toThrow('over')
    expect(shown).toEqual(['abc'])
    await expect(channel.readEach(show)).rejects.toThrow('over')
  })

  it('ends where what comes is thrown away', async () => {
    const { transport, channel } = loneChannel()
    const { shown, show } = showing()
    const reading = channel.readEach(show)
    await channel.readable.cancel()
    transport.receive(messages.MSG_CHANNEL_DATA, data('abc'))
    await reading
    expect(shown).toEqual([])
  })

  it('goes on where what returns is no promise, as JavaScript allows', async () => {
    const { transport, channel } = loneChannel()
    const { shown, show } = showing()
    const hash = createHash('sha256')
    const reading = channel.readEach((bytes) => {
      show(bytes)
      return hash.update(bytes) as unknown as undefined
    })
    for (const part of ['abc', 'def']) transport.receive(messages.MSG_CHANNEL_DATA, data(part))
    transport.receive(messages.MSG_CHANNEL_EOF, uint32s(0))
    await reading
    expect(shown.join('')).toBe('abcdef')
  })

  it('refuses what is no function, and leaves what has come', async () => {
    const { transport, channel } = loneChannel()
    transport.receive(messages.MSG_CHANNEL_DATA, data('abc'))
    await expect(channel.readEach(undefined as never)).rejects.toMatchObject({
      code: 'ARGUMENT',
      fault: 'caller',
      message: 'expected a function that bytes are shown to; got undefined',
    })
    expect(text(await channel.read())).toBe('abc')
  })

  it('may end the channel from within', async () => {
    const { transport, channel } = loneChannel()
    const reading = channel.readEach(() => channel.abort(new Error('seen enough')))
    transport.receive(messages.MSG_CHANNEL_DATA, data('abc'))
    await expect(reading).rejects.toThrow('seen enough')
  })
})

describe('platform streams', () => {
  it('pipe through a channel and back', async () => {
    const { near, far } = await joinChannels()
    const echoing = far.readable.pipeTo(far.writable)
    const bytes = seededRandom('pipe')(300_000)
    const source = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let offset = 0; offset < bytes.length; offset += 50_000) controller.enqueue(bytes.subarray(offset, offset + 50_000))
        controller.close()
      },
    })
    const [, back] = await Promise.all([source.pipeTo(near.writable), readAll(near.readable)])
    await echoing
    expect(toHex(back)).toBe(toHex(bytes))
  })

  it('break with the channel', async () => {
    const { near, clientTransport } = await joinChannels()
    const writer = near.writable.getWriter()
    const reader = near.readable.getReader()
    const reading = reader.read()
    clientTransport.lose()
    await expect(reading).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    await expect(writer.closed).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    await expect(writer.write(new Uint8Array(1))).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
  })

  it('close the channel when they are aborted', async () => {
    const { near, far } = await joinChannels()
    await near.writable.abort(new Error('enough'))
    await near.closed
    await far.closed
  })
})

describe('the end', () => {
  it('of one direction leaves the other open', async () => {
    const { near, far } = await joinChannels()
    await near.end()
    expect(await far.read()).toBeUndefined()
    await far.write('still here')
    await far.end()
    expect(text(await readAll(near))).toBe('still here')
    await expect(near.write('x')).rejects.toMatchObject({ code: 'CHANNEL', fault: 'caller' })
    await near.close()
    await far.closed
  })

  it('of both closes a channel that is to be closed then, and no other', async () => {
    const { near, far, client } = await joinChannels({ open: { closeAfterEOF: true } })
    await near.end()
    expect(client.channelCount).toBe(1)
    await far.end()
    await near.closed
    expect(client.channelCount).toBe(0)
  })

  it('comes behind the data, and CLOSE behind the end', async () => {
    const { transport, channel } = loneChannel({}, {}, { windowLength: 3 })
    void channel.write('four')
    void channel.request('exit-status', uint32s(0), { wantReply: false, afterData: true })
    void channel.close()
    expect(transport.sent.map(({ messageNum }) => messageNum)).toEqual([94])
    transport.receive(messages.MSG_CHANNEL_WINDOW_ADJUST, uint32s(0, 1))
    expect(transport.sent.map(({ messageNum }) => messageNum)).toEqual([94, 94, 98, 96, 97])
  })

  it('by the peer leaves what it sent before to be read', async () => {
    const { transport, channel } = loneChannel()
    transport.receive(messages.MSG_CHANNEL_DATA, data('last words'))
    transport.receive(messages.MSG_CHANNEL_CLOSE, uint32s(0))
    await channel.closed
    expect(text(await readAll(channel))).toBe('last words')
    expect(transport.sent.map(({ messageNum }) => messageNum)).toEqual([97])
  })

  it('by the peer fails what waits to be sent', async () => {
    const { transport, channel } = loneChannel({}, {}, { windowLength: 1 })
    const writing = channel.write('waits')
    const asking = channel.request('x')
    const ending = channel.end()
    transport.receive(messages.MSG_CHANNEL_CLOSE, uint32s(0))
    for (const promise of [writing, asking, ending]) await expect(promise).rejects.toMatchObject({ code: 'CHANNEL', fault: 'peer' })
    await expect(channel.write('late')).rejects.toMatchObject({ code: 'CHANNEL' })
    await expect(channel.request('late')).rejects.toMatchObject({ code: 'CHANNEL' })
    await channel.close()
  })

  it('after our CLOSE nothing is sent; what comes is counted and dropped', async () => {
    const { transport, channel, connection } = loneChannel({ windowLength: 100 }, { onRequest: (incoming) => incoming.reply(true) })
    const asking = channel.request('before')
    void channel.close()
    const count = transport.sent.length
    transport.receive(messages.MSG_CHANNEL_DATA, data(new Uint8Array(60)))
    transport.receive(messages.MSG_CHANNEL_REQUEST, request('late', true))
    transport.receive(messages.MSG_CHANNEL_WINDOW_ADJUST, uint32s(0, 5))
    transport.receive(messages.MSG_CHANNEL_SUCCESS, uint32s(0))
    expect(await asking).toBe(true)
    expect(await channel.read()).toBeUndefined()
    transport.receive(messages.MSG_CHANNEL_EOF, uint32s(0))
    expect(transport.sent).toHaveLength(count)
    expect(connection.channelCount).toBe(1)
    transport.receive(messages.MSG_CHANNEL_CLOSE, uint32s(0))
    expect(connection.channelCount).toBe(0)
    expect(transport.sent).toHaveLength(count)
    await channel.closed
  })

  it('after our CLOSE the window still holds', () => {
    const { transport, channel } = loneChannel({ windowLength: 100 })
    void channel.close()
    transport.receive(messages.MSG_CHANNEL_DATA, data(new Uint8Array(100)))
    expect(transport.failure).toBeUndefined()
    transport.receive(messages.MSG_CHANNEL_DATA, data(new Uint8Array(1)))
    expect(transport.failure).toMatchObject({ code: 'PROTOCOL', fault: 'peer' })
  })

  it('by both at once is one close', async () => {
    const { near, far, client, server } = await joinChannels()
    await Promise.all([near.close(), far.close()])
    expect(client.channelCount).toBe(0)
    expect(server.channelCount).toBe(0)
  })

  it('by abort drops what waits, fails what reads and closes at once', async () => {
    const { transport, channel } = loneChannel({}, {}, { windowLength: 1 })
    const writing = channel.write('waits')
    const reading = channel.read()
    const reason = new Error('no more')
    channel.abort(reason)
    await expect(writing).rejects.toBe(reason)
    await expect(reading).rejects.toBe(reason)
    expect(transport.sent.map(({ messageNum }) => messageNum)).toEqual([97])
    transport.receive(messages.MSG_CHANNEL_CLOSE, uint32s(0))
    await channel.closed
  })

  it('of a scope closes the channel', async () => {
    const { near, far } = await joinChannels()
    {
      await using channel = near
      await channel.write('bye')
    }
    expect(text(await readAll(far))).toBe('bye')
    await far.closed
  })

  it('of a scope does not wait for the peer', async () => {
    const { transport, channel } = loneChannel()
    await channel[Symbol.asyncDispose]()
    expect(transport.sent.map(({ messageNum }) => messageNum)).toEqual([96, 97])
    await channel[Symbol.asyncDispose]()
    transport.receive(messages.MSG_CHANNEL_CLOSE, uint32s(0))
    await channel.closed
  })

  it('of the connection fails everything, and what came before it can be read', async () => {
    const { near, clientTransport, far } = await joinChannels({ server: { windowLength: 3 } })
    await far.write('last')
    const writing = near.write('waits for a window')
    const asking = near.request('x')
    clientTransport.lose()
    for (const promise of [writing, asking, near.closed, near.close(), near.end(), near.write('y')])
      await expect(promise).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    expect(text(await near.read())).toBe('last')
    await expect(near.read()).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    await near[Symbol.asyncDispose]()
  })
})

describe('what a peer may not do', () => {
  const cases: Record<string, (transport: ReturnType<typeof loneChannel>['transport']) => void> = {
    'send more than the window': (transport) => {
      for (const length of [60, 41]) transport.receive(messages.MSG_CHANNEL_DATA, data(new Uint8Array(length)))
    },
    'send more stderr than the window': (transport) =>
      transport.receive(messages.MSG_CHANNEL_EXTENDED_DATA, new Uint8Array([0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 101, ...new Uint8Array(101)])),
    'send more than a packet may hold': (transport) => transport.receive(messages.MSG_CHANNEL_DATA, data(new Uint8Array(91))),
    'open its window past 2^32-1': (transport) => transport.receive(messages.MSG_CHANNEL_WINDOW_ADJUST, uint32s(0, 0xffff_ffff - 1000 + 1)),
    'send data after EOF': (transport) => {
      transport.receive(messages.MSG_CHANNEL_EOF, uint32s(0))
      transport.receive(messages.MSG_CHANNEL_DATA, data('x'))
    },
    'end twice': (transport) => {
      transport.receive(messages.MSG_CHANNEL_EOF, uint32s(0))
      transport.receive(messages.MSG_CHANNEL_EOF, uint32s(0))
    },
    'answer what was not asked': (transport) => transport.receive(messages.MSG_CHANNEL_SUCCESS, uint32s(0)),
    'speak on a channel after closing it': (transport) => {
      transport.receive(messages.MSG_CHANNEL_CLOSE, uint32s(0))
      transport.receive(messages.MSG_CHANNEL_CLOSE, uint32s(0))
    },
    'speak on a channel that never was': (transport) => transport.receive(messages.MSG_CHANNEL_DATA, data('x', 1)),
    'speak on a channel of the largest number': (transport) => transport.receive(messages.MSG_CHANNEL_EOF, uint32s(0xffff_ffff)),
    'confirm a channel that it opened': (transport) => transport.receive(messages.MSG_CHANNEL_OPEN_CONFIRMATION, uint32s(0, 1, 1, 1)),
  }
  it.each(Object.entries(cases))('%s', async (_, act) => {
    const { transport, channel } = loneChannel({ windowLength: 100, maximumPacketLength: 90 })
    act(transport)
    expect(transport.failure).toMatchObject({ name: 'SSHError', code: 'PROTOCOL', fault: 'peer' })
    await Promise.allSettled([channel.closed])
  })

  it('a window adjusted to 2^32-1 exactly is allowed', () => {
    const { transport, channel } = loneChannel()
    transport.receive(messages.MSG_CHANNEL_WINDOW_ADJUST, uint32s(0, 0xffff_ffff - 1000))
    expect(transport.failure).toBeUndefined()
    expect(channel.sendWindowLength).toBe(0xffff_ffff)
  })
})

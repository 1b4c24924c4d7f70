import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { WireReader } from '@seashell/core/wire'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { Channel } from '../src/channel.ts'
import * as messages from '../src/messages.ts'
import type { ConnectionOptions } from '../src/options.ts'
import { ReceiveWindow, resolveWindowOptions } from '../src/window.ts'
import { WindowBudget } from '../src/window-budget.ts'
import { data, joinConnections, loneConnection, open, readAll, settle, uint32s } from './support/connections.ts'
import type { FakeTransport } from './support/fake-transport.ts'

const KiB = 1024
const MiB = 1_048_576
const PACKET = 32 * KiB

/** Channels that the test, as peer, has opened, each with the window that it was told of. */
interface Opened {
  readonly transport: FakeTransport
  readonly channels: Channel[]
  readonly told: number[]
  /** How much data the test has sent on them. */
  sentLength: number
  /** Opens so many more. */
  readonly add: (count: number) => void
}

function openChannels(count: number, options: ConnectionOptions = {}): Opened {
  const channels: Channel[] = []
  const told: number[] = []
  const { transport } = loneConnection({ ...options, onChannelOpen: (request) => void channels.push(request.accept()) })
  const add = (more: number): void => {
    for (let turn = 0; turn < more; turn++) {
      transport.receive(messages.MSG_CHANNEL_OPEN, open('x'))
      const reader = new WireReader(transport.sent.at(-1)!.payload)
      reader.readUint32()
      reader.readUint32()
      told.push(reader.readUint32())
    }
  }
  add(count)
  return { transport, channels, told, sentLength: 0, add }
}

/** The peer sends as much as it may, up to a length. Returns how much that was. */
function fill(opened: Opened, channel: Channel, length = Number.POSITIVE_INFINITY): number {
  let sent = 0
  for (let next = length; next > 0; next = length - sent) {
    const packet = Math.min(PACKET, channel.receiveWindowLength, next)
    if (packet === 0) return sent
    opened.transport.receive(messages.MSG_CHANNEL_DATA, data(new Uint8Array(packet), channel.localId))
    opened.sentLength += packet
    sent += packet
  }
  return sent
}

/** The peer opens, sends what it may and closes, over and over. Returns what it was answered when it opened for the last time. */
function openFillClose(opened: Opened, times: number): number {
  for (let turn = 0; turn < times; turn++) {
    opened.transport.receive(messages.MSG_CHANNEL_OPEN, open('x'))
    const { messageNum } = opened.transport.sent.at(-1)!
    if (messageNum !== messages.MSG_CHANNEL_OPEN_CONFIRMATION) return messageNum
    const channel = opened.channels.at(-1)!
    fill(opened, channel)
    opened.transport.receive(messages.MSG_CHANNEL_CLOSE, uint32s(channel.localId))
  }
  return messages.MSG_CHANNEL_OPEN_CONFIRMATION
}

/** Channels whose readers read all that comes, for so many rounds, in each of which the peer sends four packets. */
function run(opened: Opened, busy: readonly Channel[], rounds: number): void {
  for (const channel of busy) void channel.readable.cancel()
  for (let round = 0; round < rounds; round++) {
    // It has waited for an adjustment, again and again: otherwise no window would grow.
    opened.transport.clock.advance(10)
    for (const channel of busy) fill(opened, channel, 4 * PACKET)
  }
  // What the peer was told is what we let it send: nothing that was promised is taken back.
  const promised = sum(opened.told) + sum(adjusts(opened)) - opened.sentLength
  expect(sum(windows(opened.channels))).toBe(promised)
}

/** What the WINDOW_ADJUSTs said, in order. */
function adjusts({ transport }: Opened): number[] {
  const sent = transport.sent.filter(({ messageNum }) => messageNum === messages.MSG_CHANNEL_WINDOW_ADJUST)
  return sent.map(({ payload }) => new WireReader(payload.subarray(4)).readUint32())
}

/** Seven eighths of 16 MiB for a hundred channels, and the 32 KiB of each, of which up to half may have been read and the peer not told yet. */
const SHARE = ((14 * MiB) / 100 + PACKET) / 2

const sum = (lengths: readonly number[]): number => lengths.reduce((total, length) => total + length, 0)
const windows = (channels: readonly Channel[]): number[] => channels.map((channel) => channel.receiveWindowLength)

describe('what nobody has read, on all channels of a connection together', () => {
  it('changes no window as long as there is room', () => {
    expect(openChannels(20).told).toEqual(Array.from({ length: 20 }, () => 2 * MiB))
    expect(openChannels(200, { unreadLength: Number.POSITIVE_INFINITY }).told).toEqual(Array.from({ length: 200 }, () => 2 * MiB))
    expect(openChannels(20, { windowLength: 100_000 }).told).toEqual(Array.from({ length: 20 }, () => 100_000))
  })

  it('stays within the limit and 32 KiB for each channel, whatever the peer sends', () => {
    const opened = openChannels(100, { unreadLength: 2 * MiB })
    const { transport, channels, told } = opened
    expect(Math.min(...told)).toBe(PACKET)
    expect(sum(told)).toBeGreaterThan(MiB)
    const unread = channels.map((channel) => fill(opened, channel))
    expect(unread).toEqual(told)
    expect(sum(unread)).toBeLessThanOrEqual(2 * MiB + 100 * PACKET)
    expect(windows(channels)).toEqual(channels.map(() => 0))
    transport.receive(messages.MSG_CHANNEL_DATA, data('x'))
    expect(transport.failure).toMatchObject({ code: 'PROTOCOL', fault: 'peer' })
  })

  it('is 64 MiB and 32 KiB for each of 1,024 channels where nothing is set', () => {
    const { told } = openChannels(1024)
    expect(sum(told)).toBeLessThanOrEqual(64 * MiB + 1024 * PACKET)
    expect(sum(told)).toBeGreaterThan(64 * MiB)
  })

  it('may be limited to nothing: each channel has its 32 KiB, or its own window where that is less', async () => {
    expect(openChannels(3, { unreadLength: 0 }).told).toEqual([PACKET, PACKET, PACKET])
    expect(openChannels(3, { unreadLength: 0, windowLength: 7 }).told).toEqual([7, 7, 7])
    const echo: ConnectionOptions = {
      unreadLength: 0,
      async onChannelOpen(request) {
        const channel = request.accept()
        for await (const chunk of channel) await channel.write(chunk)
        await channel.end()
      },
    }
    const { client } = joinConnections(echo, { unreadLength: 0 })
    const lengths = Array.from({ length: 10 }, async () => {
      const channel = await client.openChannel('echo')
      void channel.write(new Uint8Array(300_000)).then(() => channel.end())
      return (await readAll(channel)).length
    })
    expect(await Promise.all(lengths)).toEqual(Array.from({ length: 10 }, () => 300_000))
  })

  it.each([-1, Number.NaN])('is no limit of %d', (unreadLength) => {
    expect(() => loneConnection({ unreadLength })).toThrow(expect.objectContaining({ code: 'ARGUMENT', fault: 'caller' }))
  })
})

describe('room for data that nobody has read', () => {
  it('is enough for one channel to grow as far as it may', () => {
    const opened = openChannels(1, { maximumWindowLength: 8 * MiB })
    run(opened, opened.channels, 250)
    expect(opened.channels[0]!.receiveWindowLength).toBeGreaterThan(4 * MiB)
    expect(adjusts(opened).slice(0, 7)).toEqual([MiB, MiB, MiB, MiB, 3 * MiB, 6 * MiB, 4 * MiB])
  })

  it('is divided among a hundred busy channels, however much those had that came first', () => {
    const opened = openChannels(4, { unreadLength: 16 * MiB })
    run(opened, opened.channels, 75)
    expect(sum(windows(opened.channels))).toBeGreaterThan(7 * MiB)
    opened.add(96)
    run(opened, opened.channels, 50)
    for (const window of windows(opened.channels)) expect(window).toBeGreaterThan(SHARE)
  })

  it('is left for a channel that comes late and is read, whether the others are idle or busy', () => {
    for (const rounds of [0, 100]) {
      const opened = openChannels(99, { unreadLength: 16 * MiB })
      run(opened, opened.channels, rounds)
      opened.add(1)
      expect(opened.told.at(-1)).toBe(PACKET)
      run(opened, rounds === 0 ? opened.channels.slice(-1) : opened.channels, 10)
      expect(opened.channels.at(-1)!.receiveWindowLength).toBeGreaterThan(SHARE)
    }
  })

  it('comes back when a channel is closed, refused or has failed to open', async () => {
    let accepting = true
    const { connection, transport } = loneConnection({
      unreadLength: MiB,
      onChannelOpen: (request) => (accepting ? void request.accept() : undefined),
    })
    const first = (): number => {
      void connection.openChannel('x')
      return new WireReader(transport.sent.at(-1)!.payload.subarray(9)).readUint32()
    }
    const whole = first()
    expect(whole).toBeGreaterThan(200 * KiB)
    expect(first()).toBeLessThan(whole)
    for (const number of [1, 0]) transport.receive(messages.MSG_CHANNEL_OPEN_FAILURE, uint32s(number, 1, 0, 0))
    for (let turn = 0; turn < 20; turn++) {
      transport.receive(messages.MSG_CHANNEL_OPEN, open('x'))
      transport.receive(messages.MSG_CHANNEL_CLOSE, uint32s(0))
    }
    accepting = false
    for (let turn = 0; turn < 20; turn++) transport.receive(messages.MSG_CHANNEL_OPEN, open('x'))
    await settle()
    expect(first()).toBe(whole)
  })

  it('is divided by the channels that there are, not by those that were', () => {
    const opened = openChannels(20, { unreadLength: MiB })
    for (const { localId } of opened.channels.splice(0)) opened.transport.receive(messages.MSG_CHANNEL_CLOSE, uint32s(localId))
    opened.told.length = 0
    opened.add(2)
    for (const channel of opened.channels) run(opened, [channel], 30)
    run(opened, opened.channels, 30)
    for (const window of windows(opened.channels)) expect(window).toBeGreaterThan((896 * KiB) / 2 / 2)
  })

  it('is taken after the peer’s EOF by what is unread, until it is read', async () => {
    const opened = openChannels(1, { unreadLength: MiB })
    const { transport, channels, told, add } = opened
    fill(opened, channels[0]!, PACKET)
    await channels[0]!.read()
    fill(opened, channels[0]!, 100 * KiB)
    transport.receive(messages.MSG_CHANNEL_EOF, uint32s(0))
    add(1)
    expect(told[1]).toBe(PACKET + (896 * KiB - (100 * KiB - PACKET)) / 4)
    expect(await readAll(channels[0]!)).toHaveLength(100 * KiB)
    add(1)
    expect(told[2]).toBe(PACKET + (896 * KiB - (told[1]! - PACKET)) / 4)
  })

  it('is taken after our CLOSE by what was unread before, and not by what comes then, which is dropped', async () => {
    const opened = openChannels(1, { unreadLength: MiB })
    const { transport, channels, told, add } = opened
    fill(opened, channels[0]!, 100 * KiB)
    void channels[0]!.close()
    fill(opened, channels[0]!, 50 * KiB)
    transport.receive(messages.MSG_CHANNEL_EXTENDED_DATA, uint32s(0, 7, 4, 0))
    add(1)
    expect(told[1]).toBe(PACKET + (896 * KiB - (100 * KiB - PACKET)) / 4)
    expect(await readAll(channels[0]!)).toHaveLength(100 * KiB)
    add(1)
    expect(told[2]).toBe(PACKET + (896 * KiB - (told[1]! - PACKET)) / 4)
  })
})

describe('what nobody has read of channels that are gone', () => {
  it('counts until it is read: the peer gets no further channels beyond the limit, and gets them again', async () => {
    const opened = openChannels(0, { unreadLength: MiB })
    expect(openFillClose(opened, 1000)).toBe(messages.MSG_CHANNEL_OPEN_FAILURE)
    expect(opened.sentLength).toBeGreaterThan(MiB)
    expect(opened.sentLength).toBeLessThanOrEqual(MiB + PACKET)
    expect(opened.transport.failure).toBeUndefined()
    const unread = opened.sentLength
    let read = 0
    for (const channel of opened.channels) read += (await readAll(channel)).length
    expect(read).toBe(unread)
    expect(openFillClose(opened, 1)).toBe(messages.MSG_CHANNEL_OPEN_CONFIRMATION)
    expect(opened.told.length).toBe(0)
  })

  it('counts no more once it is thrown away, or nobody can read it any more', async () => {
    const opened = openChannels(0, { unreadLength: MiB })
    openFillClose(opened, 1000)
    for (const channel of opened.channels) void channel.readable.cancel()
    expect(openFillClose(opened, 1000)).toBe(messages.MSG_CHANNEL_OPEN_FAILURE)
    opened.channels.length = 0
    setFlagsFromString('--expose-gc')
    const collectGarbage = runInNewContext('gc') as () => void
    await vi.waitFor(() => {
      collectGarbage()
      expect(openFillClose(opened, 1)).toBe(messages.MSG_CHANNEL_OPEN_CONFIRMATION)
    })
  })
})

/** A window and what the property below knows of it. */
class Modelled {
  readonly windowLength: number
  readonly window: ReceiveWindow
  unread = 0
  ended = false
  gone = false
  /** What the peer may send by what it was told, which nothing takes back. */
  promised: number

  constructor(windowLength: number, budget: WindowBudget) {
    this.windowLength = windowLength
    this.window = new ReceiveWindow(resolveWindowOptions({ windowLength, maximumPacketLength: 0xffff_ffff }), budget)
    this.promised = this.window.available
  }

  /** What the peer may still have us keep, and what it has. */
  get cost(): number {
    return this.unread + (this.ended ? 0 : this.promised)
  }

  receive(part: number, now: number): void {
    const length = Math.floor((this.promised * part) / 100)
    this.window.receive(length, now)
    this.promised -= length
    if (!this.ended) this.unread += length
  }

  read(part: number, now: number): void {
    const length = Math.ceil((this.unread * part) / 100)
    this.unread -= length
    const adjust = this.window.credit(length, now)
    expect(adjust).toBeGreaterThanOrEqual(0)
    this.promised += adjust
  }

  end(): void {
    this.ended = true
    this.window.end()
  }

  close(): void {
    this.ended = true
    this.gone = true
    this.window.close()
  }
}

const lengths = fc.constantFrom(1, 5000, PACKET, 50_000, 2 * MiB, 20 * MiB)
const step = fc.record({
  what: fc.constantFrom('open', 'receive', 'receive', 'receive', 'read', 'read', 'read', 'read', 'end', 'close'),
  which: fc.nat(),
  /** Of what there is, in percent. */
  part: fc.oneof(fc.constant(100), fc.nat({ max: 100 })),
  windowLength: lengths,
})

describe('the budget of windows', () => {
  it('holds whatever is opened, received, read and closed: Σ (promised + unread) ≤ limit + 32 KiB for each channel', () => {
    const limits = fc.constantFrom(0, 10_000, 100_000, MiB, 64 * MiB)
    const beginnings = fc.array(lengths, { maxLength: 20, size: 'max' })
    const sequences = fc.array(step, { minLength: 30, maxLength: 200, size: 'max' })
    fc.assert(
      fc.property(limits, beginnings, sequences, (limit, beginning, steps) => {
        const budget = new WindowBudget(limit)
        const channels = beginning.map((windowLength) => new Modelled(windowLength, budget))
        let most = channels.length
        check(channels, most, budget, limit)
        for (const [now, { what, which, part, windowLength }] of steps.entries()) {
          const channel = channels[which % channels.length]
          if (channel === undefined || (what === 'open' && !budget.isOverdrawn)) channels.push(new Modelled(windowLength, budget))
          else if (what === 'read') channel.read(part, now * 100)
          else if (channel.gone) continue
          else if (what === 'close') channel.close()
          else if (what === 'end') channel.end()
          else if (what === 'receive') channel.receive(part, now * 100)
          most = Math.max(most, channels.filter(({ gone }) => !gone).length)
          check(channels, most, budget, limit)
        }
        for (const channel of channels) {
          channel.close()
          channel.read(100, 0)
        }
        expect(budget.taken).toBe(0)
      }),
      { numRuns: 60 },
    )
  })
})

/** @param most so many channels were open at any time */
function check(all: readonly Modelled[], most: number, budget: WindowBudget, limit: number): void {
  expect(sum(all.map(({ cost }) => cost))).toBeLessThanOrEqual(limit + most * PACKET)
  const channels = all.filter(({ gone }) => !gone)
  const beyondOwn = sum(channels.map(({ cost }) => Math.max(0, cost - PACKET)))
  const left = sum(all.filter(({ gone }) => gone).map(({ unread }) => unread))
  expect(beyondOwn + left).toBeLessThanOrEqual(budget.taken)
  expect(budget.taken - left).toBeLessThanOrEqual(limit)
  expect(channels.map(({ window }) => window.available)).toEqual(channels.map(({ promised }) => promised))
  // Nobody starves: who has read all can be sent a packet.
  const hungry = channels.filter(({ unread, ended }) => unread === 0 && !ended)
  expect(hungry.filter(({ promised, windowLength }) => promised < Math.min(PACKET, windowLength / 2))).toEqual([])
}

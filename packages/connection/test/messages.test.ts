import { WireWriter } from '@seashell/core/wire'
import { describe, expect, it } from 'vitest'
import * as messages from '../src/messages.ts'
import { confirmation, data, loneConnection, open, request, settle, uint32s } from './support/connections.ts'
import type { FakeTransport } from './support/fake-transport.ts'

type Outcome = 'handled' | 'refused' | 'unimplemented' | 'ignored'
type Setting = (typeof settings)[number]

/** Where channel 0 stands when the message comes. The last two have sent CLOSE, before or after the peer's EOF. */
const settings = ['no channel', 'opening', 'accepting', 'open', 'ended', 'closing', 'ended and closing'] as const

/** RFC 4254, message by message: the settings in which it may come. The columns are those of `settings`; x: it may. */
const grid: Record<number, { name: string; may: string; payload: Uint8Array }> = {
  80: { name: 'GLOBAL_REQUEST', may: 'x x x x x x x', payload: new WireWriter().writeString('x').writeBoolean(true).finish() },
  81: { name: 'REQUEST_SUCCESS', may: '. . . . . . .', payload: uint32s() },
  82: { name: 'REQUEST_FAILURE', may: '. . . . . . .', payload: uint32s() },
  90: { name: 'CHANNEL_OPEN', may: 'x x x x x x x', payload: open('y') },
  91: { name: 'CHANNEL_OPEN_CONFIRMATION', may: '. x . . . . .', payload: confirmation() },
  92: {
    name: 'CHANNEL_OPEN_FAILURE',
    may: '. x . . . . .',
    payload: new WireWriter().writeUint32(0).writeUint32(2).writeString('no').writeString('').finish(),
  },
  93: { name: 'CHANNEL_WINDOW_ADJUST', may: '. . . x x x x', payload: uint32s(0, 1) },
  94: { name: 'CHANNEL_DATA', may: '. . . x . x .', payload: data('x') },
  95: { name: 'CHANNEL_EXTENDED_DATA', may: '. . . x . x .', payload: uint32s(0, 1, 4, 0) },
  96: { name: 'CHANNEL_EOF', may: '. . . x . x .', payload: uint32s(0) },
  97: { name: 'CHANNEL_CLOSE', may: '. . . x x x x', payload: uint32s(0) },
  98: { name: 'CHANNEL_REQUEST', may: '. . . x x x x', payload: request('x', true) },
  99: { name: 'CHANNEL_SUCCESS', may: '. . . . . . .', payload: uint32s(0) },
  100: { name: 'CHANNEL_FAILURE', may: '. . . . . . .', payload: uint32s(0) },
}

function expected(messageNum: number, isClient: boolean, setting: Setting): Outcome {
  const row = grid[messageNum]
  if (row !== undefined) return row.may.split(' ')[settings.indexOf(setting)] === 'x' ? 'handled' : 'refused'
  if (messageNum === 50 && !isClient) return 'ignored'
  return messageNum < 80 ? 'refused' : 'unimplemented'
}

function outcome(transport: FakeTransport, sentBefore: number, messageNum: number): Outcome {
  if (transport.failure !== undefined) {
    expect(transport.failure).toMatchObject({ name: 'SSHError', code: 'PROTOCOL', fault: 'peer' })
    return 'refused'
  }
  if (transport.unimplemented > 0) return 'unimplemented'
  if (messageNum === 50) {
    expect(transport.sent).toHaveLength(sentBefore)
    return 'ignored'
  }
  return 'handled'
}

function arrange(isClient: boolean, setting: Setting): FakeTransport {
  const { connection, transport } = loneConnection(
    {
      channelTypes: {
        accepted(opening) {
          const channel = opening.accept()
          if (setting === 'closing') void channel.close()
        },
        pending: () => new Promise(() => {}),
      },
    },
    isClient,
  )
  if (setting === 'opening') void connection.openChannel('x')
  else if (setting === 'accepting') transport.receive(90, open('pending'))
  else if (setting === 'ended and closing') endAndClose(transport)
  else if (setting !== 'no channel') transport.receive(90, open('accepted'))
  if (setting === 'ended') transport.receive(96, uint32s(0))
  return transport

  function endAndClose(to: FakeTransport): void {
    connection.channelTypes.set('closed', (opening) => void (closing = opening.accept()))
    let closing!: { close(): Promise<void> }
    to.receive(90, open('closed'))
    to.receive(96, uint32s(0))
    void closing.close()
  }
}

describe.each([
  ['client', true],
  ['server', false],
] as const)('as %s', (_, isClient) => {
  it.each(settings)('each message 50–255 is handled, refused or unknown: %s', async (setting) => {
    for (let messageNum = 50; messageNum <= 255; messageNum++) {
      const transport = arrange(isClient, setting)
      const sentBefore = transport.sent.length
      transport.receive(messageNum, grid[messageNum]?.payload ?? uint32s(0, 0))
      expect(`${messageNum} ${outcome(transport, sentBefore, messageNum)}`).toBe(`${messageNum} ${expected(messageNum, isClient, setting)}`)
    }
    await settle()
  })

  it.each(settings)('a message cut short or too long ends the connection, and nothing else: %s', async (setting) => {
    for (const [number, { payload, may }] of Object.entries(grid)) {
      const messageNum = Number(number)
      if (may.split(' ')[settings.indexOf(setting)] !== 'x') continue
      for (let length = 0; length < payload.length; length++) {
        const transport = arrange(isClient, setting)
        transport.receive(messageNum, payload.subarray(0, length))
        // The type of OPEN and of requests comes first, then what the type adds: what is whole up to there is no longer malformed.
        expect(transport.failure, `${messageNum} with ${length} bytes`).toMatchObject({ code: 'MALFORMED', fault: 'peer' })
      }
      if ([80, 90, 91, 98].includes(messageNum)) continue
      const transport = arrange(isClient, setting)
      transport.receive(messageNum, new Uint8Array([...payload, 0]))
      expect(transport.failure, `${messageNum} with a byte more`).toMatchObject({ code: 'MALFORMED', fault: 'peer' })
    }
    await settle()
  })

  it('random bytes in any message never throw', async () => {
    for (let messageNum = 50; messageNum <= 255; messageNum++) {
      for (let length = 0; length < 40; length += 3) {
        const transport = arrange(isClient, 'open')
        const bytes = Uint8Array.from({ length }, (_value, index) => (index < 4 ? 0 : (index * 37 + messageNum) & 0xff))
        expect(() => transport.receive(messageNum, bytes)).not.toThrow()
      }
    }
    await settle()
  })
})

it('the table has the RFC’s names and numbers', () => {
  expect(messages.messageNames).toEqual(Object.fromEntries(Object.entries(grid).map(([messageNum, { name }]) => [messageNum, name])))
})

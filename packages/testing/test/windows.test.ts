import { expect } from 'vitest'
import { disconnected, hostile, inBothRoles, Msg, Reason, string, survived, uint32 } from '../src/index.ts'
import { onChannel, stalling } from './support/channels.ts'

const window = { windowLength: 4096, maximumPacketLength: 1024 }
const small = { server: { ...stalling.server, connection: () => window }, client: { connection: window } }
const pieces = (count: number, length: number): readonly Buffer[] => Array.from({ length: count }, () => string(Buffer.alloc(length)))

hostile(
  'data that there is no room for',
  [
    ...onChannel(
      'one byte more than the window',
      { source: 'RFC 4254 §5.2', expect: disconnected(Reason.PROTOCOL_ERROR, /0 bytes of window left/) },
      async (peer, { theirs }) => {
        for (const data of [...pieces(4, 1024), ...pieces(1, 1)]) await peer.send(Msg.CHANNEL_DATA, uint32(theirs), data)
      },
    ),
    ...onChannel(
      'as much as the window, and nothing behind it',
      { source: 'RFC 4254 §5.2', expect: survived },
      async (peer, { theirs }) => {
        for (const data of [...pieces(4, 1024), ...pieces(10, 0)]) await peer.send(Msg.CHANNEL_DATA, uint32(theirs), data)
      },
    ),
    ...onChannel(
      'one byte more than the window, half of it stderr',
      { source: 'RFC 4254 §5.2', expect: disconnected(Reason.PROTOCOL_ERROR, /bytes of window left/) },
      async (peer, { theirs, window: length }) => {
        expect(length).toBe(4096)
        // A server throws stderr away and gives credit for it: its window is never full of that.
        for (const data of pieces(4, 1024)) await peer.send(Msg.CHANNEL_DATA, uint32(theirs), data)
        await peer.send(Msg.CHANNEL_EXTENDED_DATA, uint32(theirs), uint32(1), string('x'))
      },
    ),
    ...onChannel(
      'one byte more than a message may hold',
      { source: 'RFC 4254 §5.2', expect: disconnected(Reason.PROTOCOL_ERROR, /1025 bytes of channel data in one message/) },
      (peer, { theirs }) => peer.send(Msg.CHANNEL_DATA, uint32(theirs), string(Buffer.alloc(1025))),
    ),
    ...onChannel(
      'a length of data that the message does not have',
      { source: 'RFC 4254 §5.2', expect: disconnected(Reason.PROTOCOL_ERROR, /ends early/) },
      (peer, { theirs }) => peer.send(Msg.CHANNEL_DATA, uint32(theirs), uint32(2 ** 32 - 1), Buffer.alloc(10)),
    ),
    ...[0, 2, 2 ** 32 - 1].flatMap((code) =>
      onChannel(
        `extended data of type ${code}, which is thrown away with credit`,
        { source: 'RFC 4254 §5.2', expect: survived },
        async (peer, { theirs }) => {
          for (const data of pieces(16, 1024)) {
            await peer.send(Msg.CHANNEL_EXTENDED_DATA, uint32(theirs), uint32(code), data)
            await peer.ping()
          }
        },
      ),
    ),
  ],
  small,
)

const past = disconnected(Reason.PROTOCOL_ERROR, /past 2\^32-1/)

hostile(
  'windows of the peer’s',
  [
    ...onChannel('past 2^32 − 1 at once', { source: 'RFC 4254 §5.2', expect: past }, (peer, { theirs }) =>
      peer.send(Msg.CHANNEL_WINDOW_ADJUST, uint32(theirs), uint32(2 ** 32 - 1)),
    ),
    ...onChannel('past 2^32 − 1 in steps', { source: 'RFC 4254 §5.2', expect: past }, async (peer, { theirs }) => {
      for (let count = 0; count < 3; count++) await peer.send(Msg.CHANNEL_WINDOW_ADJUST, uint32(theirs), uint32(2 ** 31 - 1))
    }),
    ...onChannel('of 2^32 − 1 just so', { source: 'RFC 4254 §5.2', expect: survived }, (peer, { theirs }) =>
      peer.send(Msg.CHANNEL_WINDOW_ADJUST, uint32(theirs), uint32(2 ** 32 - 1 - 0x200000)),
    ),
    ...onChannel(
      'adjusted by nothing, 5,000 times',
      { expect: survived, peer: { cipher: 'aes128-gcm@openssh.com' } },
      async (peer, { theirs }) => {
        for (let count = 0; count < 5000; count++) await peer.send(Msg.CHANNEL_WINDOW_ADJUST, uint32(theirs), uint32(0))
      },
    ),
    {
      name: 'client: of nothing, on one channel; the other goes on',
      role: 'client',
      async script(peer) {
        await peer.authenticate()
        const stuck = await peer.openSession({ window: 0 })
        await peer.exec(stuck, 'nobody reads this')
        const other = await peer.openSession()
        await peer.exec(other, 'somebody reads this')
        const { payload } = await peer.receive(Msg.CHANNEL_DATA)
        expect(payload).toStrictEqual(Buffer.concat([uint32(other.ours), string('out: somebody reads this')]))
        await peer.receive(Msg.CHANNEL_EOF)
      },
      expect: survived,
    },
    {
      name: 'client: of one byte in messages of one byte, filled byte by byte',
      role: 'client',
      async script(peer) {
        await peer.authenticate()
        const channel = await peer.openSession({ window: 1, maximumPacket: 1 })
        await peer.exec(channel, 'slow')
        let read = ''
        while (read.length < 'out: slow'.length) {
          const { payload } = await peer.receive(Msg.CHANNEL_DATA)
          read += payload.subarray(8).toString()
          await peer.send(Msg.CHANNEL_WINDOW_ADJUST, uint32(channel.theirs), uint32(1))
        }
        expect(read).toBe('out: slow')
      },
      expect: survived,
    },
    {
      name: 'client: of 2^32 − 1 and messages of 2^32 − 1',
      role: 'client',
      async script(peer) {
        await peer.authenticate()
        await peer.exec(await peer.openSession({ window: 2 ** 32 - 1, maximumPacket: 2 ** 32 - 1 }), 'much')
        await peer.receive(Msg.CHANNEL_DATA)
      },
      expect: survived,
    },
    ...inBothRoles('with messages of no bytes', {
      source: 'RFC 4254 §5.1',
      async script(peer, { client }) {
        await peer.authenticate()
        if (client !== undefined) (await client).exec('true').catch(() => {})
        await peer.openSession({ maximumPacket: 0 })
      },
      expect: disconnected(Reason.PROTOCOL_ERROR, /maximum packet size of 0/),
    }),
  ],
  stalling,
)

hostile('extended data of type 0, which is no data', [
  {
    name: 'server: it is not in what the program has written',
    source: 'RFC 4254 §5.2',
    role: 'server',
    async script(peer, { client }) {
      await peer.authenticate()
      const session = (await client!).exec('true')
      session.catch(() => {})
      const { theirs } = await peer.openSession()
      await peer.receive(Msg.CHANNEL_REQUEST)
      await peer.send(Msg.CHANNEL_SUCCESS, uint32(theirs))
      await peer.send(Msg.CHANNEL_EXTENDED_DATA, uint32(theirs), uint32(0), string('smuggled'))
      await peer.send(Msg.CHANNEL_DATA, uint32(theirs), string('out'))
      await peer.send(Msg.CHANNEL_CLOSE, uint32(theirs))
      expect(Buffer.from((await (await session).output()).stdout).toString()).toBe('out')
    },
    expect: survived,
  },
])

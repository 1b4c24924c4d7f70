import { expect } from 'vitest'
import {
  byte,
  closed,
  disconnected,
  type Expectation,
  Fields,
  hostile,
  inBothRoles,
  Msg,
  type Peer,
  Reason,
  string,
  survived,
  uint32,
} from '../src/index.ts'
import { channelMessages, onChannel, stalling } from './support/channels.ts'

const doesNotExist = disconnected(Reason.PROTOCOL_ERROR, /does not exist/)
const inPhase = disconnected(Reason.PROTOCOL_ERROR, /which is in phase/)
const notAsked = disconnected(Reason.PROTOCOL_ERROR, /a request that we did not make/)

for (const [name, message] of Object.entries(channelMessages)) {
  const only = name.startsWith('CHANNEL_OPEN') ? 'open' : /DATA|EOF/.test(name) ? 'ended' : undefined
  hostile(
    `${name} where it has no place`,
    [
      ...inBothRoles('for channels that never were', {
        source: 'RFC 4254 §5',
        async script(peer) {
          await peer.authenticate()
          await peer.send(...message(2 ** 32 - 1))
        },
        expect: doesNotExist,
      }),
      ...onChannel('for one that both have closed', { source: 'RFC 4254 §5.3', expect: doesNotExist }, async (peer, { theirs }) => {
        await peer.send(Msg.CHANNEL_CLOSE, uint32(theirs))
        await peer.send(...message(theirs))
      }),
      {
        name: 'for one that the client has asked for, and that was not granted',
        source: 'RFC 4254 §5.1',
        role: 'server',
        async script(peer, { client }) {
          await peer.authenticate()
          const session = (await client!).exec('true')
          session.catch(() => {})
          const fields = new Fields((await peer.receive(Msg.CHANNEL_OPEN)).payload)
          fields.string()
          await peer.send(...message(fields.uint32()))
        },
        expect: name.startsWith('CHANNEL_OPEN') ? survived : inPhase,
      },
      {
        name: 'for one that is not granted yet',
        source: 'RFC 4254 §5.1',
        role: 'client',
        async script(peer) {
          await peer.authenticate()
          await peer.send(Msg.CHANNEL_OPEN, string('slow'), uint32(0), uint32(1000), uint32(1000))
          await peer.send(...message(0))
        },
        expect: inPhase,
      },
      ...(only === 'open'
        ? onChannel('for one that is open already', { source: 'RFC 4254 §5.1', expect: inPhase }, (peer, { theirs }) =>
            peer.send(...message(theirs)),
          )
        : []),
      ...(only === 'ended'
        ? onChannel('behind EOF', { source: 'RFC 4254 §5.3', expect: inPhase }, async (peer, { theirs }) => {
            await peer.send(Msg.CHANNEL_EOF, uint32(theirs))
            await peer.send(...message(theirs))
          })
        : []),
    ],
    { server: { ...stalling.server, connection: () => ({ channelTypes: { slow: () => new Promise<void>(() => {}) } }) } },
  )
}

/** Closes our side of a channel when the target has closed its own. */
async function closeBehind(peer: Peer, theirs: number): Promise<void> {
  await peer.receive(Msg.CHANNEL_CLOSE)
  await peer.send(Msg.CHANNEL_CLOSE, uint32(theirs))
}

/** A channel that a client closes, whose server goes on. */
const closing = async (
  peer: Peer,
  client: Promise<{ exec(command: string): Promise<{ close(): Promise<void> }> }> | undefined,
): Promise<number> => {
  await peer.authenticate()
  const session = (await client!).exec('true')
  const { theirs } = await peer.openSession()
  await peer.receive(Msg.CHANNEL_REQUEST)
  await peer.send(Msg.CHANNEL_SUCCESS, uint32(theirs))
  void (await session).close()
  await peer.receive(Msg.CHANNEL_EOF)
  return theirs
}

hostile(
  'answers and ends',
  [
    ...onChannel('CHANNEL_SUCCESS that nobody waits for', { source: 'RFC 4254 §5.4', expect: notAsked }, (peer, { theirs }) =>
      peer.send(Msg.CHANNEL_SUCCESS, uint32(theirs)),
    ),
    ...onChannel('CHANNEL_FAILURE that nobody waits for', { source: 'RFC 4254 §5.4', expect: notAsked }, (peer, { theirs }) =>
      peer.send(Msg.CHANNEL_FAILURE, uint32(theirs)),
    ),
    ...inBothRoles('REQUEST_SUCCESS that nobody waits for', {
      source: 'RFC 4254 §4',
      async script(peer) {
        await peer.authenticate()
        await peer.send(Msg.REQUEST_SUCCESS)
      },
      expect: notAsked,
    }),
    ...inBothRoles('REQUEST_FAILURE that nobody waits for', {
      source: 'RFC 4254 §4',
      async script(peer) {
        await peer.authenticate()
        await peer.send(Msg.REQUEST_FAILURE)
      },
      expect: notAsked,
    }),
    ...onChannel(
      'CLOSE without EOF, while a program runs: this one is right',
      { source: 'RFC 4254 §5.3', expect: survived },
      async (peer, { theirs }) => {
        await peer.send(Msg.CHANNEL_CLOSE, uint32(theirs))
        await peer.receive(Msg.CHANNEL_EOF, Msg.CHANNEL_CLOSE)
      },
    ),
    {
      name: 'server: everything behind the client’s CLOSE, which it may not have seen yet: this one is right',
      source: 'RFC 4254 §5.3',
      role: 'server',
      async script(peer, { client }) {
        const theirs = await closing(peer, client)
        for (const name of [
          'CHANNEL_WINDOW_ADJUST',
          'CHANNEL_DATA',
          'CHANNEL_EXTENDED_DATA',
          'CHANNEL_REQUEST',
          'CHANNEL_EOF',
          'CHANNEL_REQUEST',
        ])
          await peer.send(...channelMessages[name]!(theirs))
        await closeBehind(peer, theirs)
      },
      expect: answeredNothing,
    },
    {
      name: 'server: CLOSE twice behind the client’s',
      source: 'RFC 4254 §5.3',
      role: 'server',
      async script(peer, { client }) {
        const theirs = await closing(peer, client)
        await closeBehind(peer, theirs)
        await peer.send(Msg.CHANNEL_CLOSE, uint32(theirs))
      },
      expect: doesNotExist,
    },
    {
      name: 'server: more than the window behind the client’s CLOSE',
      source: 'RFC 4254 §5.2',
      role: 'server',
      client: { connection: { windowLength: 1000 } },
      async script(peer, { client }) {
        const theirs = await closing(peer, client)
        await peer.send(Msg.CHANNEL_DATA, uint32(theirs), string(Buffer.alloc(1001)))
      },
      expect: disconnected(Reason.PROTOCOL_ERROR, /1000 bytes of window left/),
    },
    {
      name: 'client: CLOSE at the moment at which the program ends, and a new channel behind it',
      role: 'client',
      async script(peer) {
        await peer.authenticate()
        const { ours, theirs } = await peer.openSession()
        const ask = Buffer.concat([byte(Msg.CHANNEL_REQUEST), uint32(theirs), string('exec'), byte(false), string('true')])
        const close = Buffer.concat([byte(Msg.CHANNEL_CLOSE), uint32(theirs)])
        await peer.sendRaw(Buffer.concat([peer.seal(ask), peer.seal(close)]))
        for (;;) if ((await peer.next()).number === Msg.CHANNEL_CLOSE) break
        expect(await peer.openSession()).toMatchObject({ ours: ours + 1 })
      },
      expect: survived,
    },
    ...onChannel('DISCONNECT in the middle of everything', { expect: closed }, async (peer, { theirs }) => {
      await peer.send(Msg.GLOBAL_REQUEST, string('keepalive@openssh.com'), byte(true))
      await peer.send(Msg.CHANNEL_DATA, uint32(theirs), string('and now'))
      await peer.send(Msg.CHANNEL_OPEN, string('session'), uint32(9), uint32(0), uint32(1))
      await peer.send(Msg.DISCONNECT, uint32(Reason.BY_APPLICATION), string('bye'), string(''))
      await peer.send(Msg.CHANNEL_DATA, uint32(theirs), string('nobody reads this'))
    }),
    ...onChannel('the end of the stream in the middle of everything', { expect: closed }, async (peer, { theirs }) => {
      await peer.send(Msg.CHANNEL_DATA, uint32(theirs), string('and now'))
      peer.line.end()
    }),
  ],
  stalling,
)

/** Nothing has been said on the channel since the client's CLOSE. */
function answeredNothing(...[encounter]: Parameters<Expectation>): Promise<void> {
  const { received } = encounter.peer
  const close = received.findIndex(({ number }) => number === Msg.CHANNEL_CLOSE)
  expect(received.slice(close + 1)).toStrictEqual([])
  return survived(encounter)
}

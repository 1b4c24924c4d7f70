import { connect as connectTCP } from 'node:net'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { Arena, closed, disconnected, hostile, inBothRoles, Msg, type Peer, Reason, string, survived, uint32 } from '../src/index.ts'

/** Moments at which a peer goes away. */
const moments = {
  'at once': () => Promise.resolve(),
  'in the middle of its identification line': (peer: Peer) => peer.sendRaw('SSH-2.0-Ma'),
  'behind its identification line': (peer: Peer) => peer.exchangeVersions(),
  async 'in the key exchange'(peer: Peer) {
    await peer.exchangeVersions()
    await peer.exchangeKexInits()
  },
  async 'before NEWKEYS'(peer: Peer) {
    await peer.exchangeVersions()
    await peer.exchangeKexInits()
    await peer.exchangeKeys()
  },
  async 'in the middle of a packet'(peer: Peer) {
    await peer.secure()
    await peer.sendRaw(peer.seal(Buffer.alloc(1000)).subarray(0, 500))
  },
  'after authentication': (peer: Peer) => peer.authenticate(),
}

for (const join of ['socket', 'memory'] as const) {
  hostile(
    `peers that end the stream without a word, by ${join}`,
    Object.entries(moments).flatMap(([moment, reach]) =>
      inBothRoles(moment, {
        join,
        async script(peer) {
          await reach(peer)
          peer.line.end()
        },
        expect: closed,
      }),
    ),
  )
}

hostile('DISCONNECT', [
  ...inBothRoles('of a description that does things to terminals', {
    async script(peer) {
      await peer.secure()
      await peer.send(Msg.DISCONNECT, uint32(2 ** 32 - 1), string('\u001B]0;owned\u0007\u009B2J\u202E'), string(''))
    },
    async expect(encounter) {
      await closed(encounter)
      const { error } = await encounter.ended
      expect(error?.message).toMatch(/^[^\p{Cc}\p{Cf}]*$/u)
    },
  }),
  ...inBothRoles('of a description that is longer than the message', {
    async script(peer) {
      await peer.secure()
      await peer.send(Msg.DISCONNECT, uint32(2), uint32(2 ** 32 - 1), Buffer.from('short'))
    },
    expect: disconnected(Reason.PROTOCOL_ERROR, /ends early/),
  }),
  ...inBothRoles('and more behind it, which nobody reads', {
    async script(peer) {
      await peer.secure()
      await peer.send(Msg.DISCONNECT, uint32(11), string('bye'), string(''))
      for (let count = 0; count < 100; count++) await peer.send(Msg.PING, string('still there?'))
    },
    async expect(encounter) {
      await closed(encounter)
      expect(encounter.peer.received.filter(({ number }) => number === Msg.PONG)).toStrictEqual([])
    },
  }),
])

hostile(
  'peers that say nothing',
  [
    ...inBothRoles('from the beginning', {
      script: (peer) => peer.receiveVersion(),
      expect: disconnected(Reason.PROTOCOL_ERROR),
    }),
    ...inBothRoles('behind NEWKEYS', { script: (peer) => peer.secure(), expect: disconnected(Reason.PROTOCOL_ERROR) }),
  ],
  {
    server: { limits: { keyExchangeTime: 1000, authenticationTime: 1200 } },
    client: { limits: { keyExchangeTime: 1000, authenticationTime: 1200 } },
  },
)

it('more connections than may start: the one too many is closed, and the others go on', async () => {
  await using arena = await Arena.open({ server: { maxStartups: 3 } })
  const encounters = await Promise.all([1, 2, 3].map(() => arena.meet('client')))
  for (const { peer } of encounters) await peer.exchangeVersions()
  const late = connectTCP({ port: arena.port, host: '127.0.0.1' }).resume()
  await once(late, 'close')
  expect(late.bytesRead).toBe(0)
  for (const encounter of encounters) {
    await encounter.peer.exchangeKexInits()
    await encounter.peer.exchangeKeys()
    await encounter.peer.exchangeNewKeys()
    await survived(encounter)
  }
  expect(await arena.askBystander()).toBe('out: still here')
})

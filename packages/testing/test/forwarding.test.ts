import { expect } from 'vitest'
import { byte, disconnected, Fields, hostile, inBothRoles, Msg, type Peer, Reason, string, survived, uint32 } from '../src/index.ts'
import { unasked } from './support/channels.ts'

/** Opens a channel, which is refused for this reason (RFC 4254 §5.1). */
async function refusedOpen(peer: Peer, reason: number, type: string, ...rest: readonly Buffer[]): Promise<void> {
  await peer.send(Msg.CHANNEL_OPEN, string(type), uint32(5), uint32(1000), uint32(1000), ...rest)
  const fields = new Fields((await peer.receive(Msg.CHANNEL_OPEN_FAILURE)).payload)
  expect([fields.uint32(), fields.uint32()]).toStrictEqual([5, reason])
}

hostile('channels that nobody has asked for', [
  ...Object.entries(unasked).flatMap(([type, rest]) =>
    inBothRoles(type, {
      source: 'RFC 4254 §5.1, §7.2',
      async script(peer) {
        await peer.authenticate()
        await refusedOpen(peer, 3, type, ...rest)
      },
      expect: survived,
    }),
  ),
  {
    name: 'server: a session on the client',
    source: 'RFC 4254 §6.1',
    role: 'server',
    async script(peer) {
      await peer.authenticate()
      await refusedOpen(peer, 3, 'session')
    },
    expect: survived,
  },
  ...inBothRoles('of a type of control characters', {
    async script(peer) {
      await peer.authenticate()
      await peer.send(Msg.CHANNEL_OPEN, string('x\u001B[2J'), uint32(0), uint32(1), uint32(1))
    },
    expect: disconnected(Reason.PROTOCOL_ERROR, /US-ASCII/),
  }),
])

const globals: Record<string, readonly Buffer[]> = {
  'tcpip-forward': [string('0.0.0.0'), uint32(2 ** 32 - 1)],
  'cancel-tcpip-forward': [string(''), uint32(22)],
  'streamlocal-forward@openssh.com': [string('/etc/passwd')],
  'no-more-sessions@openssh.com': [],
  'hostkeys-00@openssh.com': [uint32(2 ** 32 - 1)],
  'hostkeys-prove-00@openssh.com': [string('no key')],
  'keepalive@openssh.com': [],
  constructor: [],
}

hostile(
  'requests of the whole connection that nobody serves',
  Object.entries(globals).flatMap(([type, rest]) =>
    inBothRoles(`${type}: one answer where it is wanted, none where it is not`, {
      source: 'RFC 4254 §4, §7.1',
      async script(peer) {
        await peer.authenticate()
        await peer.send(Msg.GLOBAL_REQUEST, string(type), byte(false), ...rest)
        await peer.send(Msg.GLOBAL_REQUEST, string(type), byte(true), ...rest)
      },
      async expect(encounter) {
        await survived(encounter)
        expect(encounter.peer.received.filter(({ number }) => number === Msg.REQUEST_FAILURE)).toHaveLength(1)
      },
    }),
  ),
)

import { expect } from 'vitest'
import {
  byte,
  disconnected,
  Fields,
  hostile,
  type HostileCase,
  inBothRoles,
  Msg,
  type Peer,
  Reason,
  string,
  survived,
  uint32,
} from '../src/index.ts'
import { stalling } from './support/channels.ts'

const cipher = 'aes128-gcm@openssh.com'
const ends = [string('127.0.0.1'), uint32(22), string('192.0.2.1'), uint32(1)]

/** Opens a channel, which is refused for this reason (RFC 4254 §5.1). */
async function refusedOpen(peer: Peer, reason: number, type: string, ...rest: readonly Buffer[]): Promise<void> {
  await peer.send(Msg.CHANNEL_OPEN, string(type), uint32(5), uint32(1000), uint32(1000), ...rest)
  const fields = new Fields((await peer.receive(Msg.CHANNEL_OPEN_FAILURE)).payload)
  expect([fields.uint32(), fields.uint32()]).toStrictEqual([5, reason])
}

const unasked: Record<string, readonly Buffer[]> = {
  'forwarded-tcpip': ends,
  'direct-tcpip': ends,
  'forwarded-streamlocal@openssh.com': [string('/run/socket'), string('')],
  'direct-streamlocal@openssh.com': [string('/run/socket'), string(''), uint32(0)],
  'tun@openssh.com': [uint32(1), uint32(2 ** 31 - 1)],
  x11: [string('127.0.0.1'), uint32(6000)],
  'auth-agent@openssh.com': [],
  __proto__: [],
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

/** Sends a message very often, and reads while it does. */
async function flood(peer: Peer, count: number, ...fields: readonly Buffer[]): Promise<void> {
  const payload = Buffer.concat(fields)
  for (let sent = 0; sent < count; sent += 250) {
    await peer.sendRaw(Buffer.concat(Array.from({ length: 250 }, () => peer.seal(payload))))
    await peer.ping()
  }
}

const count = (peer: Peer, number: number): number => peer.received.filter((message) => message.number === number).length

function manySessions(): HostileCase {
  return {
    name: 'client: 1,000 sessions, where 16 may be',
    source: 'RFC 4254 §5.1',
    role: 'client',
    peer: { cipher },
    async script(peer) {
      await peer.authenticate()
      await flood(peer, 1000, byte(Msg.CHANNEL_OPEN), string('session'), uint32(0), uint32(0), uint32(1))
      expect([count(peer, Msg.CHANNEL_OPEN_CONFIRMATION), count(peer, Msg.CHANNEL_OPEN_FAILURE)]).toStrictEqual([16, 984])
    },
    expect: survived,
  }
}

const floods = [
  manySessions(),
  ...inBothRoles('2,500 channels of no type', {
    peer: { cipher },
    async script(peer) {
      await peer.authenticate()
      await flood(peer, 2500, byte(Msg.CHANNEL_OPEN), string('x'), uint32(0), uint32(0), uint32(1))
      expect(count(peer, Msg.CHANNEL_OPEN_FAILURE)).toBe(2500)
    },
    expect: survived,
  }),
  ...inBothRoles('2,500 requests of the whole connection', {
    peer: { cipher },
    async script(peer) {
      await peer.authenticate()
      await flood(peer, 2500, byte(Msg.GLOBAL_REQUEST), string('x'), byte(true))
      expect(count(peer, Msg.REQUEST_FAILURE)).toBe(2500)
    },
    expect: survived,
  }),
  ...inBothRoles('more requests than may be under way, which nobody decides', {
    async script(peer) {
      await peer.authenticate()
      await flood(peer, 250, byte(Msg.GLOBAL_REQUEST), string('never@example.org'), byte(true))
    },
    expect: disconnected(Reason.PROTOCOL_ERROR, /pendingRequests is 64/),
  }),
]
const never = { globalRequests: { 'never@example.org': () => new Promise<void>(() => {}) } }
const limits = { channels: 16, pendingRequests: 64 }

hostile('floods on a connection', floods, {
  server: { ...stalling.server, limits, connection: () => never },
  client: { limits, connection: never },
})

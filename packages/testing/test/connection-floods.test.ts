import { expect } from 'vitest'
import {
  byte,
  disconnected,
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
import { onChannel, stalling, unasked } from './support/channels.ts'

/** The fastest of the peer's own. */
const cipher = 'aes128-gcm@openssh.com'
const fast = { peer: { cipher }, expect: survived } as const

/** Sends messages very often, and reads while it does. */
async function flood(peer: Peer, times: number, ...payloads: readonly Buffer[]): Promise<void> {
  for (let sent = 0; sent < times; sent += 250) {
    const batch = Array.from({ length: 250 }, () => payloads.map((payload) => peer.seal(payload))).flat()
    await peer.sendRaw(Buffer.concat(batch))
    await peer.ping()
  }
}

/** How many messages of each of these numbers have come. */
function counts({ received }: Peer, ...numbers: readonly number[]): readonly number[] {
  return numbers.map((number) => received.filter((message) => message.number === number).length)
}

/** CHANNEL_OPEN (RFC 4254 §5.1). */
function open(type: string, ...rest: readonly Buffer[]): Buffer {
  return Buffer.concat([byte(Msg.CHANNEL_OPEN), string(type), uint32(0), uint32(0), uint32(1), ...rest])
}

/** CHANNEL_REQUEST (RFC 4254 §5.4). */
function request(recipient: number, type: string, wantReply: boolean, ...rest: readonly Buffer[]): Buffer {
  return Buffer.concat([byte(Msg.CHANNEL_REQUEST), uint32(recipient), string(type), byte(wantReply), ...rest])
}

const answersToOpen = [Msg.CHANNEL_OPEN_CONFIRMATION, Msg.CHANNEL_OPEN_FAILURE]
const limits = { channels: 16, pendingRequests: 64 }
const undecided = (): Promise<void> => new Promise<void>(() => {})

const channels: readonly HostileCase[] = [
  ...Object.entries({ ...unasked, x: [] }).flatMap(([type, rest]) =>
    inBothRoles(`500 of type ${type}, which are all refused`, {
      ...fast,
      source: 'RFC 4254 §5.1, §7.2',
      async script(peer) {
        await peer.authenticate()
        await flood(peer, 500, open(type, ...rest))
        expect(counts(peer, ...answersToOpen)).toStrictEqual([0, 500])
      },
    }),
  ),
  {
    ...fast,
    name: 'server: 500 sessions on the client, which are all refused',
    source: 'RFC 4254 §6.1',
    role: 'server',
    async script(peer) {
      await peer.authenticate()
      await flood(peer, 500, open('session'))
      expect(counts(peer, ...answersToOpen)).toStrictEqual([0, 500])
    },
  },
  {
    ...fast,
    name: 'client: 500 sessions, where 16 may be',
    source: 'RFC 4254 §5.1',
    role: 'client',
    async script(peer) {
      await peer.authenticate()
      await flood(peer, 500, open('session'))
      expect(counts(peer, ...answersToOpen)).toStrictEqual([16, 484])
    },
  },
  ...inBothRoles('500 of a type that the program accepts, where 16 may be', {
    ...fast,
    source: 'RFC 4254 §5.1',
    async script(peer) {
      await peer.authenticate()
      await flood(peer, 500, open('taken@example.org'))
      expect(counts(peer, ...answersToOpen)).toStrictEqual([16, 484])
    },
  }),
  ...inBothRoles('500 that the program never decides about, where 16 may be', {
    ...fast,
    source: 'RFC 4254 §5.1',
    async script(peer) {
      await peer.authenticate()
      await flood(peer, 500, open('never@example.org'))
      expect(counts(peer, ...answersToOpen)).toStrictEqual([0, 484])
    },
  }),
  {
    ...fast,
    name: 'client: 250 sessions, each with a command and closed in the same breath, which cost no place',
    source: 'CVE-2023-44487, which was of HTTP/2',
    role: 'client',
    async script(peer) {
      await peer.authenticate()
      const close = Buffer.concat([byte(Msg.CHANNEL_CLOSE), uint32(0)])
      for (let count = 0; count < 250; count++) {
        const breath = [open('session'), request(0, 'exec', false, string('stall')), close]
        await peer.sendRaw(Buffer.concat(breath.map((payload) => peer.seal(payload))))
        await untilClose(peer)
      }
      expect(counts(peer, ...answersToOpen)).toStrictEqual([250, 0])
    },
  },
]

/** The next CHANNEL_CLOSE, past what comes before it. */
async function untilClose(peer: Peer): Promise<void> {
  while ((await peer.next()).number !== Msg.CHANNEL_CLOSE);
}

const connection = {
  channelTypes: {
    'taken@example.org': (opening: { accept(): unknown }) => void opening.accept(),
    'never@example.org': undecided,
  },
  globalRequests: { 'never@example.org': undecided },
}

hostile('floods of channels', channels, {
  server: { ...stalling.server, limits, connection: () => connection },
  client: { limits, connection },
})

const globals: readonly HostileCase[] = [
  ...inBothRoles('1,000 that are to be answered', {
    ...fast,
    async script(peer) {
      await peer.authenticate()
      await flood(peer, 1000, Buffer.concat([byte(Msg.GLOBAL_REQUEST), string('x'), byte(true)]))
      expect(counts(peer, Msg.REQUEST_FAILURE)).toStrictEqual([1000])
    },
  }),
  ...inBothRoles('1,000 that are not', {
    ...fast,
    async script(peer) {
      await peer.authenticate()
      await flood(peer, 1000, Buffer.concat([byte(Msg.GLOBAL_REQUEST), string('x'), byte(false)]))
      expect(counts(peer, Msg.REQUEST_FAILURE, Msg.REQUEST_SUCCESS)).toStrictEqual([0, 0])
    },
  }),
  ...[true, false].flatMap((wantReply) =>
    inBothRoles(`more than may be under way, which nobody decides, ${wantReply ? 'to be' : 'not to be'} answered`, {
      async script(peer) {
        await peer.authenticate()
        await flood(peer, 250, Buffer.concat([byte(Msg.GLOBAL_REQUEST), string('never@example.org'), byte(wantReply)]))
      },
      expect: disconnected(Reason.PROTOCOL_ERROR, /pendingRequests is 64/),
    }),
  ),
]

hostile('floods of requests of the whole connection', globals, {
  server: { limits, connection: () => connection },
  client: { limits, connection },
})

/** What a peer of that role may ask on a session, and what it may not: nothing of it is granted to one that floods. */
const requests: Readonly<Record<Peer['role'], Readonly<Record<string, readonly Buffer[]>>>> = {
  client: {
    x: [],
    env: [string('LANG'), string('C')],
    'pty-req': [string('xterm'), ...[80, 24, 640, 480].map(uint32), string('')],
    'window-change': [80, 24, 640, 480].map(uint32),
    signal: [string('TERM')],
    exec: [string('id')],
    'x11-req': [byte(false), string('MIT-MAGIC-COOKIE-1'), string('00'), uint32(0)],
    'auth-agent-req@openssh.com': [],
  },
  server: { x: [], 'keepalive@openssh.com': [], 'exit-status': [uint32(1)], exec: [string('id')], 'xon-xoff': [byte(true)] },
}

const onSessions = (['client', 'server'] as const).flatMap((role) =>
  Object.entries(requests[role]).flatMap(([type, rest]) =>
    [true, false].flatMap((wantReply) =>
      onChannel(`500 of ${type}, ${wantReply ? 'each answered once' : 'none answered'}`, fast, async (peer, { theirs }) => {
        const answers = (): number => counts(peer, Msg.CHANNEL_SUCCESS, Msg.CHANNEL_FAILURE).reduce((sum, count) => sum + count)
        const before = answers()
        await flood(peer, 500, request(theirs, type, wantReply, ...rest))
        const expected = before + (wantReply ? 500 : 0)
        while (answers() < expected) await peer.next()
        await peer.ping()
        expect(answers()).toBe(expected)
      }).filter((each) => each.role === role),
    ),
  ),
)

const onSession: NonNullable<typeof stalling.server>['onSession'] = (session, login) => ({
  ...stalling.server!.onSession!(session, login),
  env: () => new Promise<boolean>(() => {}),
})

hostile('floods of requests on a session', onSessions, stalling)
hostile(
  'floods of requests on a session, which nobody decides',
  [true, false].flatMap((wantReply) =>
    onChannel(
      `more than may be under way, ${wantReply ? 'to be' : 'not to be'} answered`,
      { expect: disconnected(Reason.PROTOCOL_ERROR, /pendingRequests is 64/) },
      (peer, { theirs }) => flood(peer, 250, request(theirs, 'env', wantReply, string('LANG'), string('C'))),
    ).filter(({ role }) => role === 'client'),
  ),
  { server: { onSession, limits } },
)

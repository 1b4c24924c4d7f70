import { expect, it } from 'vitest'
import {
  Arena,
  byte,
  disconnected,
  hostile,
  type HostileCase,
  Msg,
  type Peer,
  type PeerChannel,
  Reason,
  type Role,
  runCases,
  string,
  survived,
  uint32,
} from '../src/index.ts'
import { channelMessages, openChannel, type Sent, stalling } from './support/channels.ts'

const size = [80, 24, 640, 480].map(uint32)
const sessionRequests: Record<string, readonly Buffer[]> = {
  'pty-req': [string('xterm'), ...size, string(Buffer.of(53, 0, 0, 0, 1, 0))],
  env: [string('LANG'), string('C')],
  'window-change': size,
  signal: [string('TERM')],
  shell: [],
  exec: [string('id')],
  subsystem: [string('sftp')],
}
const exitRequests: Record<string, readonly Buffer[]> = {
  'exit-status': [uint32(1)],
  'exit-signal': [string('TERM'), byte(1), string('core'), string('en')],
}

/** One connection for each length that a message may be cut to, and one for a byte behind its end. */
function* damaged(role: Role, name: string, [number, ...fields]: Sent, from: number, mayGoOn: boolean): Generator<HostileCase> {
  const whole = Buffer.concat(fields)
  const shapes = Array.from({ length: whole.length - from }, (_, index) => [whole.subarray(0, from + index), /ends early/] as const)
  for (const [payload, about] of mayGoOn ? shapes : [...shapes, [Buffer.concat([whole, byte(0)]), /goes on/] as const]) {
    yield {
      name: `${name}, ${payload.length} bytes of ${whole.length}`,
      role,
      join: 'memory',
      async script(peer, encounter) {
        await peer.authenticate()
        await openChannel(peer, encounter)
        await peer.send(number, payload)
      },
      expect: disconnected(Reason.PROTOCOL_ERROR, about),
    }
  }
}

function* damagedMessages(role: Role): Generator<HostileCase> {
  const open: Sent = [Msg.CHANNEL_OPEN, string('session'), uint32(1), uint32(1), uint32(1)]
  // What the type of a channel or a request adds is for its handler: where there is none it is not read.
  yield* damaged(role, 'CHANNEL_OPEN', open, 0, role === 'server')
  yield* damaged(role, 'GLOBAL_REQUEST', [Msg.GLOBAL_REQUEST, string('x'), byte(1)], 0, true)
  for (const [name, message] of Object.entries(channelMessages).filter(([each]) => !/OPEN|REQUEST/.test(each)))
    yield* damaged(role, name, message(0), 0, false)
  for (const [type, fields] of Object.entries(role === 'client' ? sessionRequests : exitRequests)) {
    const head = Buffer.concat([uint32(0), string(type), byte(0)])
    yield* damaged(role, type, [Msg.CHANNEL_REQUEST, Buffer.concat([head, ...fields])], type === 'shell' ? 0 : head.length, false)
  }
}

for (const role of ['client', 'server'] as const) {
  it(`messages of connections cut off at every byte, and longer by one, from a ${role} (RFC 4254)`, async () => {
    await using arena = await Arena.open(stalling)
    expect(await runCases(arena, damagedMessages(role))).toBeGreaterThan(90)
  })
}

/** Sends a request and says whether it was granted. */
async function ask(peer: Peer, { theirs }: PeerChannel, type: string, ...fields: readonly Buffer[]): Promise<boolean> {
  await peer.send(Msg.CHANNEL_REQUEST, uint32(theirs), string(type), byte(true), ...fields)
  return (await peer.receive(Msg.CHANNEL_SUCCESS, Msg.CHANNEL_FAILURE)).number === Msg.CHANNEL_SUCCESS
}

function session(name: string, script: (peer: Peer, channel: PeerChannel) => Promise<void>): HostileCase {
  return {
    name,
    source: 'RFC 4254 §6',
    role: 'client',
    async script(peer) {
      await peer.authenticate()
      await script(peer, await peer.openSession())
    },
    expect: survived,
  }
}

const huge = [1, 1, 1, 1].map(() => uint32(2 ** 32 - 1))
const onSession: NonNullable<typeof stalling.server>['onSession'] = (opened, login) => ({
  ...stalling.server!.onSession!(opened, login),
  pty: () => true,
  env: () => true,
})

hostile(
  'requests on a session',
  [
    session('exec twice, and a shell behind it', async (peer, channel) => {
      expect(await ask(peer, channel, 'exec', string('stall'))).toBe(true)
      expect(await ask(peer, channel, 'exec', string('stall'))).toBe(false)
      expect(await ask(peer, channel, 'shell')).toBe(false)
      expect(await ask(peer, channel, 'subsystem', string('__proto__'))).toBe(false)
    }),
    session('a terminal of 2^32 − 1 by 2^32 − 1, twice, resized', async (peer, channel) => {
      const terminal = [string('\u001B[2J'), ...huge, string(Buffer.of(159, 0, 0, 0, 1, 255))]
      expect(await ask(peer, channel, 'pty-req', ...terminal)).toBe(true)
      expect(await ask(peer, channel, 'pty-req', ...terminal)).toBe(false)
      await peer.send(Msg.CHANNEL_REQUEST, uint32(channel.theirs), string('window-change'), byte(false), ...huge)
    }),
    session('variables without end, of which 256 are kept', async (peer, channel) => {
      let kept = 0
      for (let index = 0; index < 300; index++) if (await ask(peer, channel, 'env', string(`V${index}`), string('\0\n'))) kept++
      expect(kept).toBe(256)
    }),
    session('what only servers say, and what nobody knows: refused, and nothing said where no answer is wanted', async (peer, channel) => {
      for (const type of ['exit-status', 'exit-signal', 'x11-req', 'auth-agent-req@openssh.com', 'constructor', 'x']) {
        await peer.send(Msg.CHANNEL_REQUEST, uint32(channel.theirs), string(type), byte(false), uint32(1))
        expect(await ask(peer, channel, type, uint32(1))).toBe(false)
      }
      expect(peer.received.filter(({ number }) => number === Msg.CHANNEL_FAILURE)).toHaveLength(6)
    }),
    {
      name: 'server: exit-status before the program has started and twice, exit-signal of odd text',
      source: 'RFC 4254 §6.10',
      role: 'server',
      async script(peer, { client }) {
        await peer.authenticate()
        const running = (await client!).exec('true')
        const { theirs } = await peer.openSession()
        await peer.receive(Msg.CHANNEL_REQUEST)
        const send = (type: string, ...fields: readonly Buffer[]): Promise<void> =>
          peer.send(Msg.CHANNEL_REQUEST, uint32(theirs), string(type), byte(false), ...fields)
        await send('exit-signal', string('\u001B[2J\0'), byte(255), string(Buffer.of(0xff)), string('\n'))
        await send('exit-status', uint32(1))
        await peer.send(Msg.CHANNEL_SUCCESS, uint32(theirs))
        await send('exit-status', uint32(2 ** 32 - 1))
        await peer.send(Msg.CHANNEL_CLOSE, uint32(theirs))
        expect(await (await running).exit).toStrictEqual({ code: 2 ** 32 - 1 })
      },
      expect: survived,
    },
  ],
  { server: { onSession } },
)

import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import {
  Arena,
  disconnected,
  type Encounter,
  hostile,
  inBothRoles,
  type Join,
  Msg,
  type Peer,
  Reason,
  type Role,
  string,
  survived,
  type TargetOptions,
  uint32,
  byte,
} from '../src/index.ts'
import { onChannel, stalling } from './support/channels.ts'

const MiB = 1_048_576

/**
 * How much may be written to a peer that reads nothing. In memory there is nobody else who could hold it: it waits with the code under test.
 * On a socket the system takes its part first: by Linux’s defaults up to 4 MiB at the sender, and up to 6 MiB at the receiver.
 */
const bounds: Readonly<Record<Join, number>> = { memory: MiB / 2, socket: 12 * MiB }

/** The fastest of the peer's own. */
const cipher = 'aes128-gcm@openssh.com'

/** The window of a peer that says to take everything, in packets of 32 KiB. */
const everything = { window: 2 ** 32 - 1, maximumPacket: 32_768 }

/** Writes for as long as it may, one piece after another, and counts. */
class Pourer {
  written = 0

  async pour(write: (piece: Uint8Array) => Promise<void>): Promise<void> {
    const piece = new Uint8Array(65_536)
    for (;;) {
      await write(piece)
      this.written += piece.length
    }
  }

  /** How much was written, once nothing more is. */
  async stalled(): Promise<number> {
    let before = -1
    while (before !== this.written) {
      before = this.written
      await delay(150)
    }
    return this.written
  }
}

/** A server whose command `pour` writes without end; any other says what it is. */
function pouring(pourer: Pourer): TargetOptions {
  return {
    server: {
      onSession: (session) => ({
        async exec(command) {
          if (command === 'pour') await pourer.pour((piece) => session.write(piece)).catch(() => {})
          else await session.write(`out: ${command}`)
          return 0
        },
      }),
      connection: () => ({ closeTime: 100 }),
    },
    client: { connection: { closeTime: 100 } },
  }
}

/** A program with a channel that has room for everything; what is returned has it write. */
async function openProgram(pourer: Pourer, { peer, client }: Encounter): Promise<() => void> {
  if (client === undefined) {
    const { theirs } = await peer.openSession(everything)
    return () => void peer.send(Msg.CHANNEL_REQUEST, uint32(theirs), string('exec'), byte(false), string('pour'))
  }
  const running = (await client).exec('sink')
  const { theirs } = await peer.openSession(everything)
  await peer.receive(Msg.CHANNEL_REQUEST)
  await peer.send(Msg.CHANNEL_SUCCESS, uint32(theirs))
  const session = await running
  session.exit.catch(() => {})
  return () => void pourer.pour((piece) => session.write(piece)).catch(() => {})
}

/** Logs in and has programs write on so many channels; nothing of that is read. */
async function startUnread(pourer: Pourer, encounter: Encounter, channels: number): Promise<void> {
  const { peer } = encounter
  await peer.authenticate()
  const starts: (() => void)[] = []
  for (let count = 0; count < channels; count++) starts.push(await openProgram(pourer, encounter))
  peer.line.pause()
  for (const start of starts) start()
}

const roles: readonly Role[] = ['client', 'server']
const joins: readonly Join[] = ['memory', 'socket']

describe.each(roles)('a %s that reads nothing at all while bulk is written to it', (role) => {
  it.each(joins)('holds up its own connection, on all channels, and no other; by %s', async (join) => {
    const pourer = new Pourer()
    await using arena = await Arena.open(pouring(pourer))
    const encounter = await arena.meet(role, { cipher }, join)
    await startUnread(pourer, encounter, 8)
    const written = await pourer.stalled()
    expect(written).toBeGreaterThan(0)
    expect(written).toBeLessThan(bounds[join])
    expect(await arena.askBystander()).toBe('out: still here')
    encounter.peer.line.resume()
    await survived(encounter)
    expect(dataLength(encounter.peer)).toBeGreaterThanOrEqual(written)
  })

  it.each(joins)('does not keep us from closing the connection; by %s', async (join) => {
    const pourer = new Pourer()
    await using arena = await Arena.open(pouring(pourer))
    const encounter = await arena.meet(role, { cipher }, join)
    await startUnread(pourer, encounter, 1)
    await pourer.stalled()
    if (encounter.client === undefined) await arena.server.close()
    else await (await encounter.client).close()
    expect(await encounter.ended).toStrictEqual({ error: undefined })
    encounter.peer.line.destroy()
  })
})

/** How many bytes of data a peer has got. */
function dataLength({ received }: Peer): number {
  const data = received.filter(({ number }) => number === Msg.CHANNEL_DATA)
  return data.reduce((length, { payload }) => length + payload.readUInt32BE(4), 0)
}

const stuckPourer = new Pourer()

hostile(
  'a key exchange that is begun and left there, while bulk is written',
  inBothRoles('ends in time, and nothing has piled up', {
    peer: { cipher },
    join: 'memory',
    async script(peer, encounter) {
      stuckPourer.written = 0
      await startUnread(stuckPourer, encounter, 8)
      peer.line.resume()
      await peer.sendKexInit()
    },
    async expect(encounter) {
      await disconnected(Reason.PROTOCOL_ERROR, /the key exchange/)(encounter)
      expect(stuckPourer.written - dataLength(encounter.peer)).toBeLessThan(MiB)
    },
  }),
  merge(pouring(stuckPourer), { keyExchangeTime: 500 }),
)

const asked: Readonly<Record<string, (theirs: number) => Buffer>> = {
  'requests on a channel': (theirs) => Buffer.concat([byte(Msg.CHANNEL_REQUEST), uint32(theirs), string('x'), byte(true)]),
  'requests of the whole connection': () => Buffer.concat([byte(Msg.GLOBAL_REQUEST), string('x'), byte(true)]),
  'channels of no type': () => Buffer.concat([byte(Msg.CHANNEL_OPEN), string('x'), uint32(0), uint32(0), uint32(1)]),
}

hostile(
  'answers that are not read',
  Object.entries(asked).flatMap(([name, payloadOf]) =>
    onChannel(
      `to ${name}`,
      { peer: { cipher }, join: 'memory', expect: disconnected(Reason.PROTOCOL_ERROR, /queuedLength/) },
      async (peer, { theirs }) => {
        peer.line.pause()
        for (let batch = 0; batch < 60; batch++)
          await peer.sendRaw(Buffer.concat(Array.from({ length: 250 }, () => peer.seal(payloadOf(theirs)))))
        peer.line.resume()
      },
    ),
  ),
  merge(stalling, { queuedLength: 131_072 }),
)

/** The same target with other limits. */
function merge({ server, client }: TargetOptions, limits: NonNullable<NonNullable<TargetOptions['client']>['limits']>): TargetOptions {
  return { server: { ...server, limits }, client: { ...client, limits } }
}

import { setTimeout as delay } from 'node:timers/promises'
import { isSSHError } from '@seashell/ssh'
import { expect } from 'vitest'
import type { Encounter, TargetEnd } from './arena.ts'
import { Closed } from './line.ts'
import { Msg, Reason } from './messages.ts'
import type { Peer } from './peer.ts'
import { string, uint32 } from './wire.ts'

/** How a case ends: what the peer sees, and what the target's program is told. It fails the test where it is otherwise. */
export type Expectation = (encounter: Encounter) => Promise<void>

/** How long the target's program may take to hear of an end that the peer has seen, in milliseconds. */
const PATIENCE = 5000

/**
 * DISCONNECT with this reason, then the end and not a byte more; the target's program is told whose fault it is.
 *
 * @param about what the description has to speak of, where several errors have one reason
 */
export function disconnected(reason: number, about = /./): Expectation {
  return async ({ peer, ended }) => {
    await peer.drain()
    expect(peer.disconnect, 'the connection was closed without DISCONNECT').toBeDefined()
    expect(peer.disconnect).toStrictEqual({ reason, description: expect.stringMatching(about) })
    // One line that is fit for a log, of the error and not of where it was thrown.
    expect(peer.disconnect!.description).toMatch(/^[^\p{Cc}]{1,1000}$/u)
    await expectNoMoreBytes(peer)
    const { error } = await inTime(ended)
    expect(isSSHError(error), `the target’s program is told ${String(error)}`).toBe(true)
    expect(error).toMatchObject({ fault: 'peer', code: expect.not.stringMatching(/^INTERNAL$/) })
  }
}

/**
 * More than the longest packet there may be (the limit `packetLength`, and a tag). Where a length is noise and by chance none too long, the
 * code under test waits for as much as it says: send this before {@link garbled}, so that it gets it.
 */
export const filler: Buffer = Buffer.alloc(262_144 + 64)

/**
 * The end of a connection under keys or sequence numbers that do not fit. Where the length is encrypted it is noise: nearly always one that no
 * packet can have. Otherwise, and in that case once in some thousands, the packet is not authentic.
 */
export const garbled: Expectation = async (encounter) => {
  await encounter.peer.drain()
  const isMAC = encounter.peer.disconnect?.reason === Reason.MAC_ERROR
  await (isMAC ? disconnected(Reason.MAC_ERROR) : disconnected(Reason.PROTOCOL_ERROR, /packet length/))(encounter)
}

/** UNIMPLEMENTED for the packets of these sequence numbers and no other, and the connection goes on. */
export function unimplemented(...sequences: readonly number[]): Expectation {
  return async (encounter) => {
    await survived(encounter)
    const answered = encounter.peer.received.filter(({ number }) => number === Msg.UNIMPLEMENTED)
    expect(answered.map(({ payload }) => payload.readUInt32BE())).toStrictEqual(sequences)
  }
}

/** The connection is closed without DISCONNECT. */
export async function closed({ peer, ended }: Encounter): Promise<void> {
  await peer.drain()
  expect(peer.disconnect).toBeUndefined()
  await inTime(ended)
}

/** The connection goes on: it answers PING. */
export async function survived({ peer, ended }: Encounter): Promise<void> {
  expect(peer.disconnect).toBeUndefined()
  await peer.ping()
  await peer.send(Msg.DISCONNECT, uint32(Reason.BY_APPLICATION), string('that was all'), string(''))
  await inTime(ended)
}

/** Runs what a peer does; that the target has closed the connection meanwhile is for the expectation to judge. */
export async function untilClosed(script: () => Promise<void>): Promise<void> {
  try {
    await script()
  } catch (error) {
    if (!(error instanceof Closed)) throw error
  }
}

async function expectNoMoreBytes(peer: Peer): Promise<void> {
  await expect(peer.line.peek(1), 'bytes after DISCONNECT').rejects.toThrow('the connection was closed')
}

async function inTime(ended: Promise<TargetEnd>): Promise<TargetEnd> {
  const end = await Promise.race([ended, delay(PATIENCE, undefined, { ref: false })])
  if (end === undefined) throw new Error('the target’s program was not told that the connection has ended')
  return end
}

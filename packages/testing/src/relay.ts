import { type Duplex, duplexPair } from 'node:stream'
import { untilClosed } from './expectation.ts'
import { Line } from './line.ts'
import { Msg } from './messages.ts'
import { assemble, payloadOf } from './packet.ts'
import { plain } from './protection.ts'
import type { Role } from './transport-peer.ts'

/** What becomes of a payload, message number first, that goes through the middle while there are no keys: what goes on in its place. */
export type Meddling = (from: Role, payload: Buffer) => readonly Uint8Array[]

/** What becomes of bytes that go through the middle once there are keys; `offset` says how many have gone that way before. */
export type Garbling = (from: Role, bytes: Buffer, offset: number) => Uint8Array

/** The ends of a connection with somebody in the middle. */
export interface Ends {
  /** For the client. */
  readonly client: Duplex
  /** For the server. */
  readonly server: Duplex
}

/**
 * Sits between a client and a server, both of the code under test, meddles with what they say before keys are in use, and garbles what they
 * say behind that.
 */
export function relay(meddle: Meddling = (_from, payload) => [payload], garble: Garbling = (_from, bytes) => bytes): Ends {
  const [client, toClient] = duplexPair()
  const [server, toServer] = duplexPair()
  const lines = { client: new Line(toClient), server: new Line(toServer) }
  for (const from of ['client', 'server'] as const)
    void pass(from, lines[from], lines[from === 'client' ? 'server' : 'client'], { meddle, garble })
  return { client, server }
}

interface Treatment {
  readonly meddle: Meddling
  readonly garble: Garbling
}

async function pass(from: Role, source: Line, target: Line, { meddle, garble }: Treatment): Promise<void> {
  await untilClosed(async () => {
    await target.write(Buffer.from(`${await source.takeLine()}\r\n`, 'latin1'))
    await passPackets(from, source, target, meddle)
    for (let offset = 0; ;) {
      await source.peek(1)
      const bytes = await source.take(source.waiting)
      await target.write(garble(from, bytes, offset))
      offset += bytes.length
    }
  })
  target.end()
}

async function passPackets(from: Role, source: Line, target: Line, meddle: Meddling): Promise<void> {
  for (let last = 0; last !== Msg.NEWKEYS;) {
    const length = (await source.peek(4)).readUInt32BE()
    const payload = payloadOf(await source.take(4 + length))
    last = payload[0]!
    for (const each of meddle(from, payload)) await target.write(assemble(each, plain))
  }
}

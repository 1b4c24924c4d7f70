import { WireWriter } from '@seashell/core/wire'
import type { Limits } from '@seashell/core'
import { SSHConnection } from '../../src/connection.ts'
import type { Channel } from '../../src/channel.ts'
import type { AcceptOptions } from '../../src/channel-open.ts'
import * as messages from '../../src/messages.ts'
import type { ConnectionOptions } from '../../src/options.ts'
import { FakeTransport, joinFakes } from './fake-transport.ts'

/** A client and a server that run on joined fakes. */
export function joinConnections(
  serverOptions: ConnectionOptions = {},
  clientOptions: ConnectionOptions = {},
  limits: { client?: Partial<Limits>; server?: Partial<Limits> } = {},
): { client: SSHConnection; server: SSHConnection; clientTransport: FakeTransport; serverTransport: FakeTransport } {
  const { client: clientTransport, server: serverTransport } = joinFakes(limits.client, limits.server)
  const client = new SSHConnection(clientOptions)
  const server = new SSHConnection(serverOptions)
  clientTransport.setService(client)
  serverTransport.setService(server)
  return { client, server, clientTransport, serverTransport }
}

/** Both ends of one channel of type `test`, and what they run on. */
export async function joinChannels(
  options: { client?: ConnectionOptions; server?: ConnectionOptions; accept?: AcceptOptions; open?: AcceptOptions } = {},
): Promise<ReturnType<typeof joinConnections> & { near: Channel; far: Channel }> {
  let far!: Channel
  const joined = joinConnections(
    {
      ...options.server,
      channelTypes: {
        test(opening) {
          far = opening.accept(options.accept)
        },
      },
    },
    options.client,
  )
  const near = await joined.client.openChannel('test', undefined, options.open)
  return { ...joined, near, far }
}

/** One connection whose peer is the test itself. */
export function loneConnection(
  options: ConnectionOptions = {},
  isClient = true,
  limits: Partial<Limits> = {},
): { connection: SSHConnection; transport: FakeTransport } {
  const transport = new FakeTransport(isClient, limits)
  const connection = new SSHConnection(options)
  transport.setService(connection)
  return { connection, transport }
}

/** One connection with a channel of type `test` that the test, as peer, has opened under number 70. Our number for it is 0. */
export function loneChannel(
  options: ConnectionOptions = {},
  accept: AcceptOptions = {},
  peer: { windowLength?: number; maximumPacketLength?: number } = {},
): { connection: SSHConnection; transport: FakeTransport; channel: Channel } {
  let channel!: Channel
  const { connection, transport } = loneConnection({
    ...options,
    channelTypes: {
      test(opening) {
        channel = opening.accept(accept)
      },
    },
  })
  transport.receive(messages.MSG_CHANNEL_OPEN, open('test', peer))
  transport.sent.length = 0
  return { connection, transport, channel }
}

/** CHANNEL_OPEN from number 70. */
export function open(type: string, peer: { windowLength?: number; maximumPacketLength?: number; data?: Uint8Array } = {}): Uint8Array {
  return new WireWriter()
    .writeString(type)
    .writeUint32(70)
    .writeUint32(peer.windowLength ?? 1000)
    .writeUint32(peer.maximumPacketLength ?? 100)
    .writeBytes(peer.data ?? new Uint8Array())
    .finish()
}

/** CHANNEL_OPEN_CONFIRMATION for our number 0, from number 70. */
export function confirmation(recipient = 0): Uint8Array {
  return new WireWriter().writeUint32(recipient).writeUint32(70).writeUint32(1000).writeUint32(100).finish()
}

/** uint32 fields. */
export function uint32s(...values: number[]): Uint8Array {
  const writer = new WireWriter()
  for (const value of values) writer.writeUint32(value)
  return writer.finish()
}

/** CHANNEL_DATA for our number 0. */
export function data(bytes: Uint8Array | string, recipient = 0): Uint8Array {
  return new WireWriter().writeUint32(recipient).writeString(bytes).finish()
}

/** CHANNEL_REQUEST for our number 0. */
export function request(type: string, wantReply: boolean, payload: Uint8Array = new Uint8Array(), recipient = 0): Uint8Array {
  return new WireWriter().writeUint32(recipient).writeString(type).writeBoolean(wantReply).writeBytes(payload).finish()
}

/** Waits until all that is under way in promises has happened. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

/** All bytes of a source. */
export async function readAll(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const writer = new WireWriter()
  for await (const chunk of source) writer.writeBytes(chunk)
  return writer.finish()
}

/** The text of some bytes. */
export function text(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes)
}

import { createHash } from 'node:crypto'
import { seededRandom } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import type { ConnectionOptions } from '../src/options.ts'
import { MSG_CHANNEL_DATA } from '../src/messages.ts'
import { data, readAll, settle, text } from './support/connections.ts'
import { joinReal } from './support/real-transports.ts'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const cat: ConnectionOptions = {
  onSession: (session) => ({
    async exec() {
      for await (const chunk of session) await session.write(chunk)
      return 4
    },
  }),
}

/** Bytes in pieces of three. */
function inThrees(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / 3) }, (_value, index) => bytes.subarray(index * 3, index * 3 + 3))
}

/** A session that refuses everything, and a peer that asks for `count` things in one chunk. */
async function flooded(
  count: number,
  onSession: ConnectionOptions['onSession'],
): Promise<{ answers: Promise<boolean>[]; ended: unknown[] }> {
  const ended: unknown[] = []
  const { client, clientTransport } = await joinReal({ onSession }, { limits: { pendingRequests: 100 } })
  void clientTransport.closed.then((error) => ended.push(error))
  const channel = await client.openChannel('session')
  return { answers: Array.from({ length: count }, (_value, index) => channel.request(`x${index}@example.org`)), ended }
}

describe('over real transports', () => {
  it('requests that are refused at once never add up, however many come in one chunk', async () => {
    for (const onSession of [() => ({}), () => ({ request: async () => {} }), () => ({ request: () => {} })]) {
      const { answers, ended } = await flooded(1025, onSession)
      expect(new Set(await Promise.all(answers))).toEqual(new Set([false]))
      expect(ended).toEqual([])
    }
  })

  it('requests that nobody answers add up to the limit and no further', async () => {
    const waiting: (() => void)[] = []
    const onSession = () => ({ request: () => new Promise<void>((resolve) => void waiting.push(resolve)) })
    const within = await flooded(100, onSession)
    await settle()
    expect(within.ended).toEqual([])
    const beyond = await flooded(101, onSession)
    await expect(Promise.all(beyond.answers)).rejects.toMatchObject({
      code: 'DISCONNECTED',
      message: expect.stringContaining('pendingRequests'),
    })
  })

  it('10 MiB go there and back, through several exchanges of keys', async () => {
    const bytes = seededRandom('real')(10 * 1024 * 1024)
    let exchanges = 0
    const { client } = await joinReal(cat, {
      rekey: { bytes: 1_000_000 },
      onEvent: (event) => void (exchanges += event.type === 'keys' ? 1 : 0),
    })
    const session = await client.exec('cat')
    const writing = (async (): Promise<void> => {
      for (let offset = 0; offset < bytes.length; offset += 100_000) await session.write(bytes.subarray(offset, offset + 100_000))
      await session.end()
    })()
    const { stdout, code } = await session.output()
    await writing
    expect([sha256(stdout), code]).toEqual([sha256(bytes), 4])
    expect(exchanges).toBeGreaterThan(20)
    await client.close()
  })

  it('the way the bytes are cut makes no difference', async () => {
    const { client } = await joinReal(cat, {}, inThrees)
    const session = await client.exec('cat')
    const bytes = seededRandom('cut')(50_000)
    await session.write(bytes)
    await session.end()
    const { stdout, code } = await session.output()
    expect([sha256(stdout), code]).toEqual([sha256(bytes), 4])
  })

  it('bulk waits while the stream wants no more, and memory stays bounded', async () => {
    const { client, clientTransport } = await joinReal({
      channelTypes: { sink: (request) => void request.accept() },
    })
    const channel = await client.openChannel('sink')
    void channel.write(new Uint8Array(1_000_000))
    expect(clientTransport.writable).toBe(false)
    expect(channel.queuedLength).toBeGreaterThan(500_000)
    while (channel.queuedLength > 0) await settle()
    channel.abort()
    await channel.closed
  })

  it('data beyond the window ends the connection, and the peer is told why', async () => {
    const { client, server, clientTransport } = await joinReal({
      windowLength: 10,
      channelTypes: { sink: (request) => void request.accept() },
    })
    const channel = await client.openChannel('sink')
    clientTransport.sendPacket(MSG_CHANNEL_DATA, data('eleven bytes', channel.remoteId))
    await expect(server.closed).rejects.toMatchObject({ code: 'PROTOCOL', fault: 'peer' })
    await expect(client.closed).rejects.toMatchObject({ code: 'DISCONNECTED', reasonCode: 2 })
    await expect(channel.closed).rejects.toMatchObject({ code: 'DISCONNECTED' })
  })

  it('unknown messages are answered with UNIMPLEMENTED, and the connection goes on', async () => {
    const { client, clientTransport } = await joinReal(cat)
    for (const messageNum of [83, 101, 127, 128, 191, 194, 255]) clientTransport.sendPacket(messageNum, new Uint8Array(4))
    clientTransport.sendPacket(50, new Uint8Array(4))
    const session = await client.exec('cat')
    await session.write('still there')
    await session.end()
    expect(text(await readAll(session.stdout))).toBe('still there')
    await client.close()
  })

  it('closing ends both sides well', async () => {
    const { client, server, clientTransport } = await joinReal(cat)
    const session = await client.exec('cat')
    await client.close()
    await Promise.all([server.closed, session.exit, clientTransport.closed])
  })

  it('a stream that breaks fails what is under way', async () => {
    const { client, server, clientTransport, serverTransport } = await joinReal(cat)
    const session = await client.exec('cat')
    clientTransport.connectionLost()
    serverTransport.connectionLost()
    for (const promise of [session.exit, client.closed, server.closed, session.output(), session.write('x')])
      await expect(promise).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
  })
})

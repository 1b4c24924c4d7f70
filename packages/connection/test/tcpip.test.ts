import { fromHex, toHex } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import type { TCPIPEnds } from '../src/tcpip.ts'
import { decodeTCPIPEnds, decodeTCPIPForward, encodeTCPIPEnds, encodeTCPIPForward } from '../src/tcpip.ts'
import * as messages from '../src/messages.ts'
import { joinConnections, loneConnection, open, readAll, text } from './support/connections.ts'

// The fields of RFC 4254 §7.2, written out: host, port, originator, its port.
const ends: TCPIPEnds = { host: 'example.org', port: 443, originatorHost: '192.0.2.7', originatorPort: 50_123 }
const endsBytes = fromHex('0000000b 6578616d706c652e6f7267 000001bb 00000009 3139322e302e322e37 0000c3cb')

describe('forwarded connections', () => {
  it('have the bytes that the RFC gives them', () => {
    expect(toHex(encodeTCPIPEnds(ends))).toBe(toHex(endsBytes))
    expect(decodeTCPIPEnds(endsBytes)).toEqual(ends)
    const forward = fromHex('00000007 302e302e302e30 00001f90')
    expect(toHex(encodeTCPIPForward({ host: '0.0.0.0', port: 8080 }))).toBe(toHex(forward))
    expect(decodeTCPIPForward(forward)).toEqual({ host: '0.0.0.0', port: 8080 })
  })

  it('go from the client to the server, and close when both have ended', async () => {
    const seen: TCPIPEnds[] = []
    const { client, server } = joinConnections({
      async onDirectTCPIP(request, target) {
        seen.push(target)
        const channel = request.accept()
        await channel.write('hello ')
        await channel.write((await channel.read())!)
        await channel.end()
      },
    })
    const channel = await client.openDirectTCPIP({ host: 'example.org', port: 443 })
    await channel.write('world')
    await channel.end()
    expect(text(await readAll(channel))).toBe('hello world')
    await channel.closed
    expect(seen).toEqual([{ host: 'example.org', port: 443, originatorHost: '127.0.0.1', originatorPort: 0 }])
    expect([client.channelCount, server.channelCount]).toEqual([0, 0])
  })

  it('go from the server to a client that wants them', async () => {
    const { server } = joinConnections({}, { onForwardedTCPIP: (request, { port }) => void request.accept().write(`port ${port}`) })
    const channel = await server.openForwardedTCPIP(ends)
    expect(text(await channel.read())).toBe('port 443')
  })

  it('are not held up by stderr, which has no place there', async () => {
    const { client } = joinConnections({
      windowLength: 100,
      onDirectTCPIP: (request) => void request.accept(),
    })
    const channel = await client.openDirectTCPIP({ host: 'x', port: 1 })
    for (let turn = 0; turn < 20; turn++) await channel.writeExtended(1, new Uint8Array(100))
    expect(channel.queuedLength).toBe(0)
  })

  it.each([1, 2, 3, 4] as const)('are refused with reason %d', async (reason) => {
    const { client } = joinConnections({ onDirectTCPIP: (request) => request.refuse(reason, 'because') })
    await expect(client.openDirectTCPIP({ host: 'x', port: 1 })).rejects.toMatchObject({
      openFailureReason: reason,
      description: 'because',
    })
  })

  it('to no port are refused, and nobody is asked', async () => {
    const { client } = joinConnections({ onDirectTCPIP: (request) => void request.accept() })
    await expect(client.openDirectTCPIP({ host: 'x', port: 65_536 })).rejects.toMatchObject({ openFailureReason: 2 })
  })

  it('that nobody handles are of an unknown type, to the client as to the server', async () => {
    const { client, server } = joinConnections()
    await expect(client.openDirectTCPIP(ends)).rejects.toMatchObject({ openFailureReason: 3 })
    await expect(server.openForwardedTCPIP(ends)).rejects.toMatchObject({ openFailureReason: 3 })
    await expect(server.openDirectTCPIP(ends)).rejects.toMatchObject({ openFailureReason: 3 })
  })

  it('cut short or too long end the connection', () => {
    for (let length = 0; length <= endsBytes.length + 1; length++) {
      const { transport } = loneConnection({ onDirectTCPIP: () => {} }, false)
      const bytes = new Uint8Array([...endsBytes, 0]).subarray(0, length)
      transport.receive(messages.MSG_CHANNEL_OPEN, open('direct-tcpip', { data: bytes }))
      if (length === endsBytes.length) expect(transport.failure).toBeUndefined()
      else expect(transport.failure).toMatchObject({ code: 'MALFORMED', fault: 'peer' })
    }
    for (let length = 0; length < 11; length++)
      expect(() => decodeTCPIPForward(encodeTCPIPForward({ host: 'abc', port: 1 }).subarray(0, length))).toThrow()
  })

  it('are asked for by a global request, as any other', async () => {
    const { client, server } = joinConnections(
      {
        globalRequests: {
          'tcpip-forward'(request) {
            const address = decodeTCPIPForward(request.payload)
            request.reply(true)
            void server.openForwardedTCPIP({ ...address, originatorHost: '192.0.2.7', originatorPort: 1 })
          },
        },
      },
      {
        onForwardedTCPIP(request, { host, port }) {
          arrived(`${host}:${port}`)
          request.refuse(2)
        },
      },
    )
    let arrived!: (where: string) => void
    const arrival = new Promise<string>((resolve) => {
      arrived = resolve
    })
    expect(await client.globalRequest('tcpip-forward', encodeTCPIPForward({ host: 'localhost', port: 8080 }))).toMatchObject({
      success: true,
    })
    expect(await arrival).toBe('localhost:8080')
  })
})

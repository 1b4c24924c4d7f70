import { describe, expect, it } from 'vitest'
import { authenticated, connected, disconnectOf, joined, numbers, settle, toyClient } from './support/transports.ts'
import { ToyStream } from './support/stream.ts'

describe('after its end a connection', () => {
  it('sends nothing, whatever is called', async () => {
    const { client, clientStream } = await authenticated()
    client.sendDisconnect(11, 'bye')
    await settle()
    const written = clientStream.written.length
    const sent = client.probe.sent.length
    client.sendPacket(100, new Uint8Array(1))
    client.sendIgnore('x')
    client.sendDebug('x')
    client.sendUnimplemented()
    client.sendExtInfo()
    client.sendKexInit()
    client.sendDisconnect(2, 'again')
    client.loseConnection()
    await settle()
    expect(clientStream.written).toHaveLength(written)
    expect(client.probe.sent).toHaveLength(sent)
    expect([client.writable, clientStream.ended]).toStrictEqual([false, true])
  })

  it('interprets nothing, and keeps nothing', async () => {
    const { client, server } = await authenticated()
    client.sendDisconnect(11, 'bye')
    const { length } = client.probe.received
    server.sendIgnore('x')
    await settle()
    client.dataReceived(new Uint8Array(1000))
    expect(client.probe.received).toHaveLength(length)
    expect(client.buf).toHaveLength(0)
  })

  it('tells those who wait for an answer to PING, and those who ask later', async () => {
    const { client } = await connected()
    const waiting = client.sendPing()
    client.loseConnection()
    await expect(waiting).rejects.toMatchObject({ code: 'CLOSED' })
    await expect(client.sendPing()).rejects.toMatchObject({ code: 'CLOSED' })
  })

  it('writes nothing to a stream that is gone, and does not end it', async () => {
    const { client, clientStream } = await connected()
    const written = clientStream.written.length
    client.sendIgnore('on its way')
    client.connectionLost(new Error('reset'))
    await settle()
    expect([clientStream.written.length, clientStream.ended]).toStrictEqual([written, false])
    expect(await client.closed).toMatchObject({
      code: 'CONNECTION_LOST',
      fault: 'local',
      cause: expect.objectContaining({ message: 'reset' }) as unknown,
    })
  })

  it('lets out what was sent before', async () => {
    const { client, serverService } = await authenticated()
    client.sendPacket(100, Uint8Array.of(1))
    client.loseConnection()
    await settle()
    expect(numbers(serverService.received)).toStrictEqual([100])
  })
})

describe('a stream that throws', () => {
  it('is a connection that is lost, and nobody but `closed` is told', async () => {
    const { client, clientStream } = await connected()
    const cause = new Error('EPIPE')
    clientStream.write = () => {
      throw cause
    }
    client.sendIgnore('x')
    expect(await client.closed).toMatchObject({ code: 'CONNECTION_LOST', fault: 'local', cause })
    expect(clientStream.ended).toBe(true)
  })

  it('may do so at the first byte', async () => {
    const client = toyClient()
    const stream = new ToyStream()
    stream.ended = true
    client.makeConnection(stream)
    expect((await client.closed)?.code).toBe('CONNECTION_LOST')
  })
})

describe('a peer that hangs up', () => {
  it('is an error with the reason it gave', async () => {
    const { client, server } = joined()
    server.probe.newKeysGate = new Promise(() => {})
    await settle()
    server.sendDisconnect(12, 'too many')
    expect(await client.closed).toMatchObject({ code: 'DISCONNECTED', fault: 'peer', reasonCode: 12, description: 'too many' })
    expect(disconnectOf(client)).toBeUndefined()
    await expect(client.secured).rejects.toMatchObject({ code: 'DISCONNECTED' })
  })
})

import { describe, expect, it } from 'vitest'
import { connected, settle, toyClient, ToyService } from './support/transports.ts'
import { ToyStream } from './support/stream.ts'

describe('a requested service', () => {
  it('is stopped without having been started where the connection ends before the server accepts', async () => {
    const { client } = await connected()
    const service = new ToyService()
    client.requestService(service)
    client.connectionLost()
    await settle()
    expect(service.log).toEqual(['stopped'])
    expect(service.stoppedBecause).toMatchObject({ code: 'CONNECTION_LOST' })
  })

  it('has to be answered before another can be requested', async () => {
    const { client } = await connected()
    client.requestService(new ToyService('one'))
    expect(() => client.requestService(new ToyService('two'))).toThrow(/request for the service one is not answered/)
  })
})

describe('the identification line', () => {
  it('stays what was sent, whatever is set later', () => {
    const client = toyClient({ version: 'First' })
    const stream = new ToyStream()
    client.makeConnection(stream)
    client.version = 'Second'
    client.comment = 'late'
    expect(client.ourVersionString).toBe('SSH-2.0-First')
  })
})

import { describe, expect, it } from 'vitest'
import { authenticated, connected, numbers, settle } from './support/transports.ts'
import { defineToyAead, toyRegistry, toys } from './support/toys.ts'

const names = (kind: string): string[] => toys.filter((definition) => definition.kind === kind).map(({ name }) => name)

async function exchangeMessages(supported: Record<string, readonly string[]>, algorithms = toyRegistry()): Promise<void> {
  const { client, server, clientService, serverService } = await authenticated({ both: { supported, algorithms } })
  const payload = Uint8Array.from({ length: 300 }, (_, index) => index >> 4)
  client.sendPacket(100, payload)
  server.sendPacket(101, payload)
  await settle()
  expect(serverService.received).toStrictEqual([{ number: 100, payload }])
  expect(clientService.received).toStrictEqual([{ number: 101, payload }])
  client.loseConnection()
  expect(await client.closed).toBeUndefined()
  expect((await server.closed)?.code).toBe('DISCONNECTED')
  expect(client.probe.told).toStrictEqual([['connectionSecure']])
  expect(server.probe.told).toStrictEqual([['connectionSecure'], ['receiveError', 10, 'user closed connection']])
}

describe('two transports joined by a function', () => {
  it('agree, exchange keys, and are secure', async () => {
    const { client, server } = await connected()
    expect(client.sessionID).toStrictEqual(server.sessionID)
    expect(client.sessionID).toHaveLength(32)
    expect([client.kexAlg, client.keyAlg]).toStrictEqual(['toy-kem-string', 'toy-sign'])
    expect(numbers(client.probe.sent)).toStrictEqual([20, 30, 21, 7])
    expect(numbers(server.probe.sent)).toStrictEqual([20, 31, 21, 7])
  })

  for (const cipher of [...names('cipher'), 'none']) {
    it(`carry messages under the cipher ${cipher}`, () => exchangeMessages({ ciphers: [cipher] }))
  }
  it('carry messages under a cipher whose name is agreed on as the MAC too', async () => {
    const algorithms = toyRegistry().use(defineToyAead('TOY_AEAD', 'clear', { negotiatesMAC: true }))
    await exchangeMessages({ ciphers: ['TOY_AEAD', 'toy-xor'] }, algorithms)
    await exchangeMessages({ ciphers: ['toy-xor', 'TOY_AEAD'] }, algorithms)
  })
  for (const mac of [...names('mac'), 'none']) {
    for (const cipher of ['toy-xor', 'toy-xor-8', 'none']) {
      it(`carry messages under ${cipher} with the MAC ${mac}`, () => exchangeMessages({ ciphers: [cipher], macs: [mac] }))
    }
  }
  for (const method of names('key-exchange')) {
    it(`carry messages after the key exchange ${method}`, () => exchangeMessages({ keyExchanges: [method] }))
  }
  for (const compression of [...names('compression'), 'none']) {
    it(`carry messages with the compression ${compression}`, () => exchangeMessages({ compressions: [compression] }))
  }
})

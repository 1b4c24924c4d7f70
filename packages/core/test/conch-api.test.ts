import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SSHService, SSHTransportAddress, SSHTransportBase } from '../src/index.ts'
import type { KeyExchangeState, QueuedMessage } from '../src/index.ts'
import { ToyStream } from './support/stream.ts'
import { toyHash, toyRegistry } from './support/toys.ts'
import {
  authenticated,
  connected,
  disconnectOf,
  gate,
  join,
  joined,
  numbers,
  settle,
  ToyClient,
  toyClient,
  toyServer,
  ToyService,
} from './support/transports.ts'

/** A client that shows what is protected: what begins with `_` in Twisted Conch. */
class Exposed extends ToyClient {
  unsupported: string[] | undefined

  get state(): KeyExchangeState {
    return this.keyExchangeState
  }

  get blocked(): readonly QueuedMessage[] | null {
    return this.blockedByKeyExchange
  }

  allowed(messageNum: number): boolean {
    return this.allowedKeyExchangeMessageType(messageNum)
  }

  key(letter: string, secret: Uint8Array, hash: Uint8Array, length: number): Uint8Array {
    return this.getKey(letter, secret, hash, length)
  }

  callKeySetup(): void {
    this.keySetup(new Uint8Array(1), new Uint8Array(1))
  }

  callNewKeys(): void {
    this.newKeys()
  }

  protected override unsupportedVersionReceived(remoteVersion: string): void {
    if (this.unsupported === undefined) super.unsupportedVersionReceived(remoteVersion)
    this.unsupported?.push(remoteVersion)
  }
}

const exposed = (): Exposed =>
  new Exposed({ algorithms: toyRegistry(), verifyHostKey: () => true, random: (length) => new Uint8Array(length).fill(7) })
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const ascii = (value: string): Uint8Array => new TextEncoder().encode(value)

/** Every name of Twisted Conch's API document for its transport, with what shows that it is here and works. */
const names: Readonly<Record<string, () => void | Promise<void>>> = {
  SSHTransportBase: () => expect(toyClient()).toBeInstanceOf(SSHTransportBase),
  SSHClientTransport: () => expect(toyClient().isClient).toBe(true),
  SSHServerTransport: () => expect(toyServer().isClient).toBe(false),
  SSHTransportAddress: () => expect(String(new SSHTransportAddress({ host: '2001:db8::7', port: 22 }))).toBe('[2001:db8::7]:22'),
  SSHService: () => expect(new ToyService()).toBeInstanceOf(SSHService),
  protocolVersion: () => expect(toyClient().protocolVersion).toBe('2.0'),
  version: () =>
    expect([toyClient().version, toyClient({ version: 'Toy_1' }).ourVersionString]).toStrictEqual(['SeaShell', 'SSH-2.0-Toy_1']),
  comment: () => expect(toyClient({ comment: 'for tests' }).ourVersionString).toBe('SSH-2.0-SeaShell for tests'),
  supportedCiphers: () => listOf('supportedCiphers', 'toy-xor', 'toy-aead-own-key'),
  supportedMACs: () => listOf('supportedMACs', 'toy-sum', 'toy-sum-etm'),
  supportedKeyExchanges: () => listOf('supportedKeyExchanges', 'toy-scripted', 'toy-kem-string'),
  supportedPublicKeys: () => listOf('supportedPublicKeys', 'toy-sign-2', 'toy-sign'),
  supportedCompressions: () => listOf('supportedCompressions', 'none', 'none'),
  supportedLanguages: async () => {
    const client = toyClient()
    expect(client.supportedLanguages).toStrictEqual([])
    client.supportedLanguages = ['en', 'de']
    const pair = join(client, toyServer())
    await settle()
    expect(text(pair.server.otherKexInitPayload)).toContain('en,de')
  },
  supportedVersions: () => expect(toyClient().supportedVersions).toStrictEqual(['1.99', '2.0']),
  isClient: () => expect([toyClient().isClient, toyServer().isClient]).toStrictEqual([true, false]),
  gotVersion: () => {
    const client = attached()
    expect(client.gotVersion).toBe(false)
    client.dataReceived(ascii('SSH-2.0-x\r\n'))
    expect(client.gotVersion).toBe(true)
  },
  buf: () => {
    const client = attached()
    client.dataReceived(ascii('SSH-2.0-x\r\nabc'))
    expect(text(client.buf)).toBe('abc')
  },
  first: async () => {
    const { client, clientStream, server } = await connected({ both: { supported: { ciphers: ['toy-xor'], macs: ['toy-sum'] } } })
    clientStream.tamper = (chunk) => [chunk.subarray(0, 16)]
    client.sendIgnore('a longer packet than one block')
    await settle()
    expect([server.first.length, server.first[5]]).toStrictEqual([16, 2])
  },
  outgoingPacketSequence: async () => {
    const { client } = await connected()
    client.sendIgnore('x')
    expect(client.outgoingPacketSequence).toBe(2)
  },
  incomingPacketSequence: async () => {
    const { client, server } = await connected()
    client.sendIgnore('x')
    await settle()
    expect(server.incomingPacketSequence).toBe(2)
  },
  outgoingCompression: async () => {
    expect((await connected()).client.outgoingCompression).toBeNull()
    const { client } = await connected({ both: { supported: { compressions: ['toy-runs'] } } })
    expect(client.outgoingCompression?.compress(Uint8Array.of(7, 7, 7)).subarray(1)).toStrictEqual(Uint8Array.of(3, 7))
    expect(client.outgoingCompression?.flush()).toHaveLength(0)
  },
  outgoingCompressionType: async () => {
    expect(toyClient().outgoingCompressionType).toBe('none')
    expect((await connected({ both: { supported: { compressions: ['toy-runs'] } } })).client.outgoingCompressionType).toBe('toy-runs')
  },
  incomingCompression: async () => {
    expect((await connected()).client.incomingCompression).toBeNull()
    const { client, server } = await connected({ both: { supported: { compressions: ['toy-runs'] } } })
    const compressed = server.outgoingCompression!.compress(Uint8Array.of(9, 9))
    expect(client.incomingCompression?.decompress(compressed)).toStrictEqual(Uint8Array.of(9, 9))
  },
  incomingCompressionType: async () => {
    expect((await connected({ both: { supported: { compressions: ['toy-runs'] } } })).server.incomingCompressionType).toBe('toy-runs')
  },
  ourVersionString: () => expect(toyClient().ourVersionString).toBe('SSH-2.0-SeaShell'),
  otherVersionString: async () => {
    const { client } = await connected({ server: { version: 'Other', comment: 'c' } })
    expect(client.otherVersionString).toBe('SSH-2.0-Other c')
  },
  ourKexInitPayload: async () => {
    const { client, server } = await connected()
    expect(client.ourKexInitPayload[0]).toBe(20)
    expect(server.otherKexInitPayload).toStrictEqual(client.ourKexInitPayload)
  },
  otherKexInitPayload: async () => {
    expect(toyClient().otherKexInitPayload).toHaveLength(0)
    const { client, server } = await connected()
    expect(client.otherKexInitPayload).toStrictEqual(server.ourKexInitPayload)
  },
  sessionID: async () => {
    expect(toyClient().sessionID).toHaveLength(0)
    expect((await connected()).client.sessionID).toHaveLength(32)
  },
  service: async () => {
    const { client, clientService } = await authenticated()
    expect([client.service, toyClient().service]).toStrictEqual([clientService, null])
  },
  kexAlg: async () => {
    const { client, server } = await authenticated()
    expect(client.kexAlg).toBe('toy-kem-string')
    client.kexAlg = 'toy-kem-mpint'
    expect(client.supportedKeyExchanges).toStrictEqual(['toy-kem-mpint'])
    client.sendKexInit()
    await settle()
    expect(server.kexAlg).toBe('toy-kem-mpint')
    expect(() => {
      client.kexAlg = 'rot13'
    }).toThrow(expect.objectContaining({ code: 'UNKNOWN_ALGORITHM', fault: 'caller' }))
  },
  keyAlg: async () => expect((await connected()).server.keyAlg).toBe('toy-sign'),
  currentEncryptions: async () => {
    const { client } = await connected({ both: { supported: { ciphers: ['toy-xor'], macs: ['toy-sum'] } } })
    expect(client.currentEncryptions).toStrictEqual({
      outCipType: 'toy-xor',
      inCipType: 'toy-xor',
      outMACType: 'toy-sum',
      inMACType: 'toy-sum',
      encBlockSize: 16,
      decBlockSize: 16,
      verifyDigestSize: 12,
    })
    expect(toyClient().currentEncryptions).toMatchObject({ outCipType: 'none', inMACType: 'none', encBlockSize: 8 })
  },
  nextEncryptions: async () => {
    const { client, server } = joined()
    client.probe.newKeysGate = new Promise(() => {})
    await settle()
    expect([server.nextEncryptions?.outCipType, server.nextEncryptions?.outMACType, client.nextEncryptions]).toStrictEqual([
      'toy-aead-own-key',
      '',
      null,
    ])
    expect((await connected()).server.nextEncryptions).toBeNull()
  },
  connectionLost: async () => {
    const { client } = joined()
    client.connectionLost('gone')
    expect(await client.closed).toMatchObject({ code: 'CONNECTION_LOST', cause: 'gone' })
  },
  connectionMade: () => {
    const client = attached()
    expect(numbers(client.probe.sent)).toStrictEqual([20])
  },
  makeConnection: () => {
    const stream = new ToyStream()
    toyClient().makeConnection(stream)
    expect(text(stream.bytes.subarray(0, 18))).toBe('SSH-2.0-SeaShell\r\n')
  },
  sendKexInit: async () => {
    const { client } = await authenticated()
    client.sendKexInit()
    expect(() => client.sendKexInit()).toThrow(expect.objectContaining({ code: 'PROTOCOL', fault: 'caller' }))
  },
  sendPacket: async () => {
    const { client, serverService } = await authenticated()
    client.sendPacket(100, Uint8Array.of(1, 2))
    await settle()
    expect(serverService.received).toStrictEqual([{ number: 100, payload: Uint8Array.of(1, 2) }])
  },
  getPacket: async () => {
    const { client, server } = await connected()
    const { open, opened } = gate()
    server.hold(opened)
    client.sendPacket(2, Uint8Array.of(0, 0, 0, 1, 7))
    await settle()
    expect(server.getPacket()).toStrictEqual(Uint8Array.of(2, 0, 0, 0, 1, 7))
    expect(server.getPacket()).toBeNull()
    open()
  },
  dataReceived: () => {
    const client = attached()
    for (const byte of ascii('SSH-2.0-x\r\n')) client.dataReceived(Uint8Array.of(byte))
    expect(client.otherVersionString).toBe('SSH-2.0-x')
  },
  dispatchMessage: async () => {
    const { client } = await connected()
    client.dispatchMessage(4, Uint8Array.of(1, 0, 0, 0, 1, 0x61, 0, 0, 0, 0))
    expect(client.probe.told.at(-1)).toStrictEqual(['receiveDebug', true, 'a', ''])
  },
  getPeer: () => expect(attached().getPeer()).toStrictEqual(new SSHTransportAddress({ host: 'there', port: 2 })),
  getHost: () => expect(attached().getHost()).toStrictEqual(new SSHTransportAddress({ host: 'here', port: 1 })),
  ssh_KEXINIT: () => handled('ssh_KEXINIT', 20),
  ssh_DISCONNECT: () => handled('ssh_DISCONNECT', 1),
  ssh_IGNORE: () => handled('ssh_IGNORE', 2),
  ssh_UNIMPLEMENTED: () => handled('ssh_UNIMPLEMENTED', 3),
  ssh_DEBUG: () => handled('ssh_DEBUG', 4),
  setService: async () => {
    const { client } = await connected()
    const [one, two] = [new ToyService('one'), new ToyService('two')]
    client.setService(one)
    client.setService(two)
    expect([one.log, two.log, two.transport]).toStrictEqual([['started', 'stopped'], ['started'], client])
  },
  sendDebug: async () => {
    const { client, server } = await connected()
    client.sendDebug('hello', true, 'en')
    await settle()
    expect(server.probe.told.at(-1)).toStrictEqual(['receiveDebug', true, 'hello', 'en'])
  },
  sendIgnore: async () => {
    const { client, server } = await connected()
    client.sendIgnore('abc')
    await settle()
    expect(server.probe.received.at(-1)).toStrictEqual({ number: 2, payload: Uint8Array.of(0, 0, 0, 3, 0x61, 0x62, 0x63) })
  },
  sendUnimplemented: async () => {
    const { client, server } = await connected()
    client.sendIgnore('x')
    await settle()
    server.sendUnimplemented()
    await settle()
    expect(client.probe.told.at(-1)).toStrictEqual(['receiveUnimplemented', 1])
  },
  sendDisconnect: async () => {
    const { client, server } = await connected()
    client.sendDisconnect(11, 'bye')
    await settle()
    expect(server.probe.told.at(-1)).toStrictEqual(['receiveError', 11, 'bye'])
  },
  isEncrypted: async () => {
    const { client } = await connected()
    expect([client.isEncrypted(), client.isEncrypted('in'), client.isEncrypted('both'), toyClient().isEncrypted('out')]).toStrictEqual([
      true,
      true,
      true,
      false,
    ])
  },
  isVerified: async () => {
    const { client } = await connected()
    expect([client.isVerified(), client.isVerified('in'), client.isVerified('both'), toyClient().isVerified('out')]).toStrictEqual([
      true,
      true,
      true,
      false,
    ])
  },
  loseConnection: async () => {
    const { client } = await connected()
    client.loseConnection()
    expect(disconnectOf(client)).toStrictEqual({ reason: 10, description: 'user closed connection' })
  },
  receiveError: async () => {
    const { client, server } = await connected()
    server.sendDisconnect(3, 'why')
    await settle()
    expect(client.probe.told.at(-1)).toStrictEqual(['receiveError', 3, 'why'])
  },
  receiveUnimplemented: () => {
    const client = toyClient()
    client.ssh_UNIMPLEMENTED(Uint8Array.of(0, 0, 1, 0))
    expect(client.probe.told).toStrictEqual([['receiveUnimplemented', 256]])
  },
  receiveDebug: () => {
    const client = toyClient()
    client.ssh_DEBUG(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0))
    expect(client.probe.told).toStrictEqual([['receiveDebug', false, '', '']])
    expect(client.probe.events).toStrictEqual([{ type: 'debug', alwaysDisplay: false, message: '', language: '' }])
  },
  _keyExchangeState: async () => {
    const client = exposed()
    const { server } = join(client, toyServer())
    expect(client.state).toBe('requested')
    await settle()
    expect(client.state).toBe('none')
    server.sendKexInit()
    client.probe.newKeysGate = new Promise(() => {})
    await settle()
    expect(client.state).toBe('progressing')
  },
  _blockedByKeyExchange: async () => {
    const client = exposed()
    client.makeConnection(new ToyStream())
    client.sendPacket(50, Uint8Array.of(1))
    client.sendIgnore('x')
    expect(client.blocked).toStrictEqual([{ messageNum: 50, payload: Uint8Array.of(1) }])
    expect(exposed().blocked).toBeNull()
  },
  _allowedKeyExchangeMessageType: () => {
    const client = exposed()
    const allowed = Array.from({ length: 256 }, (_, number) => number).filter((number) => client.allowed(number))
    // RFC 4253 §7.1: 1–19 but for the services, 20–29 but for another KEXINIT, 30–49.
    const expected = Array.from({ length: 50 }, (_, number) => number).filter((number) => ![5, 6, 20].includes(number))
    expect(allowed).toStrictEqual(expected)
  },
  _unsupportedVersionReceived: async () => {
    const client = exposed()
    client.unsupported = []
    client.makeConnection(new ToyStream())
    client.dataReceived(ascii('SSH-1.5-old\r\n'))
    expect(client.unsupported).toStrictEqual(['1.5'])
    const other = exposed()
    other.makeConnection(new ToyStream())
    other.dataReceived(ascii('SSH-1.5-old\r\n'))
    expect((await other.closed)?.code).toBe('VERSION')
  },
  _getKey: async () => {
    const client = exposed()
    join(client, toyServer())
    await settle()
    const [secret, hash] = [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5)]
    const first = toyHash(Uint8Array.from([...secret, ...hash, 0x43, ...client.sessionID]))
    const second = toyHash(Uint8Array.from([...secret, ...hash, ...first]))
    expect(client.key('C', secret, hash, 48)).toStrictEqual(Uint8Array.from([...first, ...second]).slice(0, 48))
    expect(() => exposed().key('A', secret, hash, 8)).toThrow('no key exchange has begun')
  },
  _keySetup: async () => {
    const client = exposed()
    join(client, toyServer())
    await settle()
    expect(numbers(client.probe.sent).slice(0, 3)).toStrictEqual([20, 30, 21])
    expect(() => client.callKeySetup()).toThrow('keys can be set up only where an exchange has agreed on algorithms')
  },
  _newKeys: async () => {
    const client = exposed()
    expect(() => client.callNewKeys()).toThrow('NEWKEYS without new keys')
    join(client, toyServer())
    await client.secured
    expect(client.probe.told).toStrictEqual([['connectionSecure']])
  },
}

/** A client on a stream that nobody reads. */
function attached(): ReturnType<typeof toyClient> {
  const client = toyClient()
  client.makeConnection(new ToyStream())
  return client
}

type ListName = 'supportedCiphers' | 'supportedMACs' | 'supportedKeyExchanges' | 'supportedPublicKeys' | 'supportedCompressions'

/** A list is an array of strings, most preferred first, that can be replaced and refuses what is not registered. */
function listOf(name: ListName, one: string, first: string): void {
  const client = toyClient(name === 'supportedCompressions' ? { supported: { compressions: ['none'] } } : {})
  expect(client[name][0]).toBe(first)
  client[name] = [one]
  expect(client[name]).toStrictEqual([one])
  expect(() => {
    client[name] = ['rot13']
  }).toThrow(expect.objectContaining({ code: 'UNKNOWN_ALGORITHM', fault: 'caller' }))
  expect(client[name]).toStrictEqual([one])
}

type HandlerName = 'ssh_KEXINIT' | 'ssh_DISCONNECT' | 'ssh_IGNORE' | 'ssh_UNIMPLEMENTED' | 'ssh_DEBUG'

/** A handler gets the payload of its message, and may be replaced. */
async function handled(name: HandlerName, number: number): Promise<void> {
  const { client, server } = await connected()
  const seen: Uint8Array[] = []
  client[name] = (payload: Uint8Array) => void seen.push(payload.slice())
  server.probe.inject(number, Uint8Array.of(1, 2, 3))
  await settle()
  expect(seen).toStrictEqual([Uint8Array.of(1, 2, 3)])
}

describe('every name of Twisted Conch’s transport', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  for (const [name, exercise] of Object.entries(names)) {
    it(`${name} is here, and works`, exercise)
    it(`${name} is in the README’s table`, () => expect(readme).toContain(`\n| \`${name}\` | `))
  }
})

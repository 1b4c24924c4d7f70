// Twisted Conch's behaviours 30 to 57: KEXINIT and negotiation.
import { describe, expect, it } from 'vitest'
import { AlgorithmRegistry, MSG_KEXINIT, MSG_SERVICE_REQUEST } from '../../src/index.ts'
import { decodeKexInit, type KexInit } from '../../src/negotiation/kexinit.ts'
import { WireWriter } from '../../src/wire/index.ts'
import { ToyStream } from '../support/stream.ts'
import { toys } from '../support/toys.ts'
import {
  authenticated,
  connected,
  disconnectOf,
  joined,
  numbers,
  settle,
  toyClient,
  toyServer,
  ToyService,
  type ToyTransport,
} from '../support/transports.ts'

function offered({ ourKexInitPayload }: ToyTransport): KexInit {
  return decodeKexInit(ourKexInitPayload.subarray(1), 10_000)
}

describe('KEXINIT', () => {
  it('conch 30: 16 random bytes, ten lists, no guess, 0', () => {
    let drawn = 0
    const client = toyClient({ random: (length) => new Uint8Array(length).fill(++drawn) })
    client.makeConnection(new ToyStream())
    expect(offered(client).cookie).toStrictEqual(new Uint8Array(16).fill(1))
    expect(offered(client).firstKexPacketFollows).toBe(false)
    expect([...client.ourKexInitPayload.subarray(-5)]).toStrictEqual([0, 0, 0, 0, 0])
  })

  it('conch 31: markers are on the wire and not in the attribute; ours has that of strict key exchange too', () => {
    const [client, server] = [toyClient(), toyServer()]
    for (const transport of [client, server]) transport.makeConnection(new ToyStream())
    expect(offered(client).keyExchanges).toStrictEqual([...client.supportedKeyExchanges, 'ext-info-c', 'kex-strict-c-v00@openssh.com'])
    expect(offered(server).keyExchanges).toStrictEqual([...server.supportedKeyExchanges, 'ext-info-s', 'kex-strict-s-v00@openssh.com'])
    expect(client.supportedKeyExchanges).toStrictEqual(['toy-kem-string', 'toy-kem-mpint', 'toy-scripted'])
  })

  it('conch 32: both directions get the same lists', () => {
    const client = toyClient()
    client.makeConnection(new ToyStream())
    expect(offered(client).clientToServer).toStrictEqual(offered(client).serverToClient)
    expect(offered(client).clientToServer).toStrictEqual({
      ciphers: client.supportedCiphers,
      macs: client.supportedMACs,
      compressions: client.supportedCompressions,
      languages: [],
    })
  })

  it('conch 33: one that comes after ours went out is answered by none', async () => {
    const { server } = joined()
    await settle()
    expect(numbers(server.probe.sent).filter((number) => number === 20)).toHaveLength(1)
  })

  it('conch 34: one that comes when nothing is under way is answered by one', async () => {
    const { client, server } = await authenticated()
    server.probe.sent.length = 0
    client.sendKexInit()
    await settle()
    expect(numbers(server.probe.sent)).toStrictEqual([20, 31, 21])
  })

  it('conch 35: sendKexInit throws while an exchange runs', () => {
    const client = toyClient()
    client.makeConnection(new ToyStream())
    expect(() => client.sendKexInit()).toThrow(expect.objectContaining({ code: 'PROTOCOL', fault: 'caller' }))
  })

  it('conch 36: SERVICE_REQUEST and a further KEXINIT are not written while an exchange runs', async () => {
    const client = toyClient()
    client.makeConnection(new ToyStream())
    for (const number of [MSG_SERVICE_REQUEST, MSG_KEXINIT]) client.sendPacket(number, new Uint8Array(1))
    await settle()
    expect(numbers(client.probe.sent)).toStrictEqual([20])
    expect(client.probe.outbound.queue?.map(({ messageNum }) => messageNum)).toStrictEqual([5, 20])
  })

  it('conch 37: what was queued leaves in order under the new keys', async () => {
    const { client, server } = joined()
    server.setService(new ToyService())
    const service = server.service as ToyService
    for (const number of [100, 101, 102]) client.sendPacket(number, Uint8Array.of(number))
    await settle()
    expect(numbers(service.received)).toStrictEqual([100, 101, 102])
    expect(numbers(client.probe.sent)).toStrictEqual([20, 30, 21, 7, 100, 101, 102])
  })
})

describe('negotiation', () => {
  it('conch 38 and 39: on both sides the first of the client’s names that the server has', async () => {
    const { client, server } = await connected({
      client: { supported: { ciphers: ['toy-xor-8', 'toy-xor', 'toy-aead-clear'], macs: ['toy-sum'] } },
      server: { supported: { ciphers: ['toy-aead-clear', 'toy-xor'], macs: ['toy-sum-etm', 'toy-sum'] } },
    })
    for (const transport of [client, server])
      expect(transport.currentEncryptions).toMatchObject({ outCipType: 'toy-xor', inMACType: 'toy-sum' })
  })

  it('conch 40: unknown names are passed over', async () => {
    const stranger = Object.freeze({ ...toys[0]!, name: 'unknown@example' })
    const { client } = await connected({ client: { algorithms: new AlgorithmRegistry(stranger, toys) } })
    expect(client.currentEncryptions.outCipType).toBe('toy-aead-own-key')
  })

  it('conch 41: each direction has its own names, seen crosswise from both sides', async () => {
    const { client, server } = await connected()
    const [ours, theirs] = [client.currentEncryptions, server.currentEncryptions]
    expect([ours.outCipType, ours.inCipType]).toStrictEqual([theirs.inCipType, theirs.outCipType])
    expect([ours.encBlockSize, ours.decBlockSize]).toStrictEqual([theirs.decBlockSize, theirs.encBlockSize])
  })

  const nothingInCommon = [
    ['conch 42: no common key exchange method', 'key exchange method', 'keyExchanges', ['toy-scripted'], ['toy-kem-string']],
    ['conch 43: no common host key algorithm', 'host key algorithm', 'publicKeys', ['toy-sign-2'], ['toy-sign']],
    ['conch 44: no common cipher', 'cipher', 'ciphers', ['toy-xor'], ['toy-xor-8']],
    ['conch 45: no common MAC', 'MAC', 'macs', ['toy-sum'], ['toy-sum-etm']],
    ['conch 46: no common compression', 'compression', 'compressions', ['toy-runs'], ['none']],
  ] as const
  for (const [title, what, list, client, server] of nothingInCommon) {
    it(`${title} disconnects with 3, on both sides`, async () => {
      // A cipher that authenticates itself needs no MAC: there we are better, and here it must not help.
      const base = list === 'macs' ? { ciphers: ['toy-xor'] } : {}
      const pair = joined({ client: { supported: { ...base, [list]: client } }, server: { supported: { ...base, [list]: server } } })
      const errors = [await pair.client.closed, await pair.server.closed]
      for (const error of errors) expect(['NEGOTIATION', 'DISCONNECTED']).toContain(error?.code)
      expect([disconnectOf(pair.client)?.reason, disconnectOf(pair.server)?.reason]).toStrictEqual([3, 3])
      expect(errors[0]?.message).toContain(`no common ${what}`)
    })
  }

  it('conch 47 and 48: the peer’s marker tells whether it wants EXT_INFO', async () => {
    const { client, server } = await connected()
    expect([client.probe.exchange.peerSupportsExtensions, server.probe.exchange.peerSupportsExtensions]).toStrictEqual([true, true])
    const silent = joined()
    silent.clientStream.tamper = (chunk) => [
      new Uint8Array(Buffer.from(Buffer.from(chunk).toString('latin1').replace('ext-info-c', 'xyz-info-c'), 'latin1')),
    ]
    await settle()
    expect(silent.server.probe.exchange.peerSupportsExtensions).toBe(false)
  })

  it('conch 49: a marker that both sides list is never chosen', async () => {
    const client = toyClient({ supported: { keyExchanges: ['toy-scripted'] } })
    const server = toyServer({ supported: { keyExchanges: ['toy-kem-string'] } })
    server.makeConnection(new ToyStream())
    client.makeConnection(new ToyStream())
    server.dataReceived(new TextEncoder().encode('SSH-2.0-x\r\n'))
    const payload = new WireWriter().writeBytes(new Uint8Array(16)).writeNameList(['ext-info-s', 'ext-info-c'])
    for (let list = 0; list < 9; list++) payload.writeNameList(['toy-sign', 'toy-xor', 'toy-sum', 'none'])
    server.dispatchMessage(20, payload.writeBoolean(false).writeUint32(0).finish())
    expect(await server.closed).toMatchObject({ code: 'NEGOTIATION', reason: 3, what: 'key exchange method' })
  })

  it('conch 50 and 51: a name without an implementation is refused when it is listed, not when a peer chooses it', () => {
    expect(() => toyClient({ supported: { keyExchanges: ['rot13'] } })).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_ALGORITHM', fault: 'caller' }),
    )
    const client = toyClient()
    expect(() => {
      client.kexAlg = 'rot13'
    }).toThrow(expect.objectContaining({ code: 'UNKNOWN_ALGORITHM' }))
  })

  // conch 52 is about curves, of which core knows none: it is tested in packages/interop/test/parity.

  interface Guess {
    readonly methods?: readonly string[]
    readonly hostKeys?: readonly string[]
  }

  /** A server that has been told of a guess, and does not know strict key exchange. */
  async function guessed({
    methods = ['toy-kem-string'],
    hostKeys = ['toy-sign'],
  }: Guess): Promise<{ server: ToyTransport; sent: number[] }> {
    const server = toyServer()
    server.makeConnection(new ToyStream())
    server.dataReceived(new TextEncoder().encode('SSH-2.0-x\r\n'))
    const payload = new WireWriter().writeBytes(new Uint8Array(16)).writeNameList(methods).writeNameList(hostKeys)
    for (let list = 0; list < 8; list++) payload.writeNameList(['toy-xor', 'toy-sum', 'none'])
    server.dispatchMessage(20, payload.writeBoolean(true).writeUint32(0).finish())
    await settle()
    return { server, sent: numbers(server.probe.sent) }
  }

  /** For toy-kem-string, to which every number is a public value. */
  const goodInit = new WireWriter().writeString(Uint8Array.of(9)).finish()
  const wrongGuess = new WireWriter().writeString('the wrong guess').finish()

  const wrongGuesses = [
    ['conch 53: a guess whose first method is not ours', { methods: ['toy-kem-mpint', 'toy-kem-string'] }],
    ['conch 54: a guess whose first host key algorithm is not ours', { hostKeys: ['toy-sign-2', 'toy-sign'] }],
  ] as const
  for (const [title, guess] of wrongGuesses) {
    it(`${title} is passed over, once`, async () => {
      const { server, sent } = await guessed(guess)
      server.dispatchMessage(30, wrongGuess)
      await settle()
      expect([numbers(server.probe.sent), disconnectOf(server)]).toStrictEqual([sent, undefined])
      server.dispatchMessage(30, wrongGuess)
      expect(await server.closed).toMatchObject({ fault: 'peer', reason: 3 })
    })
  }

  it('conch 55: DEBUG between KEXINIT and a wrong guess does not use it up, where key exchange is not strict', async () => {
    const { server, sent } = await guessed(wrongGuesses[0][1])
    server.dispatchMessage(4, new WireWriter().writeBoolean(false).writeString('').writeString('').finish())
    server.dispatchMessage(30, wrongGuess)
    await settle()
    expect([numbers(server.probe.sent), disconnectOf(server)]).toStrictEqual([sent, undefined])
    server.dispatchMessage(30, goodInit)
    await settle()
    expect(numbers(server.probe.sent)).toStrictEqual([...sent, 31, 21])
  })

  it('conch 56: whatever message the guess is, 30 or 34, it is passed over and nothing is sent', async () => {
    for (const number of [30, 34]) {
      const { server, sent } = await guessed(wrongGuesses[0][1])
      server.dispatchMessage(number, wrongGuess)
      await settle()
      expect([numbers(server.probe.sent), disconnectOf(server)]).toStrictEqual([sent, undefined])
      server.dispatchMessage(30, goodInit)
      await settle()
      expect(numbers(server.probe.sent)).toStrictEqual([...sent, 31, 21])
    }
  })

  it('conch 57: everything on offer can be made, with keys of its own length', () => {
    const client = toyClient()
    for (const name of client.supportedCiphers) {
      const cipher = client.algorithms.ciphers.get(name)
      const [key, iv] = [new Uint8Array(cipher.keyLength), new Uint8Array(cipher.ivLength)]
      if (cipher.integrity === 'aead') expect([cipher.createSealer(key, iv), cipher.createOpener(key, iv)]).toHaveLength(2)
      else expect([cipher.createEncryptor(key, iv), cipher.createDecryptor(key, iv)]).toHaveLength(2)
    }
    for (const name of client.supportedMACs) {
      const mac = client.algorithms.macs.get(name)
      expect(mac.create(new Uint8Array(mac.keyLength)).sign(0, new Uint8Array(8))).toHaveLength(mac.macLength)
    }
  })
})

describe('defects of Conch', () => {
  it('conch C9: markers are in no later KEXINIT', async () => {
    const { client, server } = await authenticated()
    client.sendKexInit()
    await settle()
    for (const transport of [client, server])
      expect(offered(transport).keyExchanges.filter((name) => name.startsWith('ext-info') || name.startsWith('kex-strict'))).toStrictEqual(
        [],
      )
  })

  it('conch C12: a second KEXINIT during an exchange ends the connection', async () => {
    const { client, server } = joined({ client: { verifyHostKey: () => new Promise(() => {}) } })
    await settle()
    client.probe.inject(20, client.ourKexInitPayload.slice(1))
    expect(await server.closed).toMatchObject({ code: 'PROTOCOL', fault: 'peer' })
  })

  it('conch C18: a guess that a server announces is understood too', async () => {
    const client = toyClient()
    client.makeConnection(new ToyStream())
    client.dataReceived(new TextEncoder().encode('SSH-2.0-x\r\n'))
    const payload = new WireWriter().writeBytes(new Uint8Array(16)).writeNameList(['toy-scripted', 'toy-kem-string'])
    for (let list = 0; list < 9; list++) payload.writeNameList(['toy-sign', 'toy-xor', 'toy-sum', 'none'])
    client.dispatchMessage(20, payload.writeBoolean(true).writeUint32(0).finish())
    await settle()
    client.dispatchMessage(37, new Uint8Array(3))
    expect(disconnectOf(client)).toBeUndefined()
    client.dispatchMessage(37, new Uint8Array(3))
    expect(await client.closed).toMatchObject({ code: 'PROTOCOL' })
  })

  it('conch C19 and C20: a new cipher, MAC, method, key type or compression comes from outside, without a change of core', () => {
    // Every algorithm of these tests is one.
    expect(toys.map(({ kind }) => kind)).toStrictEqual(
      expect.arrayContaining(['cipher', 'mac', 'key-exchange', 'public-key', 'compression']),
    )
    expect(new AlgorithmRegistry().ciphers.names).toStrictEqual(['none'])
  })
})

// A guess at the first message of key exchange (RFC 4253 §7), by our client, at our server. Against OpenSSH: packages/interop.
import { messagesInClear } from '@seashell/test-support'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AlgorithmRegistry, type KemKeyPair, type MaybePromise, type ServerPreferences } from '../src/index.ts'
import { methodToGuess } from '../src/kex/guess.ts'
import { decodeKexInit } from '../src/negotiation/kexinit.ts'
import { defineToyKem, toyRegistry, toys } from './support/toys.ts'
import { ToyStream } from './support/stream.ts'
import {
  gate,
  join,
  joined,
  numbers,
  type Pair,
  type PairOptions,
  settle,
  type ToyClient,
  toyClient,
  toyServer,
  type ToyTransport,
} from './support/transports.ts'

const methods = ['toy-kem-string', 'toy-kem-mpint', 'toy-scripted']
const hostKeys = ['toy-sign', 'toy-sign-2']
/** What a toy server prefers where its lists are not changed. */
const preferred: ServerPreferences = { keyExchange: 'toy-kem-string', publicKey: 'toy-sign' }

/** Both sides' messages of the exchange, in order. */
const RIGHT = [20, 30, 21, 7]
const WRONG = [20, 30, 30, 21, 7]
const ANSWERS = [20, 31, 21, 7]

/** Whether a transport's last KEXINIT says that a guess follows. */
function announces({ probe }: ToyTransport): boolean {
  const { payload } = probe.sent.findLast(({ number }) => number === 20)!
  return decodeKexInit(payload, 10_000).firstKexPacketFollows
}

function expectBothDone({ client, server }: Pair): void {
  expect([client.probe.exchange.completed, server.probe.exchange.completed]).toStrictEqual([1, 1])
  expect(server.sessionID).toStrictEqual(client.sessionID)
  expect(server.otherKexInitPayload).toStrictEqual(client.ourKexInitPayload)
}

/** A client that takes the server for another than it is: what the server puts first has changed. */
const surprises: readonly (readonly [string, Partial<Record<'keyExchanges' | 'publicKeys', string[]>>])[] = [
  ['the method', { keyExchanges: ['toy-kem-mpint', 'toy-kem-string'] }],
  ['the method, which the server has no more,', { keyExchanges: ['toy-kem-mpint'] }],
  ['the host key', { publicKeys: ['toy-sign-2', 'toy-sign'] }],
  ['both', { keyExchanges: ['toy-scripted', 'toy-kem-mpint', 'toy-kem-string'], publicKeys: ['toy-sign-2', 'toy-sign'] }],
]

describe('a client that knows what the server prefers', () => {
  it('sends identification line, KEXINIT and the first message of the exchange in one write', async () => {
    const { client, clientStream } = joined({ client: { serverPreferences: preferred } })
    expect(clientStream.written).toHaveLength(1)
    expect(numbers(client.probe.sent)).toStrictEqual([20, 30])
    expect(messagesInClear(clientStream.written[0]!)).toStrictEqual([20, 30])
    expect(announces(client)).toBe(true)
    await settle()
    expect(clientStream.written.length).toBeGreaterThan(1)
  })

  it('does so too where a key pair takes promises that are kept within the turn, as far as the stream knows turns', async () => {
    const { algorithms } = withGenerate(async (make) => {
      for (let hops = 0; hops < 10; hops++) await Promise.resolve()
      return make()
    })
    const client = toyClient({ algorithms, serverPreferences: preferred })
    const stream = Object.assign(new ToyStream(), { atEndOfTurn: (callback: () => void) => void setImmediate(callback) })
    client.makeConnection(stream)
    await settle()
    expect(stream.written.map(messagesInClear)).toStrictEqual([[20, 30]])
  })

  it('and is right goes on with it: the exchange hash covers the KEXINIT that has announced it', async () => {
    const pair = joined({ client: { serverPreferences: preferred } })
    await settle()
    expectBothDone(pair)
    expect(numbers(pair.client.probe.sent)).toStrictEqual(RIGHT)
    expect(numbers(pair.server.probe.sent)).toStrictEqual(ANSWERS)
    expect(numbers(pair.server.probe.received)).toStrictEqual(RIGHT)
  })

  it.each(surprises)('and is wrong about %s sends the right message too, at the cost of one message', async (_what, supported) => {
    const pair = joined({ client: { serverPreferences: preferred, supported: { keyExchanges: methods } }, server: { supported } })
    await settle()
    expectBothDone(pair)
    expect(numbers(pair.client.probe.sent)).toStrictEqual(WRONG)
    expect(numbers(pair.server.probe.sent)).toStrictEqual(ANSWERS)
    // Another key pair, also where the method is the same.
    const [guess, right] = pair.client.probe.sent.filter(({ number }) => number === 30)
    expect(guess!.payload).not.toStrictEqual(right!.payload)
  })

  it.each(surprises)(
    'and is wrong about %s counts the packet that is passed over, where key exchange is not strict',
    async (_what, supported) => {
      const [client, server] = [toyClient({ serverPreferences: preferred, supported: { keyExchanges: methods } }), toyServer({ supported })]
      for (const { probe } of [client, server]) Object.defineProperty(probe.exchange, 'strict', { get: () => false, set() {} })
      const pair = join(client, server)
      await settle()
      expectBothDone(pair)
      expect([client.outgoingPacketSequence, server.incomingPacketSequence]).toStrictEqual([5, 5])
      await Promise.all([client.sendPing(), server.sendPing()])
    },
  )

  it('learns it from any connection, guesses right on the next, and saves a round trip', async () => {
    const server = { supported: { keyExchanges: ['toy-kem-mpint', 'toy-kem-string'], publicKeys: ['toy-sign-2', 'toy-sign'] } }
    const client = { supported: { keyExchanges: ['toy-kem-mpint'], publicKeys: ['toy-sign-2', 'toy-sign'] } }
    const first = await roundTrips({ client, server })
    expect(first.count).toBe(2)
    const learnt = JSON.parse(JSON.stringify(first.client.serverPreferences)) as ServerPreferences
    expect(learnt).toStrictEqual({ keyExchange: 'toy-kem-mpint', publicKey: 'toy-sign-2' })
    expect(await roundTrips({ client: { ...client, serverPreferences: learnt }, server })).toMatchObject({ count: 1 })
    // A wrong one takes no longer than none.
    expect(await roundTrips({ client: { ...client, serverPreferences: learnt } })).toMatchObject({ count: 2 })
  })

  it('cannot learn it before the server’s KEXINIT has come', async () => {
    const { client } = joined()
    expect(client.serverPreferences).toBeUndefined()
    await client.secured
    expect(client.serverPreferences).toStrictEqual(preferred)
  })

  it('guesses nothing where its own first names are others, or the method is scripted, or nobody has said what the server prefers', async () => {
    for (const options of [
      { supported: { keyExchanges: ['toy-kem-mpint', 'toy-kem-string'] }, serverPreferences: preferred },
      { supported: { publicKeys: ['toy-sign-2', 'toy-sign'] }, serverPreferences: preferred },
      { supported: { keyExchanges: ['toy-scripted'] }, serverPreferences: { ...preferred, keyExchange: 'toy-scripted' } },
      { serverPreferences: { keyExchange: 'not here', publicKey: 'toy-sign' } },
      { serverPreferences: { keyExchange: '', publicKey: '' } },
      {},
    ]) {
      const pair = joined({ client: options })
      expect(numbers(pair.client.probe.sent)).toStrictEqual([20])
      expect(announces(pair.client)).toBe(false)
      await settle()
      expectBothDone(pair)
    }
  })

  it.each([
    ['null', null, 'an object of keyExchange and publicKey; got null'],
    ['a text', 'curve25519-sha256', 'an object of keyExchange and publicKey; got "curve25519-sha256"'],
    ['an array', ['toy-kem-string', 'toy-sign'], 'an object of keyExchange and publicKey; got an array'],
    ['no names', {}, 'keyExchange of serverPreferences to be a name, a string; got undefined'],
    [
      'a list in place of a name',
      { ...preferred, keyExchange: ['toy-kem-string'] },
      'keyExchange of serverPreferences to be a name, a string; got an array',
    ],
    ['one name', { keyExchange: 'toy-kem-string' }, 'publicKey of serverPreferences to be a name, a string; got undefined'],
  ])('refuses what cannot be preferences: %s', (_what, kept: unknown, message) => {
    const options = { serverPreferences: kept as ServerPreferences }
    expect(() => toyClient(options)).toThrow(
      expect.objectContaining({ code: 'ARGUMENT', fault: 'caller', message: expect.stringContaining(message) }),
    )
  })

  it('takes what is first by its place: a marker there is the server’s first name, which no method of ours is', () => {
    const init = { keyExchanges: ['toy-kem-string', 'ext-info-c', 'kex-strict-c-v00@openssh.com'], publicKeys: ['toy-sign'] }
    expect(methodToGuess(init, preferred, toyRegistry())?.name).toBe('toy-kem-string')
    expect(methodToGuess(init, { ...preferred, keyExchange: 'ext-info-s' }, toyRegistry())).toBeUndefined()
    expect(methodToGuess(init, { ...preferred, keyExchange: 'ext-info-c' }, toyRegistry())).toBeUndefined()
  })

  it('guesses in the first exchange alone', async () => {
    const { client, server } = joined({ client: { serverPreferences: preferred } })
    await settle()
    for (const transport of [client, server]) transport.authenticationSucceeded()
    client.sendKexInit()
    expect(numbers(client.probe.sent).slice(RIGHT.length)).toStrictEqual([20])
    expect(announces(client)).toBe(false)
    await settle()
    expect(client.probe.exchange.completed).toBe(2)
  })

  it('agrees on what it would agree on without, whatever both sides offer and whatever it believes', async () => {
    const lists = {
      keyExchanges: fc.shuffledSubarray(methods, { minLength: 1 }),
      publicKeys: fc.shuffledSubarray(hostKeys, { minLength: 1 }),
    }
    const names = fc.record({ keyExchange: fc.constantFrom(...methods, 'other'), publicKey: fc.constantFrom(...hostKeys, 'other') })
    const beliefs = fc.option(names, { nil: undefined, freq: 1 })
    const guesses = { right: 0, wrong: 0 }
    await fc.assert(
      fc.asyncProperty(fc.record(lists), fc.record(lists), beliefs, async (ours, theirs, belief) => {
        const serverPreferences = belief ?? { keyExchange: ours.keyExchanges[0]!, publicKey: ours.publicKeys[0]! }
        const plain = joined({ client: { supported: ours }, server: { supported: theirs } })
        const guessing = joined({ client: { supported: ours, serverPreferences }, server: { supported: theirs } })
        await settle()
        expect(outcomeOf(guessing)).toStrictEqual(outcomeOf(plain))
        if (!announces(guessing.client)) return
        const right = ours.keyExchanges[0] === theirs.keyExchanges[0] && ours.publicKeys[0] === theirs.publicKeys[0]
        guesses[right ? 'right' : 'wrong']++
        const others = plain.client.probe.sent.length
        expect(guessing.client.probe.sent).toHaveLength(right ? others : others + 1)
      }),
      { numRuns: 100 },
    )
    expect(Math.min(guesses.right, guesses.wrong)).toBeGreaterThan(0)
  })
})

/** What both sides made of it. */
function outcomeOf({ client, server }: Pair): unknown {
  return [client, server].map((transport) => {
    const { negotiated, keyExchanges } = transport.describe()
    return { negotiated, keyExchanges, ended: transport.probe.sent.some(({ number }) => number === 1) }
  })
}

/** How often bytes have to go to the server and back until the client can send under keys. */
async function roundTrips(options: PairOptions): Promise<{ client: ToyClient; count: number }> {
  const [client, server] = [toyClient(options.client), toyServer(options.server)]
  const [up, down] = [new ToyStream(), new ToyStream()]
  up.connect(client, server)
  down.connect(server, client)
  for (const stream of [up, down]) stream.holdBack()
  client.makeConnection(up)
  server.makeConnection(down)
  for (let count = 1; count < 10; count++) {
    for (const stream of [up, down]) {
      stream.letGo()
      stream.holdBack()
      await settle()
    }
    if (client.isEncrypted('both')) return { client, count }
  }
  return expect.fail('no keys after 10 round trips')
}

/** A registry in which one method makes key pairs as it is told, and a list of the private keys that it has made. */
function withGenerate(generate: (make: () => KemKeyPair) => MaybePromise<KemKeyPair>): {
  algorithms: AlgorithmRegistry
  made: Uint8Array[]
} {
  const kem = defineToyKem('toy-kem-string', 'string')
  const made: Uint8Array[] = []
  const method = Object.freeze({
    ...kem,
    generate: (random: (length: number) => Uint8Array) =>
      generate(() => {
        const pair = kem.generate(random) as KemKeyPair
        made.push(pair.privateKey)
        return pair
      }),
  })
  return { algorithms: new AlgorithmRegistry(toys).override(method), made }
}

const wiped = (secret: Uint8Array): boolean => secret.every((byte) => byte === 0)

describe('a guess that takes time to make', () => {
  it.each([
    ['right', undefined],
    ['wrong', { publicKeys: ['toy-sign-2', 'toy-sign'] }],
  ] as const)('and is %s leaves before anything answers the server, whose KEXINIT waits for that', async (_what, supported) => {
    const { open, opened } = gate()
    const { algorithms, made } = withGenerate(async (make) => (await opened, make()))
    const pair = joined({ client: { algorithms, serverPreferences: preferred }, server: { supported } })
    await settle()
    expect(messagesInClear(pair.clientStream.written[0]!)).toStrictEqual([20])
    expect(numbers(pair.client.probe.sent)).toStrictEqual([20])
    expect(pair.client.probe.received).toStrictEqual([])
    open()
    await settle()
    expectBothDone(pair)
    expect(numbers(pair.client.probe.sent)).toStrictEqual(supported === undefined ? RIGHT : WRONG)
    expect(made.map(wiped)).toStrictEqual(made.map(() => true))
  })

  it('is wiped where the connection ends meanwhile', async () => {
    const { open, opened } = gate()
    const { algorithms, made } = withGenerate(async (make) => (await opened, make()))
    const { client } = joined({ client: { algorithms, serverPreferences: preferred } })
    client.connectionLost()
    open()
    await settle()
    expect(made.map(wiped)).toStrictEqual([true])
    expect(numbers(client.probe.sent)).toStrictEqual([20])
  })
})

describe('the private key of a guess', () => {
  it.each([
    ['right', undefined],
    ['wrong', { publicKeys: ['toy-sign-2', 'toy-sign'] }],
  ] as const)('that is %s is wiped', async (_what, supported) => {
    const { algorithms, made } = withGenerate((make) => make())
    const pair = joined({ client: { algorithms, serverPreferences: preferred }, server: { supported } })
    await settle()
    expectBothDone(pair)
    expect(made.map(wiped)).toStrictEqual(supported === undefined ? [true] : [true, true])
  })

  it('is wiped wherever the connection is cut', async () => {
    for (const publicKeys of [['toy-sign'], ['toy-sign-2', 'toy-sign']]) {
      const whole = joined({ client: { serverPreferences: preferred }, server: { supported: { publicKeys } } })
      await settle()
      const { length } = whole.serverStream.bytes
      for (let cut = 0; cut < length; cut += 7) {
        const { algorithms, made } = withGenerate((make) => make())
        const pair = joined({ client: { algorithms, serverPreferences: preferred }, server: { supported: { publicKeys } } })
        let left = cut
        pair.serverStream.tamper = (chunk) => {
          const piece = chunk.subarray(0, left)
          left -= piece.length
          return [piece]
        }
        await settle()
        pair.client.connectionLost()
        await settle()
        expect([cut, made.length > 0, made.every(wiped)]).toStrictEqual([cut, true, true])
      }
    }
  })

  it('is wiped where there is nothing to agree on', async () => {
    const { algorithms, made } = withGenerate((make) => make())
    const { client } = joined({
      client: { algorithms, serverPreferences: preferred, supported: { ciphers: ['toy-xor'] } },
      server: { supported: { ciphers: ['toy-xor-8'] } },
    })
    expect(await client.closed).toMatchObject({ code: 'NEGOTIATION' })
    await settle()
    expect(made.map(wiped)).toStrictEqual([true])
  })

  it.each([
    ['throws', () => expect.fail('no')],
    ['rejects', () => Promise.reject(new Error('no'))],
  ])('that cannot be made, for generate() %s, ends the connection and makes nothing throw', async (_how, generate) => {
    const { algorithms } = withGenerate(generate)
    const { client } = joined({ client: { algorithms, serverPreferences: preferred } })
    expect(await client.closed).toMatchObject({ code: 'KEY_EXCHANGE', fault: 'local', reason: 3, message: 'toy-kem-string failed' })
    expect(numbers(client.probe.sent)).toStrictEqual([20, 1])
  })
})

describe('the order in which things arrive', () => {
  it.each([
    ['right', undefined],
    ['wrong', { keyExchanges: ['toy-kem-mpint', 'toy-kem-string'] }],
  ] as const)('makes no difference to a guess that is %s', async (_what, supported) => {
    const sent = supported === undefined ? RIGHT : WRONG
    for (const late of ['clientStream', 'serverStream'] as const) {
      const pair = joined({ client: { serverPreferences: preferred }, server: { supported } })
      pair[late].holdBack()
      await settle()
      pair[late].letGo()
      await settle()
      expectBothDone(pair)
      expect(numbers(pair.client.probe.sent)).toStrictEqual(sent)
    }
    const bytewise = joined({ client: { serverPreferences: preferred }, server: { supported } })
    for (const stream of [bytewise.clientStream, bytewise.serverStream])
      stream.tamper = (chunk) => [...chunk].map((byte) => Uint8Array.of(byte))
    await settle()
    expectBothDone(bytewise)
    expect(numbers(bytewise.client.probe.sent)).toStrictEqual(sent)
  })
})

describe('a server', () => {
  it('guesses nothing, whoever says so', async () => {
    const options = { serverPreferences: preferred, version: 'Guesser' }
    const server = toyServer(options)
    join(toyClient(), server)
    expect(numbers(server.probe.sent)).toStrictEqual([20])
    expect(announces(server)).toBe(false)
    await server.secured
  })
})

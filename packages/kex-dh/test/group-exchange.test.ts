import { createHash } from 'node:crypto'
import { sha256 } from '@noble/hashes/sha2.js'
import { keyExchangeChecks, register, type RefusedMessage } from '@seashell/conformance'
import type { KexMessage } from '@seashell/core'
import { bigIntToBytes, bytesToBigInt, isSSHError, WireReader, WireWriter } from '@seashell/core/wire'
import { seededRandom } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { defineGroupExchange, dhGroupExchangeSha256, type DiffieHellmanGroup, modpGroup14, modpGroup15, modpGroups } from '../src/index.ts'
import { groupOf } from '../src/group-of.ts'
import { nodeGroupExchange } from './node-group-exchange.ts'

const name = 'diffie-hellman-group-exchange-sha256'
const mpints = (...numbers: bigint[]): Uint8Array => {
  const writer = new WireWriter()
  for (const number of numbers) writer.writeMpint(bigIntToBytes(number))
  return writer.finish()
}
const uint32s = (...numbers: number[]): Uint8Array => {
  const writer = new WireWriter()
  for (const number of numbers) writer.writeUint32(number)
  return writer.finish()
}

const p = modpGroup14.prime
const refused: RefusedMessage[] = [
  { what: 'a group of 2047 bits', number: 31, payload: mpints(2n ** 2046n + 1n, 2n) },
  { what: 'a group of 1024 bits', number: 31, payload: mpints(2n ** 1023n + 1n, 2n) },
  { what: 'a group of 8193 bits', number: 31, payload: mpints(2n ** 8192n + 1n, 2n) },
  { what: 'a group of 200 000 bits', number: 31, payload: mpints(2n ** 200_000n + 1n, 2n) },
  { what: 'a group of 0 bits', number: 31, payload: mpints(0n, 2n) },
  { what: 'a modulus that is even', number: 31, payload: mpints(p - 1n, 2n) },
  { what: 'the generator 0', number: 31, payload: mpints(p, 0n) },
  { what: 'the generator 1', number: 31, payload: mpints(p, 1n) },
  { what: 'the generator p−1', number: 31, payload: mpints(p, p - 1n) },
  { what: 'a generator longer than the modulus', number: 31, payload: mpints(p, p << 9n) },
  ...[0n, 1n, modpGroup15.prime - 1n, modpGroup15.prime].map((value) => ({
    what: `${value < 2n ? value : value === modpGroup15.prime ? 'p' : 'p−1'} as public value of the client`,
    number: 32,
    payload: mpints(value),
  })),
  {
    what: 'a negative modulus',
    number: 31,
    payload: new WireWriter().writeString(Uint8Array.of(0xff)).writeMpint(Uint8Array.of(2)).finish(),
  },
  { what: 'sizes out of order', number: 34, payload: uint32s(4096, 2048, 8192) },
  { what: 'sizes out of order, above', number: 34, payload: uint32s(2048, 8192, 4096) },
  { what: 'sizes below ours', number: 34, payload: uint32s(512, 1024, 1536) },
  { what: 'sizes above ours', number: 34, payload: uint32s(8193, 9000, 16_384) },
  { what: 'sizes between those that there are', number: 34, payload: uint32s(2049, 2049, 2050) },
]

describe(name, () => {
  register(keyExchangeChecks(dhGroupExchangeSha256, { reference: nodeGroupExchange(modpGroup14), refused, exchanges: 6 }), it)

  it('hashes with SHA-256 (RFC 4419 §4.2)', () => {
    const data = seededRandom('data')(100)
    expect(dhGroupExchangeSha256).toMatchObject({ name, secretFormat: 'mpint', postQuantum: false, provider: 'bigint' })
    expect(Buffer.from(dhGroupExchangeSha256.hash(data))).toEqual(createHash('sha256').update(data).digest())
  })
})

/** What a server sends and has signed, given these messages. */
async function serve(messages: KexMessage[], moduli: readonly DiffieHellmanGroup[] = modpGroups, seed = 'server') {
  const definition = defineGroupExchange({ name, hash: sha256, moduli })
  const sent: KexMessage[] = []
  const left = [...messages]
  const outcome = await definition.runServer({
    random: seededRandom(seed),
    hostKey: Uint8Array.of(1),
    send: (number, payload) => void sent.push({ number, payload }),
    receive: async (...numbers) => {
      const message = left.shift()
      if (message === undefined || !numbers.includes(message.number)) throw new Error(`no message ${numbers.join()}`)
      return message
    },
    sign: async () => Uint8Array.of(2),
  })
  return { sent, outcome }
}

/** The size of the group that a server gives for a request; where it refuses, the error's code and fault. */
async function sizeFor(request: KexMessage, moduli?: readonly DiffieHellmanGroup[], seed?: string): Promise<number | string> {
  try {
    const { sent } = await serve([request, { number: 32, payload: mpints(4n) }], moduli, seed)
    return bitsOf(new WireReader(sent[0]!.payload).readMpint())
  } catch (error) {
    if (isSSHError(error)) return `${error.code} ${error.fault}`
    throw error
  }
}

const request = (...sizes: number[]): KexMessage => ({ number: 34, payload: uint32s(...sizes) })
const bitsOf = (magnitude: Uint8Array): number => bytesToBigInt(magnitude).toString(2).length
/** No primes: only their sizes are of interest. */
const ofSize = (bits: number): DiffieHellmanGroup => ({
  prime: 2n ** BigInt(bits - 1) + 1n,
  primeLength: Math.ceil(bits / 8),
  generator: 2n,
  exponentLength: 64,
})

describe('a server', () => {
  const moduli = [6144, 2048, 4096, 3072].map((bits) => ofSize(bits))

  it.each([
    ['the size asked for', [2048, 4096, 8192], 4096],
    ['the next larger', [2048, 3073, 8192], 4096],
    ['the largest, where none is as large', [2048, 8192, 8192], 6144],
    ['none below min, though the next larger is larger by much', [4097, 4097, 8192], 6144],
    ['the largest up to max, though that is less than preferred', [1024, 3500, 4000], 3072],
    ['nothing below its own bound, however low the request is', [512, 1024, 8192], 2048],
    ['the one that just fits', [3072, 3072, 3072], 3072],
    ['nothing where min is above all', [6145, 6145, 8192], 'KEY_EXCHANGE peer'],
    ['nothing where max is below all', [1024, 1024, 2047], 'KEY_EXCHANGE peer'],
    ['nothing where none is between', [4097, 5000, 6143], 'KEY_EXCHANGE peer'],
    ['nothing where the sizes are out of order', [4096, 2048, 8192], 'KEY_EXCHANGE peer'],
  ])('gives %s', async (_, sizes, expected) => {
    expect(await sizeFor(request(...sizes), moduli)).toBe(expected)
  })

  it.each([
    ['at least the size asked for', 3000, 3072],
    ['its smallest, where less is asked for', 512, 2048],
    ['its largest, where more is asked for', 9000, 6144],
  ])('understands the request of before RFC 4419, and gives %s', async (_, size, expected) => {
    expect(await sizeFor({ number: 30, payload: uint32s(size) }, moduli)).toBe(expected)
  })

  it('has the one size of an old request signed, and all three of a new one (RFC 4419 §5)', async () => {
    const init = { number: 32, payload: mpints(4n) }
    for (const [number, payload] of [
      [30, uint32s(2048)],
      [34, uint32s(1024, 2048, 9000)],
    ] as const) {
      const { sent, outcome } = await serve([{ number, payload }, init])
      const reply = new WireReader(sent[1]!.payload)
      reply.readString()
      const parts = [payload, sent[0]!.payload, init.payload, mpints(bytesToBigInt(reply.readMpint()))]
      expect(Buffer.from(outcome.transcript)).toEqual(Buffer.concat(parts))
    }
  })

  it('leaves it to chance which group of a size it gives', async () => {
    const same = [5n, 7n, 11n].map((generator) => groupOf(bigIntToBytes(p), generator))
    const seen = new Set<bigint>()
    for (let round = 0; round < 30; round++) {
      const { sent } = await serve([request(2048, 2048, 8192), { number: 32, payload: mpints(4n) }], same, `round ${round}`)
      const reader = new WireReader(sent[0]!.payload)
      reader.readMpint()
      seen.add(bytesToBigInt(reader.readMpint()))
    }
    expect(seen.size).toBe(3)
  })

  it('without moduli refuses everybody', async () => {
    expect(await sizeFor(request(2048, 2048, 8192), [])).toBe('KEY_EXCHANGE peer')
  })

  it('looks at no moduli that are added later', async () => {
    const list = [ofSize(4096)]
    const definition = defineGroupExchange({ name, hash: sha256, moduli: list })
    list[0] = ofSize(2048)
    const io = { random: seededRandom('s'), hostKey: new Uint8Array(1), sign: async () => new Uint8Array(1) }
    const sent: Uint8Array[] = []
    const messages = [request(2048, 2048, 8192), { number: 32, payload: mpints(4n) }]
    await definition.runServer({
      ...io,
      send: (_, payload) => void sent.push(payload),
      receive: async () => messages.shift()!,
    })
    expect(bitsOf(new WireReader(sent[0]!).readMpint())).toBe(4096)
  })
})

/** What a client asks for. */
async function asked(definition: typeof dhGroupExchangeSha256): Promise<Uint8Array> {
  let sent: Uint8Array | undefined
  const end = new Error('enough')
  const running = definition.runClient({
    random: seededRandom('client'),
    send: (_, payload) => (sent = payload),
    receive: () => Promise.reject(end),
  })
  await expect(running).rejects.toBe(end)
  return sent!
}

describe('a client', () => {
  it('refuses a secret of 1, which a modulus that is no prime can lead to', async () => {
    // 2b+1 is 1 modulo b and −1 modulo 3: its square is 1 modulo 3b, and so is every even power.
    const b = 2n ** 2046n + 1n
    const reply = new WireWriter()
      .writeString('key')
      .writeMpint(bigIntToBytes(2n * b + 1n))
      .writeString('signature')
      .finish()
    const messages: KexMessage[] = [
      { number: 31, payload: mpints(3n * b, 2n) },
      { number: 33, payload: reply },
    ]
    const running = dhGroupExchangeSha256.runClient({
      random: (length) => new Uint8Array(length).fill(0xaa),
      send: () => undefined,
      receive: async () => messages.shift()!,
    })
    await expect(running).rejects.toMatchObject({ code: 'KEY_EXCHANGE', fault: 'peer', reason: 3 })
  })

  it('asks for 2048 to 8192 bits, preferably 3072 (RFC 8270 §3), or for what it is told to', async () => {
    expect(await asked(dhGroupExchangeSha256)).toEqual(uint32s(2048, 3072, 8192))
    const sizes = { min: 4096, preferred: 6144, max: 6144 }
    expect(await asked(defineGroupExchange({ name, hash: sha256, moduli: [], sizes }))).toEqual(uint32s(4096, 6144, 6144))
  })
})

describe('sizes', () => {
  it.each([
    [0, 2048, 8192],
    [4096, 2048, 8192],
    [2048, 8192, 4096],
    [2048, Number.NaN, 8192],
    [2048, 3072, 2 ** 32],
  ])('%d, %d, %d are refused', (min, preferred, max) => {
    expect(() => defineGroupExchange({ name, hash: sha256, moduli: [], sizes: { min, preferred, max } })).toThrow(
      expect.objectContaining({ code: 'ARGUMENT', fault: 'caller' }),
    )
  })
})

it('the groups of RFC 3526 that there are begin with 2048 bits', () => {
  expect(Object.isFrozen(modpGroups)).toBe(true)
  const sizes = modpGroups.map(({ prime }) => prime.toString(2).length)
  expect(sizes).toEqual(sizes.toSorted((a, b) => a - b))
  expect(sizes[0]).toBe(2048)
})

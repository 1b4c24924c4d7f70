import { toHex } from '@seashell/test-support'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NegotiationError } from '../src/index.ts'
import { decodeKexInit, encodeKexInit, type KexInit } from '../src/negotiation/kexinit.ts'
import { guessedWrong, type Negotiated, negotiate } from '../src/negotiation/negotiate.ts'
import { defineToyAead, toyRegistry } from './support/toys.ts'

interface Lists {
  readonly keyExchanges?: readonly string[]
  readonly publicKeys?: readonly string[]
  readonly ciphers?: readonly string[]
  readonly macs?: readonly string[]
  readonly compressions?: readonly string[]
  readonly serverCiphers?: readonly string[]
  readonly serverMacs?: readonly string[]
  readonly serverCompressions?: readonly string[]
}

/** A KEXINIT with one of each kind, but for what is given. */
function kexInit(lists: Lists = {}): KexInit {
  const { ciphers = ['toy-xor'], macs = ['toy-sum'], compressions = ['none'] } = lists
  return {
    cookie: new Uint8Array(16),
    keyExchanges: lists.keyExchanges ?? ['toy-scripted'],
    publicKeys: lists.publicKeys ?? ['toy-sign'],
    clientToServer: { ciphers, macs, compressions, languages: [] },
    serverToClient: {
      ciphers: lists.serverCiphers ?? ciphers,
      macs: lists.serverMacs ?? macs,
      compressions: lists.serverCompressions ?? compressions,
      languages: [],
    },
    firstKexPacketFollows: false,
  }
}

const registry = toyRegistry().use(defineToyAead('TOY_AEAD', 'clear', { negotiatesMAC: true }))
/** Both sides' outcome, which has to be the same. */
function agreed(client: Lists, server: Lists): Negotiated {
  const [ours, theirs] = [kexInit(client), kexInit(server)]
  const outcome = negotiate(registry, true, ours, theirs)
  expect(negotiate(registry, false, theirs, ours)).toStrictEqual(outcome)
  return outcome
}

const namesOf = ({ cipher, mac, compression }: Negotiated['clientToServer']): (string | undefined)[] => [
  cipher.name,
  mac?.name,
  compression.name,
]

describe('KEXINIT', () => {
  const example = kexInit({
    keyExchanges: ['k'],
    publicKeys: ['p'],
    ciphers: ['c'],
    serverCiphers: ['d'],
    macs: ['m'],
    serverMacs: ['n'],
    compressions: ['z'],
    serverCompressions: ['y'],
  })

  it('has its fields in the order of RFC 4253 §7.1', () => {
    const lists = ['k', 'p', 'c', 'd', 'm', 'n', 'z', 'y'].map((name) => `00000001${toHex(new TextEncoder().encode(name))}`)
    expect(toHex(encodeKexInit(example))).toBe(`${'00'.repeat(16)}${lists.join('')}${'00000000'.repeat(2)}0000000000`)
  })

  it('is read as it was written', () => {
    const names = fc.array(fc.stringMatching(/^[!-+\--~]{1,10}$/), { maxLength: 4 })
    const direction = fc.record({ ciphers: names, macs: names, compressions: names, languages: names })
    const anyKexInit = fc.record({
      cookie: fc.uint8Array({ minLength: 16, maxLength: 16 }),
      keyExchanges: names,
      publicKeys: names,
      clientToServer: direction,
      serverToClient: direction,
      firstKexPacketFollows: fc.boolean(),
    })
    fc.assert(
      fc.property(anyKexInit, (init) => {
        expect(decodeKexInit(encodeKexInit(init), 1000)).toEqual(init)
      }),
    )
  })

  it('may not end early, at any byte', () => {
    const payload = encodeKexInit(example)
    for (let length = 0; length < payload.length; length++) {
      expect(() => decodeKexInit(payload.subarray(0, length), 1000)).toThrow(expect.objectContaining({ code: 'MALFORMED', fault: 'peer' }))
    }
  })

  it('may grow: what follows the reserved field is left alone', () => {
    expect(decodeKexInit(new Uint8Array([...encodeKexInit(example), 1, 2, 3]), 1000)).toStrictEqual(example)
  })

  it('keeps name-lists to the limit', () => {
    const payload = encodeKexInit(kexInit({ keyExchanges: ['toy-scripted', 'x'] }))
    const longest = 'toy-scripted,x'.length
    const atLimit = kexInit({ keyExchanges: ['toy-scripted', 'x'] })
    expect(decodeKexInit(encodeKexInit(atLimit), longest)).toStrictEqual(atLimit)
    expect(() => decodeKexInit(payload, longest - 1)).toThrow(expect.objectContaining({ code: 'LIMIT', fault: 'peer' }))
  })

  it('takes names of other alphabets for malformed', () => {
    const payload = encodeKexInit(example)
    payload[20] = 0x07
    expect(() => decodeKexInit(payload, 1000)).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
  })
})

describe('negotiation', () => {
  it('takes the first of the client’s names that the server has, whatever the server prefers', () => {
    const outcome = agreed(
      { ciphers: ['x@example', 'toy-xor-8', 'toy-xor'], macs: ['toy-sum'] },
      { ciphers: ['toy-xor', 'y@example', 'toy-xor-8'], macs: ['toy-sum'] },
    )
    expect(outcome.clientToServer.cipher.name).toBe('toy-xor-8')
  })

  it('does so for each list and each direction by itself', () => {
    const both = { ciphers: ['toy-xor', 'toy-xor-8'], macs: ['toy-sum', 'toy-sum-etm'], compressions: ['none', 'toy-runs'] }
    const outcome = agreed({ ...both, serverCiphers: ['toy-xor-8'], serverMacs: ['toy-sum-etm'], serverCompressions: ['toy-runs'] }, both)
    expect(namesOf(outcome.clientToServer)).toStrictEqual(['toy-xor', 'toy-sum', 'none'])
    expect(namesOf(outcome.serverToClient)).toStrictEqual(['toy-xor-8', 'toy-sum-etm', 'toy-runs'])
  })

  it('needs no MAC in common in a direction whose cipher authenticates', () => {
    const outcome = agreed(
      { ciphers: ['toy-aead-clear'], serverCiphers: ['toy-xor'], macs: ['a@example'], serverMacs: ['toy-sum'] },
      { ciphers: ['toy-aead-clear'], serverCiphers: ['toy-xor'], macs: ['b@example'], serverMacs: ['toy-sum'] },
    )
    expect([outcome.clientToServer.mac, outcome.serverToClient.mac?.name]).toStrictEqual([undefined, 'toy-sum'])
  })

  it('wants the name of a cipher that negotiates its MAC among the MACs of both sides (RFC 5647 §5.1)', () => {
    const both = { ciphers: ['TOY_AEAD', 'toy-xor'], macs: ['TOY_AEAD', 'toy-sum'] }
    const outcome = agreed(both, both)
    expect(namesOf(outcome.clientToServer)).toStrictEqual(['TOY_AEAD', undefined, 'none'])
    const lacking = { ...both, macs: ['toy-sum'] }
    for (const [client, server] of [
      [both, lacking],
      [lacking, both],
    ] as const) {
      expect(() => agreed(client, server)).toThrow(/no common MAC client to server; we offered .*toy-sum; the peer offered .*toy-sum/)
    }
  })

  it('never takes such a name for the MAC of another cipher', () => {
    const both = { ciphers: ['toy-xor'], macs: ['TOY_AEAD', 'toy-sum'] }
    expect(namesOf(agreed(both, both).clientToServer)).toStrictEqual(['toy-xor', 'toy-sum', 'none'])
  })

  it('never takes a marker for a method, though both sides list it', () => {
    for (const marker of ['ext-info-c', 'ext-info-s', 'kex-strict-c-v00@openssh.com', 'kex-strict-s-v00@openssh.com']) {
      expect(agreed({ keyExchanges: [marker, 'toy-scripted'] }, { keyExchanges: [marker, 'toy-scripted'] }).keyExchange.name).toBe(
        'toy-scripted',
      )
      expect(() => agreed({ keyExchanges: [marker, 'a@example'] }, { keyExchanges: [marker] })).toThrow('no common key exchange method')
    }
  })

  const cases: readonly (readonly [what: string, client: Lists, server: Lists])[] = [
    ['key exchange method', { keyExchanges: ['a', 'b'] }, { keyExchanges: ['c'] }],
    ['host key algorithm', { publicKeys: ['a', 'b'] }, { publicKeys: ['c'] }],
    ['cipher client to server', { ciphers: ['a', 'b'], serverCiphers: ['toy-xor'] }, { ciphers: ['c'], serverCiphers: ['toy-xor'] }],
    ['cipher server to client', { serverCiphers: ['a', 'b'] }, { serverCiphers: ['c'] }],
    ['MAC client to server', { macs: ['a', 'b'], serverMacs: ['toy-sum'] }, { macs: ['c'], serverMacs: ['toy-sum'] }],
    ['MAC server to client', { serverMacs: ['a', 'b'] }, { serverMacs: ['c'] }],
    [
      'compression client to server',
      { compressions: ['a', 'b'], serverCompressions: ['none'] },
      { compressions: ['c'], serverCompressions: ['none'] },
    ],
    ['compression server to client', { serverCompressions: ['a', 'b'] }, { serverCompressions: ['c'] }],
  ]
  for (const [what, client, server] of cases) {
    it(`says that there is no common ${what}, with both lists, on both sides`, () => {
      for (const [isClient, ours, theirs] of [
        [true, client, server],
        [false, server, client],
      ] as const) {
        const [mine, peers] = isClient ? [['a', 'b'], ['c']] : [['c'], ['a', 'b']]
        const attempt = (): Negotiated => negotiate(registry, isClient, kexInit(ours), kexInit(theirs))
        expect(attempt).toThrow(NegotiationError)
        expect(attempt).toThrow(expect.objectContaining({ code: 'NEGOTIATION', fault: 'peer', reason: 3, what, ours: mine, theirs: peers }))
        expect(attempt).toThrow(`no common ${what}; we offered ${mine.join(', ')}; the peer offered ${peers.join(', ')}`)
      }
    })
  }

  it('says that a list was empty', () => {
    expect(() => negotiate(registry, true, kexInit(), kexInit({ publicKeys: [] }))).toThrow('the peer offered nothing')
  })

  it('takes a guess for right only where both sides put the same method and the same host key algorithm first', () => {
    const [a, b] = [kexInit({ keyExchanges: ['k', 'l'], publicKeys: ['p', 'q'] }), kexInit({ keyExchanges: ['k'], publicKeys: ['p'] })]
    expect(guessedWrong(a, b)).toBe(false)
    expect(guessedWrong(a, kexInit({ keyExchanges: ['l', 'k'], publicKeys: ['p'] }))).toBe(true)
    expect(guessedWrong(a, kexInit({ keyExchanges: ['k'], publicKeys: ['q', 'p'] }))).toBe(true)
    expect(guessedWrong(a, kexInit({ keyExchanges: ['unknown@example', 'k'], publicKeys: ['p'] }))).toBe(true)
    expect(guessedWrong(a, kexInit({ keyExchanges: [], publicKeys: ['p'] }))).toBe(true)
  })
})

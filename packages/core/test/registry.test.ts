import { describe, expect, it } from 'vitest'
import { AlgorithmRegistry, describeRegistry, selectAlgorithms } from '../src/index.ts'
import type { AlgorithmDefinition, CompressionDefinition } from '../src/index.ts'
import {
  defineToyAead,
  defineToyCipher,
  defineToyCompression,
  defineToyKem,
  defineToyMac,
  defineToyPublicKey,
  toyRegistry,
  toys,
  toyScripted,
} from './support/toys.ts'

const argumentError: unknown = expect.objectContaining({ code: 'ARGUMENT', fault: 'caller' })
const unknownError: unknown = expect.objectContaining({ code: 'UNKNOWN_ALGORITHM', fault: 'caller' })
const a = defineToyCipher('a', 8)
const b = defineToyCipher('b', 8)
const c = defineToyCipher('c', 8)

/** A definition with something wrong in it. */
function spoilt(definition: AlgorithmDefinition, change: Record<string, unknown>): AlgorithmDefinition {
  return Object.freeze({ ...definition, ...change }) as AlgorithmDefinition
}

describe('a registry', () => {
  it('knows none, of its own, and offers of it the compression alone', () => {
    const registry = new AlgorithmRegistry()
    expect([registry.ciphers.names, registry.macs.names, registry.compressions.names]).toStrictEqual([['none'], ['none'], ['none']])
    expect([registry.ciphers.defaults, registry.macs.defaults, registry.compressions.defaults]).toStrictEqual([[], [], ['none']])
    expect([registry.keyExchanges.names, registry.publicKeys.names]).toStrictEqual([[], []])
  })

  it('appends in the order given, each definition to its kind’s list', () => {
    const registry = new AlgorithmRegistry([a, defineToyMac('m', false)], b)
    expect(registry.ciphers.names).toStrictEqual(['none', 'a', 'b'])
    expect(registry.macs.names).toStrictEqual(['none', 'm'])
    expect([...registry.ciphers].map(({ name }) => name)).toStrictEqual(['none', 'a', 'b'])
  })

  it('places before, after and first', () => {
    expect(new AlgorithmRegistry([a, b]).use(c, { before: 'b' }).ciphers.names).toStrictEqual(['none', 'a', 'c', 'b'])
    expect(new AlgorithmRegistry([a, b]).use(c, { after: 'a' }).ciphers.names).toStrictEqual(['none', 'a', 'c', 'b'])
    expect(new AlgorithmRegistry(a).use([b, c], { first: true }).ciphers.names).toStrictEqual(['b', 'c', 'none', 'a'])
  })

  it('refuses a neighbour that is not there, and has not changed then', () => {
    const registry = new AlgorithmRegistry([a, defineToyMac('m', false)])
    expect(() => registry.use([defineToyMac('n', false), b], { before: 'm' })).toThrow(unknownError)
    expect([registry.ciphers.names, registry.macs.names]).toStrictEqual([
      ['none', 'a'],
      ['none', 'm'],
    ])
  })

  it('refuses a name twice, and has not changed then', () => {
    const registry = new AlgorithmRegistry(a)
    const again = spoilt(a, { provider: 'mine' })
    expect(() => registry.use([b, again])).toThrow(
      'the cipher "a" by mine cannot be registered: its name is registered already, by toy: NO SECURITY; ' +
        'use override() in place of use() to replace that, or register this one under a name of its own',
    )
    expect(() => registry.use([b, b])).toThrow(argumentError)
    expect(() => registry.use(defineToyCipher('none', 8))).toThrow(argumentError)
    expect(registry.ciphers.names).toStrictEqual(['none', 'a'])
  })

  it('takes the same name in two kinds', () => {
    expect(new AlgorithmRegistry([a, defineToyMac('a', false)]).macs.has('a')).toBe(true)
  })

  it('overrides in place, and leaves out what is not there', () => {
    const faster = spoilt(b, { provider: 'faster' })
    const registry = new AlgorithmRegistry([a, b, c]).override([faster, defineToyCipher('other', 8)])
    expect(registry.ciphers.names).toStrictEqual(['none', 'a', 'b', 'c'])
    expect(registry.ciphers.get('b')).toBe(faster)
  })

  it('overrides nothing where one definition is malformed', () => {
    const registry = new AlgorithmRegistry([a, b])
    expect(() => registry.override([spoilt(a, { provider: 'faster' }), spoilt(b, { keyLength: -1 })])).toThrow(argumentError)
    expect(registry.ciphers.get('a')).toBe(a)
  })

  it('clones into another that does not change with it', () => {
    const registry = new AlgorithmRegistry([a, b])
    const copy = registry.clone()
    registry.use(c).override(spoilt(a, { provider: 'faster' }))
    copy.use(defineToyCipher('d', 8))
    expect(registry.ciphers.names).toStrictEqual(['none', 'a', 'b', 'c'])
    expect(copy.ciphers.names).toStrictEqual(['none', 'a', 'b', 'd'])
    expect(copy.ciphers.get('a')).toBe(a)
  })

  it('shares nothing with another registry', () => {
    const [one, other] = [new AlgorithmRegistry(a), new AlgorithmRegistry()]
    expect([one.ciphers.has('a'), other.ciphers.has('a')]).toStrictEqual([true, false])
  })

  it('names what is registered where a name is not', () => {
    expect(() => new AlgorithmRegistry([a, b]).ciphers.get('aes')).toThrow(
      'unknown cipher "aes"; registered are none, a, b: use() registers what an algorithm\'s package exports',
    )
    expect(() => new AlgorithmRegistry().keyExchanges.get('x')).toThrow('unknown key-exchange "x"; none is registered: use()')
    expect(() => new AlgorithmRegistry().ciphers.get('toString')).toThrow(unknownError)
  })

  it('leaves insecure ones out of the defaults', () => {
    const registry = new AlgorithmRegistry([a, spoilt(b, { insecure: 'it is a test' })])
    expect(registry.ciphers.names).toStrictEqual(['none', 'a', 'b'])
    expect(registry.ciphers.defaults).toStrictEqual(['a'])
  })

  it('can be described, and nothing in the description is a function or a key', () => {
    const described = describeRegistry(toyRegistry())
    expect(described.cipher[0]).toStrictEqual({ name: 'none', provider: 'core', insecure: 'everybody on the way reads along' })
    expect(described['key-exchange'][0]).toStrictEqual({ name: 'toy-kem-string', provider: 'toy: NO SECURITY', postQuantum: false })
    expect(JSON.parse(JSON.stringify(described))).toStrictEqual(described)
  })
})

describe('a definition that is not well-formed', () => {
  const aead = defineToyAead('x', 'clear')
  const mac = defineToyMac('x', false)
  const kem = defineToyKem('x', 'mpint')
  const key = defineToyPublicKey('x', 'x')
  const zip: CompressionDefinition = defineToyCompression('x', false)
  const cases: readonly (readonly [what: string, definition: unknown])[] = [
    ['is nothing', undefined],
    ['is null', null],
    ['is a string', 'aes256-ctr'],
    ['is for another version', spoilt(a, { apiVersion: 2 })],
    ['is of another kind', spoilt(a, { kind: 'hash' })],
    ['is not frozen', { ...a }],
    ['has no name', spoilt(a, { name: '' })],
    ['has a name with a comma', spoilt(a, { name: 'a,b' })],
    ['has a name with a space', spoilt(a, { name: 'a b' })],
    ['has a name that is no string', spoilt(a, { name: 7 })],
    ['has a name of 65 characters', spoilt(a, { name: 'x'.repeat(65) })],
    ['has no provider', spoilt(a, { provider: undefined })],
    ['has a key length below 0', spoilt(a, { keyLength: -1 })],
    ['has a key length that is no whole number', spoilt(a, { keyLength: 1.5 })],
    ['has no initial vector length', spoilt(a, { ivLength: undefined })],
    ['has blocks below 8 bytes', spoilt(a, { blockLength: 7 })],
    ['has blocks above 248 bytes', spoilt(a, { blockLength: 249 })],
    ['has a key limit of 0', spoilt(a, { keyLimit: 0 })],
    ['does not say who authenticates', spoilt(a, { integrity: 'none' })],
    ['has no createDecryptor', spoilt(a, { createDecryptor: undefined })],
    ['has no tag length', spoilt(aead, { tagLength: undefined })],
    ['does not say what is aligned', spoilt(aead, { alignment: 'both' })],
    ['does not say whether its name is a MAC', spoilt(aead, { negotiatesMAC: 'yes' })],
    ['has no createOpener', spoilt(aead, { createOpener: undefined })],
    ['has no mac length', spoilt(mac, { macLength: undefined })],
    ['does not say what the MAC covers', spoilt(mac, { encryptThenMac: undefined })],
    ['has no create', spoilt(mac, { create: undefined })],
    ['has no hash', spoilt(kem, { hash: undefined })],
    ['has another format of secret', spoilt(kem, { secretFormat: 'bytes' })],
    ['has another format of public value', spoilt(kem, { publicFormat: 'bytes' })],
    ['has another shape', spoilt(kem, { shape: 'round' })],
    ['has no decapsulate', spoilt(kem, { decapsulate: undefined })],
    ['has no runServer', spoilt(toyScripted, { runServer: undefined })],
    ['has no key format', spoilt(key, { keyFormat: '' })],
    ['has no verify', spoilt(key, { verify: undefined })],
    ['does not say whether it is delayed', spoilt(zip, { delayed: undefined })],
    ['has no create for compression', spoilt(zip, { create: undefined })],
  ]
  for (const [what, definition] of cases) {
    it(`is refused where it ${what}, when it is registered`, () => {
      expect(() => new AlgorithmRegistry(definition as AlgorithmDefinition)).toThrow(argumentError)
    })
  }

  const knows = 'expected apiVersion 1, which this @seashell/core knows; got'
  const faults: readonly (readonly [definition: unknown, message: string])[] = [
    [
      spoilt(a, { blockLength: 4 }),
      'the cipher "a" by toy: NO SECURITY is not well-formed: expected blockLength to be from 8 to 248 bytes; got 4',
    ],
    [spoilt(a, { createDecryptor: undefined }), 'expected createDecryptor to be a function; got undefined'],
    [spoilt(a, { integrity: 'none' }), `expected integrity to be 'mac' or 'aead'; got "none"`],
    [spoilt(a, { apiVersion: 2 }), `${knows} 2: update @seashell/core, or take a release of the algorithm's package that was made for 1`],
    [spoilt(a, { apiVersion: 0 }), `${knows} 0: update the algorithm's package`],
    [spoilt(a, { apiVersion: undefined }), `${knows} undefined: write apiVersion: 1 into the definition`],
    [
      spoilt(a, { kind: 'hash' }),
      'the algorithm "a" by toy: NO SECURITY is not well-formed: ' +
        `expected kind to be 'cipher' or 'mac' or 'key-exchange' or 'public-key' or 'compression'; got "hash": say which of the five it is`,
    ],
    [{ ...a }, 'expected a frozen object; got one that could change under open connections: wrap it in Object.freeze(…)'],
    [spoilt(a, { name: 'a b' }), 'without comma; got "a b": a name of your own ends with a domain of yours, as in "my-cipher@example.org"'],
    [undefined, 'expected the definition of an algorithm, an object; got undefined: is its import right?'],
  ]
  it.each(faults)('is told which it is, what was expected, what came and what to do: %#', (definition, message) => {
    for (const method of ['use', 'override'] as const) {
      expect(() => new AlgorithmRegistry()[method](definition as AlgorithmDefinition)).toThrow(message)
    }
  })

  it('is not among the toys', () => {
    expect(() => new AlgorithmRegistry(toys)).not.toThrow()
  })
})

describe('OpenSSH’s syntax for lists', () => {
  const defaults = ['aes256-ctr', 'aes128-ctr', 'chacha20']
  const names = [...defaults, 'none', '3des-cbc', 'aes128-cbc']

  it('replaces, appends, removes and prepends', () => {
    expect(selectAlgorithms(defaults, 'chacha20,aes128-ctr')).toStrictEqual(['chacha20', 'aes128-ctr'])
    expect(selectAlgorithms(defaults, '+aes128-cbc,chacha20', names)).toStrictEqual([...defaults, 'aes128-cbc'])
    expect(selectAlgorithms(defaults, '-aes128-ctr')).toStrictEqual(['aes256-ctr', 'chacha20'])
    expect(selectAlgorithms(defaults, '^chacha20,3des-cbc', names)).toStrictEqual(['chacha20', '3des-cbc', 'aes256-ctr', 'aes128-ctr'])
  })

  it('knows * and ? as a shell does, and no other sign', () => {
    expect(selectAlgorithms(defaults, 'aes*', names)).toStrictEqual(['aes256-ctr', 'aes128-ctr', 'aes128-cbc'])
    expect(selectAlgorithms(defaults, 'aes???-ctr')).toStrictEqual(['aes256-ctr', 'aes128-ctr'])
    expect(selectAlgorithms(defaults, '-aes*')).toStrictEqual(['chacha20'])
    expect(selectAlgorithms(['a.b', 'axb'], 'a.b*')).toStrictEqual(['a.b'])
    expect(selectAlgorithms(['a@b.c', 'a@bxc'], '?@b.c')).toStrictEqual(['a@b.c'])
  })

  it('takes a pattern with any number of stars: a regular expression made of this one would not come back', () => {
    expect(selectAlgorithms(['a'.repeat(64), 'aab'], '*a'.repeat(30) + '*b,*a*b')).toStrictEqual(['aab'])
    expect(selectAlgorithms(['a'.repeat(64), 'aab'], '*a'.repeat(64))).toStrictEqual(['a'.repeat(64)])
  })

  it('never lets a pattern bring in none', () => {
    expect(selectAlgorithms(defaults, '*', names)).not.toContain('none')
    expect(selectAlgorithms(defaults, '+n*,aes128-ctr', names)).not.toContain('none')
    expect(selectAlgorithms(defaults, '+none', names)).toContain('none')
  })

  it('names each once, and trims white space', () => {
    expect(selectAlgorithms(defaults, ' chacha20 , chacha20,aes128* ')).toStrictEqual(['chacha20', 'aes128-ctr'])
  })

  it('refuses a name that is not there, and nothing between commas', () => {
    expect(() => selectAlgorithms(defaults, 'rot13')).toThrow('unknown algorithm "rot13"; there are aes256-ctr, aes128-ctr, chacha20')
    for (const expression of ['', '+', 'chacha20,', ',chacha20', '-rot13'])
      expect(() => selectAlgorithms(defaults, expression)).toThrow(argumentError)
  })

  it('refuses a list that leaves nothing', () => {
    expect(() => selectAlgorithms(defaults, '-*')).toThrow('leaves no algorithm')
    expect(() => selectAlgorithms(defaults, 'blow*')).toThrow(argumentError)
  })

  it('leaves its arguments alone', () => {
    const given = Object.freeze([...defaults])
    expect(selectAlgorithms(given, '^chacha20')).not.toBe(given)
  })
})

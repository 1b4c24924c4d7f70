import * as crypto from 'node:crypto'
import { keyExchangeChecks, register } from '@seashell/conformance'
import { concatBytes } from '@seashell/core/wire'
import { mlkemKeyExchanges, mlkemKeyExchangesOver } from '@seashell/kex-mlkem'
import { fromHex, seededRandom, toHex, wycheproof } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { nodeHybridHalves } from '../../src/index.ts'

const halves = nodeHybridHalves()
const [x25519, nistp256, nistp384] = mlkemKeyExchangesOver(halves)

/** Points of order 1, 2 and 8 (RFC 8731 §3). */
const lowOrder = ['00'.repeat(32), '01'.padEnd(64, '0'), 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'].map(fromHex)

const cases = [
  { ours: x25519!, portable: mlkemKeyExchanges[0]!, keyLength: 1184, ciphertextLength: 1088, points: () => lowOrder },
  { ours: nistp256!, portable: mlkemKeyExchanges[1]!, keyLength: 1184, ciphertextLength: 1088, points: hostilePoints },
  { ours: nistp384!, portable: mlkemKeyExchanges[2]!, keyLength: 1568, ciphertextLength: 1568, points: hostilePoints },
]

describe.each(cases)('$portable.name over the halves of node:crypto', async ({ ours, portable, keyLength, ciphertextLength, points }) => {
  const { publicKey } = await portable.generate(seededRandom('client'))
  const { ciphertext } = await portable.encapsulate(publicKey, seededRandom('server'))
  const refused = [
    ...points(publicKey.subarray(keyLength)).flatMap((point) => [
      { what: `the point ${toHex(point)}`, value: concatBytes(publicKey.subarray(0, keyLength), point), by: 'server' as const },
      { what: `the point ${toHex(point)}`, value: concatBytes(ciphertext.subarray(0, ciphertextLength), point), by: 'client' as const },
    ]),
    { what: 'a coefficient of ML-KEM that is not reduced', value: new Uint8Array(publicKey).fill(0xff, 0, 3), by: 'server' as const },
  ]
  register(keyExchangeChecks(ours, { reference: portable, refused, exchanges: 10 }), it)

  it('has the name, the formats and the hash of the portable one, and names both who compute', () => {
    const { publicFormat, secretFormat, postQuantum, hash, name } = portable
    expect(ours).toMatchObject({ name, publicFormat, secretFormat, postQuantum, hash, provider: 'node:crypto, noble' })
    expect(Object.isFrozen(ours)).toBe(true)
  })
})

it('takes ML-KEM from this Node exactly where it has it', () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const hasKem = 'decapsulate' in crypto && (major > 24 || (major === 24 && minor >= 7))
  expect(halves.mlkem768 !== undefined).toBe(hasKem)
  expect(halves.mlkem1024 !== undefined).toBe(hasKem)
})

const decapsulations = wycheproof<object, { seed: string; c: string; K: string }>('mlkem_768_test.json')
if (halves.mlkem768 !== undefined && decapsulations !== undefined) {
  const { generate, decapsulate } = halves.mlkem768
  it('decapsulates on node:crypto as Project Wycheproof does', () => {
    for (const { tcId, seed, c, K } of decapsulations.testGroups.flatMap(({ tests }) => tests.filter(({ result }) => result === 'valid'))) {
      const { privateKey } = generate(() => fromHex(seed))
      expect(toHex(decapsulate(privateKey, fromHex(c))), `case ${tcId}`).toBe(K)
    }
  })
}

/** What has the length of a point and is none that may be used. */
function hostilePoints(point: Uint8Array): Uint8Array[] {
  const last = point.length - 1
  return [point.with(last, point[last]! ^ 1), point.with(0, 6 + (point[last]! & 1)), new Uint8Array(point.length)]
}

import { keyExchangeChecks, register } from '@seashell/conformance'
import { concatBytes } from '@seashell/core/wire'
import { mlkemKeyExchanges, mlkemKeyExchangesOver } from '@seashell/kex-mlkem'
import { fromHex, lowOrderPoints, seededRandom } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { libsodiumHybridHalves } from '../src/index.ts'

const [ours, nistp256, mlkem1024] = mlkemKeyExchangesOver(libsodiumHybridHalves)
const portable = mlkemKeyExchanges[0]!

describe(`${portable.name} over the halves of libsodium`, async () => {
  const { publicKey } = await portable.generate(seededRandom('client'))
  const { ciphertext } = await portable.encapsulate(publicKey, seededRandom('server'))
  const refused = [
    ...lowOrderPoints.flatMap((point) => [
      { what: `the X25519 point ${point}`, value: concatBytes(publicKey.subarray(0, 1184), fromHex(point)), by: 'server' as const },
      { what: `the X25519 point ${point}`, value: concatBytes(ciphertext.subarray(0, 1088), fromHex(point)), by: 'client' as const },
    ]),
    { what: 'a coefficient of ML-KEM that is not reduced', value: new Uint8Array(publicKey).fill(0xff, 0, 3), by: 'server' as const },
  ]
  const lengths = {
    publicKey: 1216,
    ciphertext: 1120,
    privateKey: 2432,
    sharedSecret: 32,
    generateRandom: [64, 32],
    encapsulateRandom: [32, 32],
  }
  register(keyExchangeChecks(ours!, { reference: portable, refused, lengths }), it)

  it('has the name, the formats and the hash of the portable one', () => {
    const { publicFormat, secretFormat, postQuantum, hash, name } = portable
    expect(ours).toMatchObject({ name, publicFormat, secretFormat, postQuantum, hash })
  })
})

it('is named by the methods that it computes something of, and by no other', () => {
  expect([ours, nistp256, mlkem1024].map((definition) => definition?.provider)).toEqual(['libsodium, noble', 'libsodium, noble', 'noble'])
})

describe('mlkem768nistp256-sha256 over the halves of libsodium', async () => {
  const { publicKey } = await mlkemKeyExchanges[1]!.generate(seededRandom('client'))
  const refused = [{ what: 'a coefficient that is not reduced', value: new Uint8Array(publicKey).fill(0xff, 0, 3), by: 'server' as const }]
  register(keyExchangeChecks(nistp256!, { reference: mlkemKeyExchanges[1]!, refused, exchanges: 10 }), it)
})

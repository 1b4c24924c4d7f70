// test/brainpool.test.ts
import { keyExchangeChecks, register } from '@seashell/conformance'
import { describe, it } from 'vitest'
import { ecdhBrainpoolP256r1 } from '../src/brainpool.ts'

const x = '44106e913f92bc02a1705d9953a8414db95e1aaa49e81d9e85f929a8e3100be5'
const y = '8ab4846f11caccb73ce49cbdd120f5a900a69fd32c272223f789ef10eb089bdc'

const checks = keyExchangeChecks(ecdhBrainpoolP256r1, {
  vectors: [
    {
      source: 'RFC 7027 A.1, A as client and B as server',
      privateKey: '81db1ee100150ff2ea338d708271be38300cb54241d79950f77b063039804f1d',
      ciphertext: `04
        8d2d688c6cf93e1160ad04cc4429117dc2c41825e1e9fca0addd34e6f1b39f7b
        990c57520812be512641e47034832106bc7d3e8dd0e4c7f1136d7006547cec6a`,
      sharedSecret: '89afc39d41d3b327814b80940b042590f96556ec91e6ae7939bce31f3a18bf2b',
    },
  ],
  lengths: { publicKey: 65, privateKey: 32, ciphertext: 65, sharedSecret: 32, generateRandom: [48], encapsulateRandom: [48] },
  exchanges: 20,
  refused: [
    { what: 'a point beside the curve', value: `04 ${x} ${y.slice(0, -1)}d` },
    { what: 'the point in hybrid form', value: `06 ${x} ${y}` },
    { what: 'a coordinate that is not reduced', value: `04 ${'ff'.repeat(32)} ${y}` },
    { what: 'infinity', value: '00'.repeat(65) },
  ],
})
describe(ecdhBrainpoolP256r1.name, () => register(checks, it))

import { createHash, createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto'
import { keyExchangeChecks, register, type Kem } from '@seashell/conformance'
import { fromHex, seededRandom, toHex } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { curve448Sha512 as kex } from '../src/index.ts'

const vectors = [
  {
    source: 'RFC 7748 §5.2, the first of X448',
    privateKey: '3d262fddf9ec8e88495266fea19a34d28882acef045104d0d1aae121700a779c984c24f8cdd78fbff44943eba368f54b29259a4f1c600ad3',
    ciphertext: '06fce640fa3487bfda5f6cf2d5263f8aad88334cbd07437f020f08f9814dc031ddbdc38c19c6da2583fa5429db94ada18aa7a7fb4ef8a086',
    sharedSecret: 'ce3e4ff95a60dc6697da1db1d85e6afbdf79b50a2412d7546d5f239fe14fbaadeb445fc66a01b0779d98223961111e21766282f73dd96b6f',
  },
  {
    source: 'RFC 7748 §5.2, the second of X448',
    privateKey: '203d494428b8399352665ddca42f9de8fef600908e0d461cb021f8c538345dd77c3e4806e25f46d3315c44e0a5b4371282dd2c8d5be3095f',
    ciphertext: '0fbcc2f993cd56d3305b0b7d9e55d4c1a8fb5dbb52f8e9a1e9b6201b165d015894e56c4d3570bee52fe205e28a78b91cdfbde71ce8d157db',
    sharedSecret: '884a02576239ff7a2f2f63b2db6a9ff37047ac13568e1e30fe63c4a7ad1b3ee3a5700df34321d62077e63633c575c1c954514e99da7c179d',
  },
  {
    source: 'RFC 7748 §6.2, with Alice as client and Bob as server',
    clientRandom: '9a8f4925d1519f5775cf46b04b5800d4ee9ee8bae8bc5565d498c28dd9c9baf574a9419744897391006382a6f127ab1d9ac2d8c0a598726b',
    publicKey: '9b08f7cc31b7e3e67d22d5aea121074a273bd2b83de09c63faa73d2c22c5d9bbc836647241d953d40c5b12da88120d53177f80e532c41fa0',
    serverRandom: '1c306a7ac2a0e2e0990b294470cba339e6453772b075811d8fad0d1d6927c120bb5ee8972b0d3e21374c9c921b09d1b0366f10b65173992d',
    ciphertext: '3eb7a829b0cd20f5bcfc0b599b6feccf6da4627107bdb0d4f345b43027d8b972fc3e34fb4232a13ca706dcb57aec3dae07bdc1c67bf33609',
    sharedSecret: '07fff4181ac6cc95ec1c16a94a0f74d12da232ce40a77552281d282bb60c0b56fd2464c335543936521c24403085d59a449a5037514a879d',
  },
]

/** X448 by node:crypto. */
const nodeX448: Kem = {
  generate(random) {
    const privateKey = random(56)
    return { publicKey: nodePublicKey(privateKey), privateKey }
  },
  encapsulate(publicKey, random) {
    const privateKey = random(56)
    return { ciphertext: nodePublicKey(privateKey), sharedSecret: nodeAgree(privateKey, publicKey) }
  },
  decapsulate: nodeAgree,
}

/** 0, 1 and −1, of order 2 and 4 on the curve or its twist, and what is the same modulo p = 2^448 − 2^224 − 1. */
const lowOrderPoints = {
  '0': '00'.repeat(56),
  '1': '01'.padEnd(112, '0'),
  'p − 1': `fe${'ff'.repeat(27)}fe${'ff'.repeat(27)}`,
  p: `${'ff'.repeat(28)}fe${'ff'.repeat(27)}`,
  'p + 1': `${'00'.repeat(28)}${'ff'.repeat(28)}`,
}
const lengths = { publicKey: 56, privateKey: 56, ciphertext: 56, sharedSecret: 56, generateRandom: [56], encapsulateRandom: [56] }

describe(kex.name, () => {
  const refused = Object.entries(lowOrderPoints).map(([what, value]) => ({ what, value }))
  register(keyExchangeChecks(kex, { vectors, reference: nodeX448, refused, lengths, exchanges: 20 }), it)

  it('exchanges strings and hashes a number, with SHA-512 (RFC 8731 §3, §3.1)', () => {
    expect(kex).toMatchObject({ publicFormat: 'string', secretFormat: 'mpint', postQuantum: false, provider: 'noble' })
    const data = seededRandom('data')(100)
    expect(Buffer.from(kex.hash(data))).toEqual(createHash('sha512').update(data).digest())
  })

  it('gives the answer of RFC 7748 §5.2 after one iteration of X448', async () => {
    const start = fromHex('05'.padEnd(112, '0'))
    expect(toHex(await kex.decapsulate(start, start))).toBe(
      '3f482c8a9f19b01e6c46ee9711d9dc14fd4bf67af30765c2ae2b846a4d23a8cd0db897086239492caf350b51f833868b9bc2b3bca9cf4113',
    )
  })

  it('keeps zeros in front of a secret, of which it has always 56 bytes', async () => {
    // The first seed that makes such a secret, found by trying.
    const [client, server] = [seededRandom('client 38')(56), seededRandom('server')(56)]
    const expected = nodeAgree(server, nodePublicKey(client))
    expect(expected[0]).toBe(0)
    expect(toHex(await kex.decapsulate(client, nodePublicKey(server)))).toBe(toHex(expected))
  })
})

function nodePublicKey(scalar: Uint8Array): Uint8Array {
  return createPublicKey(importPrivateKey(scalar)).export({ format: 'der', type: 'spki' }).subarray(-56)
}

function nodeAgree(scalar: Uint8Array, point: Uint8Array): Uint8Array {
  const prefix = Buffer.from('3042300506032b656f033900', 'hex')
  const publicKey = createPublicKey({ key: Buffer.concat([prefix, point]), format: 'der', type: 'spki' })
  return diffieHellman({ privateKey: importPrivateKey(scalar), publicKey })
}

function importPrivateKey(scalar: Uint8Array) {
  const prefix = Buffer.from('3046020100300506032b656f043a0438', 'hex')
  return createPrivateKey({ key: Buffer.concat([prefix, scalar]), format: 'der', type: 'pkcs8' })
}

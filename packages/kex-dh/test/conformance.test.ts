import { keyExchangeChecks, register } from '@seashell/conformance'
import { bigIntToBytes } from '@seashell/core/wire'
import { describe, it } from 'vitest'
import { dhGroup14Sha256, dhGroup16Sha512, type DiffieHellmanGroup, modpGroup14, modpGroup16 } from '../src/index.ts'
import { nodeKem } from './node-diffie-hellman.ts'

describe.each([
  { kex: dhGroup14Sha256, group: modpGroup14 },
  { kex: dhGroup16Sha512, group: modpGroup16 },
])('$kex.name', ({ kex, group }) => {
  const { primeLength } = group
  const lengths = {
    publicKey: primeLength,
    privateKey: 64,
    ciphertext: primeLength,
    sharedSecret: primeLength,
    generateRandom: [64],
    encapsulateRandom: [64],
  }
  register(keyExchangeChecks(kex, { reference: nodeKem(group), refused: outOfRange(group), lengths, exchanges: 6 }), it)
})

function outOfRange({ prime }: DiffieHellmanGroup) {
  const values = { 'p−1': prime - 1n, p: prime, 'p+1': prime + 1n, '2p−1': 2n * prime - 1n, 'a number of one byte more': prime << 8n }
  return Object.entries(values).map(([what, value]) => ({ what, value: bigIntToBytes(value) }))
}

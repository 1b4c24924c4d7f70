import { keyExchangeChecks, register } from '@seashell/conformance'
import { bigIntToBytes } from '@seashell/core/wire'
import { describe, it } from 'vitest'
import {
  dhGroup14Sha256,
  dhGroup15Sha512,
  dhGroup16Sha512,
  dhGroup17Sha512,
  dhGroup18Sha512,
  type DiffieHellmanGroup,
  modpGroup14,
  modpGroup15,
  modpGroup16,
  modpGroup17,
  modpGroup18,
} from '../src/index.ts'
import { nodeKem } from './node-diffie-hellman.ts'

describe.each([
  { kex: dhGroup14Sha256, group: modpGroup14 },
  { kex: dhGroup15Sha512, group: modpGroup15 },
  { kex: dhGroup16Sha512, group: modpGroup16 },
  { kex: dhGroup17Sha512, group: modpGroup17 },
  { kex: dhGroup18Sha512, group: modpGroup18 },
])('$kex.name', ({ kex, group }) => {
  const { primeLength, exponentLength } = group
  const lengths = {
    publicKey: primeLength,
    privateKey: exponentLength,
    ciphertext: primeLength,
    sharedSecret: primeLength,
    generateRandom: [exponentLength],
    encapsulateRandom: [exponentLength],
  }
  register(
    keyExchangeChecks(kex, { reference: nodeKem(group), refused: outOfRange(group), lengths, exchanges: primeLength > 512 ? 2 : 6 }),
    it,
  )
})

function outOfRange({ prime }: DiffieHellmanGroup) {
  const values = { 'p−1': prime - 1n, p: prime, 'p+1': prime + 1n, '2p−1': 2n * prime - 1n, 'a number of one byte more': prime << 8n }
  return Object.entries(values).map(([what, value]) => ({ what, value: bigIntToBytes(value) }))
}

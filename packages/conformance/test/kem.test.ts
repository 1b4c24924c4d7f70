import { bigIntToBytes } from '@seashell/core/wire'
import { describe, expect, it } from 'vitest'
import { keyExchangeChecks, type KemEvidence } from '../src/index.ts'
import { failedChecks, failureOf } from './toys/failed-checks.ts'
import { PRIME, toyDiffieHellman, toyX25519, type DiffieHellmanFlaw, type KemFlaw, type X25519Flaw } from './toys/kem.ts'

const lengths = { publicKey: 32, privateKey: 32, ciphertext: 32, sharedSecret: 32, generateRandom: [32], encapsulateRandom: [32] }

// RFC 7748 §6.1: Alice as client, Bob as server.
const rfc7748 = {
  source: 'RFC 7748 §6.1',
  clientRandom: '77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a',
  publicKey: '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a',
  serverRandom: '5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb',
  ciphertext: 'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f',
  sharedSecret: '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742',
}

const strings: KemEvidence = {
  vectors: [rfc7748],
  refused: [{ what: 'a point of order 4', value: '01'.padEnd(64, '0') }],
  lengths,
  exchanges: 300,
}
const numbers: KemEvidence = {
  reference: toyDiffieHellman(),
  refused: [{ what: 'p−1', value: bigIntToBytes(PRIME - 1n) }],
  lengths,
}

/** Each flaw, and the check that finds it. */
const caughtBy: Record<KemFlaw, string> = {
  'the roles disagree': 'both roles come to one secret, of one length, and nothing comes twice',
  'the secret is four bytes': 'both roles come to one secret, of one length, and nothing comes twice',
  'the secret is always the same': 'both roles come to one secret, of one length, and nothing comes twice',
  'the secret is the ciphertext, hashed': 'comes to another secret with another private key',
  'the public key does not count': 'comes to another secret when any byte of the public key is another',
  'the randomness is its own': 'takes all its randomness from its argument',
  "the server's key is always the same": "the server's random bytes make its answer",
  'the random bytes stay where they are': "wipes the server's random bytes",
  'more random bytes are taken than promised': 'asks for random bytes, as many as it promises',
  'no random byte is taken': 'asks for random bytes, as many as it promises',
  'the private key is wiped after use': 'leaves its arguments as they were',
  'the public key is wiped after use': 'leaves its arguments as they were',
  'the public key shares memory with the private key': 'what it hands out shares no memory, for core wipes the secrets',
  'refusals are plain Errors': 'refuses ',
  'refusals blame the caller': 'refuses ',
  'the whole buffer is used': "reads values at every address, and in arrays whose slices are views, like Node's Buffer",
  'the hash wipes what it hashes': 'the hash gives as many bytes for any input, and changes nothing',
  'hostile values are accepted': 'refuses ',
}

const x25519CaughtBy: Record<X25519Flaw, string> = {
  ...withRefusal('refuses a point of order 4'),
  'lengths are not told': 'refuses public values of another length, and tells both',
  'any length is cut to 32 bytes': 'refuses public values of another length, and tells both',
  'zeros in front are dropped': 'both roles come to one secret, of one length, and nothing comes twice',
}

const diffieHellmanCaughtBy: Record<DiffieHellmanFlaw, string> = {
  ...withRefusal('refuses p−1'),
  '0 and 1 are accepted': 'refuses 0, 1 and numbers that are too long',
  'numbers may be longer than p': 'refuses 0, 1 and numbers that are too long',
  'a number must have its zeros': 'zeros in front of a number do not count',
}

function withRefusal(name: string): Record<KemFlaw, string> {
  return Object.fromEntries(Object.entries(caughtBy).map(([flaw, check]) => [flaw, check === 'refuses ' ? name : check])) as typeof caughtBy
}

describe('a key encapsulation that is right', () => {
  it('passes every check, its public values being strings', async () => {
    expect(await failedChecks(keyExchangeChecks(toyX25519(), strings))).toEqual(new Map())
  })

  it('passes every check, its public values being numbers', async () => {
    expect(await failedChecks(keyExchangeChecks(toyDiffieHellman(), numbers))).toEqual(new Map())
  })

  it('fails with a vector that is wrong, or that proves nothing', async () => {
    const { clientRandom, publicKey, serverRandom, ...rest } = rfc7748
    const vectors = [
      { ...rfc7748, source: 'a wrong secret', sharedSecret: '00'.repeat(32) },
      { ...rfc7748, source: 'a wrong public key', publicKey: rfc7748.ciphertext },
      { ...rest, source: 'nothing to begin with' },
      { ...rest, source: "the server's side", publicKey, serverRandom },
      { ...rest, source: "the client's side", privateKey: clientRandom },
    ]
    const failed = await failedChecks(keyExchangeChecks(toyX25519(), { ...strings, vectors }))
    expect([...failed.keys()]).toEqual([
      'gives the answer of a wrong secret',
      'gives the answer of a wrong public key',
      'gives the answer of nothing to begin with',
    ])
  })

  it('fails where nobody has thought of hostile values', async () => {
    const { refused: _, ...rest } = strings
    expect([...(await failedChecks(keyExchangeChecks(toyX25519(), rest))).keys()]).toEqual(['has hostile public values to refuse'])
    const names = keyExchangeChecks(toyX25519(), { ...rest, refused: 'a toy' }).map(({ name }) => name)
    expect(names).toContain('has no hostile public values to refuse: a toy')
  })
})

describe('a key encapsulation with strings of which', () => {
  it.each(Object.entries(x25519CaughtBy))('%s: "%s"', async (flaw, check) => {
    expect(await failureOf(keyExchangeChecks(toyX25519(flaw as X25519Flaw), strings), check)).toBeInstanceOf(Error)
  })
})

describe('a key encapsulation with numbers of which', () => {
  it.each(Object.entries(diffieHellmanCaughtBy))('%s: "%s"', async (flaw, check) => {
    expect(await failureOf(keyExchangeChecks(toyDiffieHellman(flaw as DiffieHellmanFlaw), numbers), check)).toBeInstanceOf(Error)
  })
})

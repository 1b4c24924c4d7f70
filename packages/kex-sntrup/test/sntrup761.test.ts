import { createHash } from 'node:crypto'
import { nistDrbg, seededRandom, toHex } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { ciphertextLength, decapsulate, encapsulate, generate, privateKeyLength, publicKeyLength } from '../src/sntrup761.ts'

/** Random bytes of which NIST makes the seeds of known answers, 48 for each. */
const seeds = () => nistDrbg(Uint8Array.from({ length: 48 }, (_, index) => index))

describe('sntrup761', () => {
  // The known answers of the NIST submission are files of hundreds of kilobytes. Their SHA-256 is in PQClean's crypto_kem/sntrup761/META.yml,
  // `nistkat-sha256`, and in liboqs's tests/KATs/kem/kats.json, `single` and `all`.
  it.each([
    { entries: 1, digest: 'afc42c3a5b10f4ef69654250097ebda9b9564570f4086744b24a6daf2bd1f89a' },
    { entries: 100, digest: '36e1e53d4e6e295e8fb804449958ad9a3719aa350e91933c65791b9117382d57' },
  ])('makes the keys, ciphertexts and secrets of the NIST submission: $entries', { timeout: 120_000 }, ({ entries, digest }) => {
    const nextSeed = seeds()
    const answers = Array.from({ length: entries }, (_, index) => knownAnswer(index, nextSeed(48)))
    expect(createHash('sha256').update(answers.join('\n')).digest('hex')).toBe(digest)
  })

  it('has the lengths of RFC 9941', () => {
    expect([publicKeyLength, privateKeyLength, ciphertextLength]).toEqual([1158, 1763, 1039])
  })
})

describe('a ciphertext that was not made for the key', () => {
  const { publicKey, privateKey } = generate(nistDrbg(seeds()(48)))
  const { ciphertext, sharedSecret } = encapsulate(publicKey, seededRandom('server'))

  it('gives another secret, the same each time, whichever byte is wrong', () => {
    const secrets = new Set([toHex(sharedSecret)])
    const wrong = Array.from({ length: 80 }, (_, index) => ciphertext.with(index * 13, ciphertext[index * 13]! ^ (1 << (index % 8))))
    for (const other of wrong) secrets.add(toHex(decapsulate(privateKey, other)))
    expect(secrets.size).toBe(81)
    expect(toHex(decapsulate(privateKey, wrong[5]!))).toBe([...secrets][6])
  })

  // The NIST submission: Hash_0(Hash_3(rho) ‖ ciphertext), each hash half of SHA-512 with its number in front.
  it.each([
    ['with a wrong confirmation', ciphertext.with(1038, ciphertext[1038]! ^ 0x80)],
    ['with a wrong coefficient', ciphertext.with(0, ciphertext[0]! ^ 1)],
    ['of zeros', new Uint8Array(1039)],
    ['of ones', new Uint8Array(1039).fill(0xff)],
  ])('gives the hash of the ciphertext and of what the private key has in store: %s', (_, other) => {
    const substitute = privateKey.subarray(191 + 191 + 1158, 191 + 191 + 1158 + 191)
    expect(toHex(decapsulate(privateKey, other))).toBe(toHex(hash(0, hash(3, substitute), other)))
  })

  it('gives what no other key gives', () => {
    const other = generate(seededRandom('another client'))
    expect(toHex(decapsulate(other.privateKey, ciphertext))).not.toBe(toHex(sharedSecret))
  })
})

it('takes any 1158 bytes for a public key', () => {
  for (const publicKey of [new Uint8Array(1158), new Uint8Array(1158).fill(0xff), seededRandom('noise')(1158)]) {
    expect(encapsulate(publicKey, seededRandom('server')).ciphertext).toHaveLength(1039)
  }
})

it('chooses again where a polynomial has no reciprocal modulo 3', () => {
  const random = seededRandom('again')
  let calls = 0
  const zeroFirst = (length: number) => (calls++ === 0 ? bytesOfZero() : random(length))
  const { publicKey, privateKey } = generate(zeroFirst)
  const { ciphertext, sharedSecret } = encapsulate(publicKey, seededRandom('server'))
  expect(calls).toBe(4)
  expect(toHex(decapsulate(privateKey, ciphertext))).toBe(toHex(sharedSecret))
})

/** Random bytes of which the polynomial 0 is made: numbers whose lower thirty bits are in the second third of all. */
function bytesOfZero(): Uint8Array {
  return new Uint8Array(new Int32Array(761).fill(0x2000_0000).buffer)
}

/** An entry as NIST's programs print it. */
function knownAnswer(count: number, seed: Uint8Array): string {
  const random = nistDrbg(seed)
  const { publicKey, privateKey } = generate(random)
  const { ciphertext, sharedSecret } = encapsulate(publicKey, random)
  expect(toHex(decapsulate(privateKey, ciphertext))).toBe(toHex(sharedSecret))
  const fields = Object.entries({ seed, pk: publicKey, sk: privateKey, ct: ciphertext, ss: sharedSecret })
  const lines = [`count = ${count}`, ...fields.map(([name, bytes]) => `${name} = ${toHex(bytes).toUpperCase()}`)]
  return `${lines.join('\n')}\n`
}

/** Half of SHA-512, a number in front. */
function hash(prefix: number, ...parts: readonly Uint8Array[]): Buffer {
  const input = Buffer.concat([Uint8Array.of(prefix), ...parts])
  return createHash('sha512').update(input).digest().subarray(0, 32)
}

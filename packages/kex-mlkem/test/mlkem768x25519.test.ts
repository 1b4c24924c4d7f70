import { createHash } from 'node:crypto'
import { concatBytes } from '@seashell/core/wire'
import {
  attempt,
  exchange,
  fromHex,
  kexRefusal,
  nodeX25519Agree,
  nodeX25519PublicKey,
  seededRandom,
  toHex,
  wycheproof,
} from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { mlkem768x25519Sha256 as kex } from '../src/index.ts'
import { mlkem768 } from '../src/mlkem.ts'

describe('mlkem768x25519-sha256 beside its halves', () => {
  // X25519 and SHA-256 by node:crypto, ML-KEM by the functions that mlkem768.test.ts holds against Go and Project Wycheproof.
  it('puts ML-KEM first everywhere, and hashes K_PQ ‖ K_CL (RFC 10042 §2.1, §2.4)', async () => {
    for (let round = 0; round < 10; round++) {
      const [seed, message] = [seededRandom(`seed ${round}`)(64), seededRandom(`message ${round}`)(32)]
      const [c, s] = [seededRandom(`c ${round}`)(32), seededRandom(`s ${round}`)(32)]
      const result = await exchange(kex, sequence(seed, c), sequence(message, s))
      const { encapsulationKey, decapsulationKey } = mlkem768.generate(sequence(seed))
      const { ciphertext, sharedSecret } = mlkem768.encapsulate(encapsulationKey, sequence(message))
      expect(toHex(result.publicKey)).toBe(toHex(encapsulationKey) + toHex(nodeX25519PublicKey(c)))
      expect(toHex(result.privateKey)).toBe(toHex(decapsulationKey) + toHex(c))
      expect(toHex(result.ciphertext)).toBe(toHex(ciphertext) + toHex(nodeX25519PublicKey(s)))
      const expected = combined(sharedSecret, nodeX25519Agree(c, nodeX25519PublicKey(s)))
      expect(toHex(result.sharedSecret)).toBe(expected)
      expect(toHex(result.decapsulated)).toBe(expected)
    }
  })

  // The first seeds that make such secrets, found by trying: zero begins K_PQ in round 305, K_CL in round 31.
  it.each([
    { round: 305, half: 0 },
    { round: 31, half: 1 },
  ])('keeps zeros in front of either secret: round $round', async ({ round, half }) => {
    const [seed, c] = [seededRandom('seed')(64), seededRandom('c')(32)]
    const [message, s] = [seededRandom(`message ${round}`)(32), seededRandom(`s ${round}`)(32)]
    const { encapsulationKey } = mlkem768.generate(sequence(seed))
    const postQuantum = mlkem768.encapsulate(encapsulationKey, sequence(message)).sharedSecret
    const classical = nodeX25519Agree(c, nodeX25519PublicKey(s))
    expect([postQuantum, classical][half]![0]).toBe(0)
    const result = await exchange(kex, sequence(seed, c), sequence(message, s))
    expect(toHex(result.sharedSecret)).toBe(combined(postQuantum, classical))
    expect(toHex(result.decapsulated)).toBe(combined(postQuantum, classical))
  })
})

const decapsulations = wycheproof<object, { seed: string; c: string; K: string }>('mlkem_768_test.json')
if (decapsulations !== undefined) {
  it('decapsulates as Project Wycheproof does, wrong lengths of ciphertext refused', async () => {
    const [c, peer] = [seededRandom('c')(32), nodeX25519PublicKey(seededRandom('s')(32))]
    const classical = nodeX25519Agree(c, peer)
    let refused = 0
    for (const { tests } of decapsulations.testGroups) {
      for (const { tcId, result, seed, c: ciphertext, K } of tests) {
        if (fromHex(seed).length !== 64) continue
        const { privateKey } = await kex.generate(sequence(fromHex(seed), c))
        const secret = attempt(() => kex.decapsulate(privateKey, concatBytes(fromHex(ciphertext), peer)))
        if (result === 'valid') expect(toHex(await secret), `case ${tcId}`).toBe(combined(fromHex(K), classical))
        else await expect(secret, `case ${tcId}`).rejects.toMatchObject(kexRefusal)
        refused += result === 'valid' ? 0 : 1
      }
    }
    expect(refused).toBe(20)
  })
}

const encapsulations = wycheproof<object, { m: string; ek: string; c: string; K: string }>('mlkem_768_encaps_test.json')
if (encapsulations !== undefined) {
  it('encapsulates as Project Wycheproof does, wrong lengths of key and keys that are not reduced refused', async () => {
    const [c, s] = [seededRandom('c')(32), seededRandom('s')(32)]
    const classical = nodeX25519Agree(c, nodeX25519PublicKey(s))
    for (const { tests } of encapsulations.testGroups) {
      for (const { tcId, result, m, ek, c: ciphertext, K } of tests) {
        const server = attempt(() => kex.encapsulate(concatBytes(fromHex(ek), nodeX25519PublicKey(c)), sequence(fromHex(m), s)))
        if (result === 'valid') {
          expect(toHex((await server).ciphertext), `case ${tcId}`).toBe(ciphertext + toHex(nodeX25519PublicKey(s)))
          expect(toHex((await server).sharedSecret), `case ${tcId}`).toBe(combined(fromHex(K), classical))
        } else {
          await expect(server, `case ${tcId}`).rejects.toMatchObject(kexRefusal)
        }
      }
    }
  })
}

describe('mlkem768x25519-sha256 refuses', () => {
  it.each([0, 1, 32, 1184, 1215, 1217, 1120])('a C_INIT of %i bytes', async (length) => {
    const init = new Uint8Array(length)
    const message = `expected C_INIT of 1216 bytes (RFC 10042 §2.1); got ${length}`
    await expect(attempt(() => kex.encapsulate(init, seededRandom('s')))).rejects.toMatchObject({ ...kexRefusal, message })
  })

  it.each([0, 1, 32, 1088, 1119, 1121, 1216])('an S_REPLY of %i bytes', async (length) => {
    const { privateKey } = await kex.generate(seededRandom('c'))
    const message = `expected S_REPLY of 1120 bytes (RFC 10042 §2.1); got ${length}`
    await expect(attempt(() => kex.decapsulate(privateKey, new Uint8Array(length)))).rejects.toMatchObject({ ...kexRefusal, message })
  })

  it('the X25519 key first, as others have it', async () => {
    const { publicKey } = await kex.generate(seededRandom('c'))
    const swapped = concatBytes(publicKey.subarray(1184), publicKey.subarray(0, 1184))
    await expect(attempt(() => kex.encapsulate(swapped, seededRandom('s')))).rejects.toMatchObject(kexRefusal)
  })

  // All zeros, one, and a point of order 8 (RFC 8731 §3).
  it.each([
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000000',
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  ])('an X25519 point of low order in either role: %s', async (point) => {
    const { publicKey, privateKey } = await kex.generate(seededRandom('c'))
    const { ciphertext } = await kex.encapsulate(publicKey, seededRandom('s'))
    publicKey.set(fromHex(point), 1184)
    ciphertext.set(fromHex(point), 1088)
    await expect(attempt(() => kex.encapsulate(publicKey, seededRandom('s')))).rejects.toMatchObject(kexRefusal)
    await expect(attempt(() => kex.decapsulate(privateKey, ciphertext))).rejects.toMatchObject(kexRefusal)
  })

  it('a private key of another length, which is the mistake of the caller', async () => {
    const { publicKey, privateKey } = await kex.generate(seededRandom('c'))
    const { ciphertext } = await kex.encapsulate(publicKey, seededRandom('s'))
    const call = () => kex.decapsulate(privateKey.subarray(1), ciphertext)
    await expect(attempt(call)).rejects.toMatchObject({ code: 'ARGUMENT', fault: 'caller' })
  })
})

/** A random source that gives out these, in order, each whole. */
function sequence(...parts: readonly Uint8Array[]): (length: number) => Uint8Array {
  const left = parts.map((part) => part.slice())
  return (length) => {
    const part = left.shift()
    if (part?.length !== length) throw new Error(`asked for ${length} bytes where ${part?.length ?? 'none'} were to come`)
    return part
  }
}

/** K = SHA-256(K_PQ ‖ K_CL), in hexadecimal. */
function combined(postQuantum: Uint8Array, classical: Uint8Array): string {
  return createHash('sha256').update(postQuantum).update(classical).digest('hex')
}

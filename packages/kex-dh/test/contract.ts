import type { KemKeyExchangeDefinition, Random } from '@seashell/core'
import { seededRandom, toHex } from '@seashell/testing'
import { describe, expect, it } from 'vitest'

/** What every error about a peer's public value has in common. */
export const refusal = { name: 'SSHError', code: 'KEY_EXCHANGE', fault: 'peer', reason: 3 }

/** One exchange of a client and a server, each with randomness of its own, and all it left behind. */
export async function exchange(kex: KemKeyExchangeDefinition, client: Random, server: Random) {
  const { publicKey, privateKey } = await kex.generate(client)
  const { ciphertext, sharedSecret } = await kex.encapsulate(publicKey, server)
  const decapsulated = await kex.decapsulate(privateKey, ciphertext)
  return { publicKey, privateKey, ciphertext, sharedSecret, decapsulated }
}

/** The lengths of a method, in bytes. */
export interface Lengths {
  readonly publicKey: number
  readonly privateKey: number
  readonly ciphertext: number
  readonly sharedSecret: number
  /** What `generate` asks of its random source, in order. */
  readonly generateRandom: readonly number[]
  /** What `encapsulate` asks of its random source, in order. */
  readonly encapsulateRandom: readonly number[]
}

/** Registers the tests that every key encapsulation has to pass, whatever it computes. */
export function testContract(kex: KemKeyExchangeDefinition, lengths: Lengths): void {
  describe(`${kex.name} keeps the contract of key encapsulation`, () => {
    it('is a frozen definition', () => {
      expect(Object.isFrozen(kex)).toBe(true)
      expect(kex).toMatchObject({ kind: 'key-exchange', shape: 'kem', apiVersion: 1 })
      expect(kex).not.toHaveProperty('insecure')
    })

    it('gives both roles one secret, of the documented lengths, and no part of it twice', async () => {
      const seen = new Set<string>()
      for (let round = 0; round < 6; round++) {
        const result = await exchange(kex, seededRandom(`client ${round}`), seededRandom(`server ${round}`))
        expect(toHex(result.decapsulated)).toBe(toHex(result.sharedSecret))
        expect(result.publicKey).toHaveLength(lengths.publicKey)
        expect(result.privateKey).toHaveLength(lengths.privateKey)
        expect(result.ciphertext).toHaveLength(lengths.ciphertext)
        expect(result.sharedSecret).toHaveLength(lengths.sharedSecret)
        for (const bytes of [result.publicKey, result.privateKey, result.ciphertext, result.sharedSecret]) seen.add(toHex(bytes))
      }
      expect(seen.size).toBe(6 * 4)
    })

    it('takes all its randomness from its argument: same bytes in, same bytes out', async () => {
      const first = await exchange(kex, seededRandom('c'), seededRandom('s'))
      const again = await exchange(kex, seededRandom('c'), seededRandom('s'))
      const otherServer = await exchange(kex, seededRandom('c'), seededRandom('t'))
      expect(again).toEqual(first)
      expect(otherServer.publicKey).toEqual(first.publicKey)
      expect(otherServer.ciphertext).not.toEqual(first.ciphertext)
      expect(otherServer.sharedSecret).not.toEqual(first.sharedSecret)
    })

    it('asks for as many random bytes as documented, no more', async () => {
      const asked: [client: number[], server: number[]] = [[], []]
      await exchange(kex, counting('c', asked[0]), counting('s', asked[1]))
      expect(asked).toEqual([lengths.generateRandom, lengths.encapsulateRandom])
    })

    it('wipes the random bytes that the server used', async () => {
      const { publicKey } = await kex.generate(seededRandom('c'))
      const [random, handedOut]: [Random, Uint8Array[]] = [seededRandom('s'), []]
      await kex.encapsulate(publicKey, (length) => {
        handedOut.push(random(length))
        return handedOut.at(-1)!
      })
      expect(handedOut.every((bytes) => bytes.every((byte) => byte === 0))).toBe(true)
    })

    it('leaves its arguments as they were, and hands out arrays that do not share memory with them', async () => {
      const { publicKey, privateKey } = await kex.generate(seededRandom('c'))
      const before = [toHex(publicKey), toHex(privateKey)]
      const { ciphertext, sharedSecret } = await kex.encapsulate(publicKey, seededRandom('s'))
      const received = toHex(ciphertext)
      const decapsulated = await kex.decapsulate(privateKey, ciphertext)
      expect([toHex(publicKey), toHex(privateKey)]).toEqual(before)
      expect(toHex(ciphertext)).toBe(received)
      // Core wipes secrets that it holds; neither a key nor the other's copy may change with them.
      sharedSecret.fill(0)
      privateKey.fill(0)
      expect(toHex(publicKey)).toBe(before[0])
      expect(toHex(ciphertext)).toBe(received)
      expect(decapsulated.some((byte) => byte !== 0)).toBe(true)
    })

    it('reads arguments at any offset of their buffers', async () => {
      const expected = await exchange(kex, seededRandom('c'), seededRandom('s'))
      const { ciphertext, sharedSecret } = await kex.encapsulate(shifted(expected.publicKey), seededRandom('s'))
      expect(ciphertext).toEqual(expected.ciphertext)
      expect(sharedSecret).toEqual(expected.sharedSecret)
      expect(await kex.decapsulate(shifted(expected.privateKey), shifted(ciphertext))).toEqual(sharedSecret)
    })
  })
}

/** What a call did, whether it threw or returned a promise. */
export async function attempt<T>(call: () => T | PromiseLike<T>): Promise<T> {
  return await call()
}

/** A random source that notes what it is asked for. */
function counting(seed: string, asked: number[]): Random {
  const random = seededRandom(seed)
  return (length) => {
    asked.push(length)
    return random(length)
  }
}

/** The same bytes, in the midst of a longer buffer. */
function shifted(bytes: Uint8Array): Uint8Array {
  const buffer = new Uint8Array(bytes.length + 5).fill(0xee)
  buffer.set(bytes, 3)
  return buffer.subarray(3, 3 + bytes.length)
}

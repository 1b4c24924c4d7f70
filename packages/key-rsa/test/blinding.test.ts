import { randomBytes } from 'node:crypto'
import { rsaSha2_512 } from '@seashell/key-rsa'
import { expect, it, vi } from 'vitest'

/** Every base that was raised to an exponent, and what it was raised modulo. */
const raised = vi.hoisted((): { base: bigint; exponent: bigint; modulus: bigint }[] => [])

vi.mock(import('@noble/curves/abstract/modular.js'), async (original) => {
  const modular = await original()
  return {
    ...modular,
    pow(base, exponent, modulus) {
      raised.push({ base, exponent, modulus })
      return modular.pow(base, exponent, modulus)
    },
  }
})

const e = 65_537n

it('what is raised to the private exponents is not the message, nor the same for two messages or two keys', async () => {
  const operations = rsaSha2_512.privateKeys!
  const bases: bigint[] = []
  for (let key = 0; key < 2; key++) {
    const { privateKey } = await operations.generate((length) => new Uint8Array(randomBytes(length)), { bits: 2048 })
    for (const message of ['one', 'another']) {
      raised.length = 0
      await operations.sign(privateKey, new TextEncoder().encode(message))
      // The result is checked with the public exponent: what comes of that is the message.
      const check = raised.find(({ exponent }, index) => exponent === e && index > 0)!
      const padded = power(check.base, e, check.modulus)
      const secret = raised.filter(({ exponent }) => exponent !== e)
      expect(secret.map(({ modulus }) => modulus.toString(2).length)).toEqual([1024, 1024])
      for (const { base, modulus } of secret) {
        expect(base % modulus).not.toBe(padded % modulus)
        bases.push(base % modulus)
      }
    }
  }
  expect(new Set(bases).size).toBe(8)
})

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, base % modulus]
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

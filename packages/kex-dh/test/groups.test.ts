import { getDiffieHellman } from 'node:crypto'
import { bigIntToBytes } from '@seashell/core/wire'
import { toHex } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { modpGroup14, modpGroup15, modpGroup16, modpGroup17, modpGroup18 } from '../src/index.ts'

describe.each([
  // RFC 3526 §3 to §7 give each prime a second time, as a formula.
  { group: modpGroup14, name: 'modp14', bits: 2048n, offset: 124476n },
  { group: modpGroup15, name: 'modp15', bits: 3072n, offset: 1690314n },
  { group: modpGroup16, name: 'modp16', bits: 4096n, offset: 240904n },
  { group: modpGroup17, name: 'modp17', bits: 6144n, offset: 929484n },
  { group: modpGroup18, name: 'modp18', bits: 8192n, offset: 4743158n },
])('$name', ({ group, name, bits, offset }) => {
  it('has the prime of the formula 2^n − 2^(n−64) − 1 + 2^64·(⌊2^(n−130)·π⌋ + offset)', () => {
    const formula = 2n ** bits - 2n ** (bits - 64n) - 1n + 2n ** 64n * (piTimesPowerOfTwo(bits - 130n) + offset)
    expect(group.prime).toBe(formula)
  })

  it('has prime and generator of node:crypto', () => {
    const theirs = getDiffieHellman(name)
    expect(toHex(bigIntToBytes(group.prime, group.primeLength))).toBe(theirs.getPrime('hex'))
    expect(group.generator).toBe(BigInt(`0x${theirs.getGenerator('hex')}`))
  })

  it('is frozen', () => {
    expect(Object.isFrozen(group)).toBe(true)
  })
})

/** ⌊2^exponent·π⌋, by Machin's formula: π = 16·arctan(1/5) − 4·arctan(1/239). */
function piTimesPowerOfTwo(exponent: bigint): bigint {
  const guard = 64n
  const one = 1n << (exponent + guard)
  const arctanOfInverse = (x: bigint) => {
    let sum = 0n
    for (let power = one / x, n = 1n, sign = 1n; power > 0n; power /= x * x, n += 2n, sign = -sign) sum += (sign * power) / n
    return sum
  }
  return (16n * arctanOfInverse(5n) - 4n * arctanOfInverse(239n)) >> guard
}

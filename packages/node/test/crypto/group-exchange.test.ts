// Group exchange on node:crypto beside the portable one, byte for byte, and what it refuses.
import { keyExchangeChecks, register, type RefusedMessage } from '@seashell/conformance'
import { bigIntToBytes, WireWriter } from '@seashell/core/wire'
import { dhGroupExchangeOver, dhGroupExchangeSha256, modpGroup14, modpGroup15, modpGroup18 } from '@seashell/kex-dh'
import { seededRandom } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { nodeGroupArithmetic } from '../../src/index.ts'

const definition = dhGroupExchangeOver(nodeGroupArithmetic)

function mpints(...numbers: bigint[]): Uint8Array {
  const writer = new WireWriter()
  for (const number of numbers) writer.writeMpint(bigIntToBytes(number))
  return writer.finish()
}

const p = modpGroup14.prime
const refused: RefusedMessage[] = [
  { what: 'a group of 2047 bits', number: 31, payload: mpints(2n ** 2046n + 1n, 2n) },
  { what: 'a group of 8193 bits', number: 31, payload: mpints(2n ** 8192n + 1n, 2n) },
  { what: 'a modulus that is even', number: 31, payload: mpints(p - 1n, 2n) },
  ...[0n, 1n, p - 1n].map((generator) => ({ what: `the generator ${generator}`, number: 31, payload: mpints(p, generator) })),
  ...[0n, 1n, modpGroup15.prime - 1n, modpGroup15.prime].map((value) => ({
    what: `the client's public value ${value}`,
    number: 32,
    payload: mpints(value),
  })),
]

describe('diffie-hellman-group-exchange-sha256 on node:crypto', () => {
  // The messages are kex-dh's, whose tests change every byte of them and cut them everywhere.
  const ofMessages = new Set(['any byte changed on the way is noticed', 'refuses messages that are cut short'])
  const checks = keyExchangeChecks(definition, { reference: dhGroupExchangeSha256, refused, exchanges: 1 })
  register(
    checks.filter(({ name }) => !ofMessages.has(name)),
    it,
  )

  it('says who computes it', () => {
    expect(definition).toMatchObject({ name: dhGroupExchangeSha256.name, provider: 'node:crypto' })
  })
})

/** Square and multiply, as one learns it. */
function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  for (const bit of exponent.toString(2)) result = (((result * result) % modulus) * (bit === '1' ? base : 1n)) % modulus
  return result
}

describe('nodeGroupArithmetic', () => {
  const random = seededRandom('group arithmetic')
  const exponentOf = (length: number): Uint8Array => random(length).map((byte, index) => (index === 0 ? byte | 0x80 : byte))
  const groups = [
    ['group 14', modpGroup14.prime, 2n],
    ['group 14 with another generator', modpGroup14.prime, 5n],
    ['group 18', modpGroup18.prime, 2n],
    ['an odd number that is no prime', 3n ** 1300n, 2n],
  ] as const

  it.each(groups)('agrees with textbook arithmetic in %s', async (_what, prime, generator) => {
    const exponent = exponentOf(64)
    const before = exponent.slice()
    const bases = [generator, 7n ** 700n % prime, prime - 2n]
    const number = BigInt(`0x${Buffer.from(exponent).toString('hex')}`)
    for (const base of bases) {
      expect(await nodeGroupArithmetic.power(base, exponent, { prime })).toBe(power(base, number, prime))
    }
    expect(exponent).toEqual(before)
  })

  it('gives short results no other value', async () => {
    expect(await nodeGroupArithmetic.power(2n, Uint8Array.of(0x80), modpGroup14)).toBe(2n ** 128n)
  })

  it('refuses what leads to no secret: the peer’s group or value is to blame', async () => {
    const { prime } = modpGroup14
    // Minus one has order two: an even exponent leads to 1.
    const exponent = exponentOf(64)
    exponent[63]! &= 0xfe
    await expect(nodeGroupArithmetic.power(prime - 1n, exponent, { prime })).rejects.toMatchObject({
      code: 'KEY_EXCHANGE',
      fault: 'peer',
    })
    await expect(nodeGroupArithmetic.power(2n, exponent, { prime: prime - 1n })).rejects.toMatchObject({ fault: 'peer' })
  })

  it('lets the event loop go on meanwhile', async () => {
    let turns = 0
    const timer = setInterval(() => turns++, 0)
    await nodeGroupArithmetic.power(2n, exponentOf(80), modpGroup18)
    clearInterval(timer)
    expect(turns).toBeGreaterThan(0)
  })
})

import { createHash } from 'node:crypto'
import { sha384 } from '@noble/hashes/sha2.js'
import { seededRandom } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { defineDiffieHellman, dhKeyExchanges, modpGroup14 } from '../src/index.ts'

const hashes = ['sha512', 'sha512', 'sha512', 'sha512', 'sha256']

describe('the definitions', () => {
  it('are listed most preferred first, in a frozen list', () => {
    expect(dhKeyExchanges.map(({ name }) => name)).toEqual([
      'diffie-hellman-group16-sha512',
      'diffie-hellman-group18-sha512',
      'diffie-hellman-group17-sha512',
      'diffie-hellman-group15-sha512',
      'diffie-hellman-group14-sha256',
    ])
    expect(Object.isFrozen(dhKeyExchanges)).toBe(true)
  })

  it.each(hashes.map((hash, index) => ({ kex: dhKeyExchanges[index]!, hash })))(
    '$kex.name exchanges and hashes numbers, with $hash (RFC 4253 §8, RFC 8268 §3)',
    ({ kex, hash }) => {
      expect(kex).toMatchObject({ publicFormat: 'mpint', secretFormat: 'mpint', postQuantum: false, provider: 'bigint' })
      const data = seededRandom('data')(100)
      expect(Buffer.from(kex.hash(data))).toEqual(createHash(hash).update(data).digest())
    },
  )

  it('can be more: any group, any hash, and a reason not to use them', () => {
    const kex = defineDiffieHellman({ name: 'weak@example.com', group: modpGroup14, hash: sha384, insecure: 'For tests.' })
    expect(kex).toMatchObject({ name: 'weak@example.com', hash: sha384, insecure: 'For tests.', provider: 'bigint' })
    expect(Object.isFrozen(kex)).toBe(true)
  })
})

import { createHash } from 'node:crypto'
import { seededRandom } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { ecdhKeyExchanges } from '../src/index.ts'

const sizes = [
  { coordinateLength: 32, seedLength: 48, hash: 'sha256' },
  { coordinateLength: 48, seedLength: 72, hash: 'sha384' },
  { coordinateLength: 66, seedLength: 99, hash: 'sha512' },
]

describe('the definitions', () => {
  it('are listed most preferred first, in a frozen list', () => {
    expect(ecdhKeyExchanges.map(({ name }) => name)).toEqual(['ecdh-sha2-nistp256', 'ecdh-sha2-nistp384', 'ecdh-sha2-nistp521'])
    expect(Object.isFrozen(ecdhKeyExchanges)).toBe(true)
  })

  it.each(sizes.map(({ hash }, index) => ({ kex: ecdhKeyExchanges[index]!, hash })))(
    '$kex.name exchanges strings, hashes a number, and hashes with $hash (RFC 5656 §4, §6.2.1)',
    ({ kex, hash }) => {
      expect(kex).toMatchObject({ publicFormat: 'string', secretFormat: 'mpint', postQuantum: false, provider: 'noble' })
      const data = seededRandom('data')(100)
      expect(Buffer.from(kex.hash(data))).toEqual(createHash(hash).update(data).digest())
    },
  )
})

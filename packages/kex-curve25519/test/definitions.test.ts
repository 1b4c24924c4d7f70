import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { curve25519KeyExchanges, curve25519Sha256, curve25519Sha256LibSSH } from '../src/index.ts'
import { exchange, seededRandom } from '@seashell/test-support'

describe('the definitions', () => {
  it('are listed most preferred first, in a frozen list', () => {
    expect(curve25519KeyExchanges.map(({ name }) => name)).toEqual(['curve25519-sha256', 'curve25519-sha256@libssh.org'])
    expect(Object.isFrozen(curve25519KeyExchanges)).toBe(true)
  })

  it.each(curve25519KeyExchanges)('$name exchanges strings and hashes a number with SHA-256 (RFC 8731 §3, §3.1)', (kex) => {
    expect(kex).toMatchObject({ publicFormat: 'string', secretFormat: 'mpint', postQuantum: false, provider: 'noble' })
    const data = seededRandom('data')(100)
    expect(Buffer.from(kex.hash(data))).toEqual(createHash('sha256').update(data).digest())
  })

  it('compute the same under both names', async () => {
    const one = await exchange(curve25519Sha256, seededRandom('c'), seededRandom('s'))
    expect(await exchange(curve25519Sha256LibSSH, seededRandom('c'), seededRandom('s'))).toEqual(one)
  })
})

import { createHash } from 'node:crypto'
import { seededRandom } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { mlkem768x25519Sha256 as kex, mlkemKeyExchanges } from '../src/index.ts'

describe('the definitions', () => {
  it('are listed most preferred first, in a frozen list', () => {
    expect(mlkemKeyExchanges.map(({ name }) => name)).toEqual([
      'mlkem768x25519-sha256',
      'mlkem768nistp256-sha256',
      'mlkem1024nistp384-sha384',
    ])
    expect(Object.isFrozen(mlkemKeyExchanges)).toBe(true)
  })

  it('mlkem768x25519-sha256 exchanges and hashes strings, with SHA-256 (RFC 10042 §2.3, §2.4)', () => {
    expect(kex).toMatchObject({
      name: 'mlkem768x25519-sha256',
      publicFormat: 'string',
      secretFormat: 'string',
      postQuantum: true,
      provider: 'noble',
    })
    const data = seededRandom('data')(100)
    expect(Buffer.from(kex.hash(data))).toEqual(createHash('sha256').update(data).digest())
  })
})

import { AlgorithmRegistry } from '@seashell/core'
import { compatible } from '@seashell/presets'
import { describe, expect, it } from 'vitest'
import { defaultAlgorithms } from '../src/index.ts'

const lists = ['ciphers', 'macs', 'keyExchanges', 'publicKeys', 'compressions'] as const

describe('the algorithms where nobody chooses', () => {
  it('are those of the preset compatible, in its order', () => {
    const [ours, preset] = [defaultAlgorithms(), new AlgorithmRegistry(compatible)]
    for (const list of lists) expect(ours[list].names).toEqual(preset[list].names)
  })

  it('are computed by node:crypto, but for what Node 20 has not, or not synchronously', () => {
    const algorithms = defaultAlgorithms()
    const rest = lists.flatMap((list) => [...algorithms[list]].filter(({ provider }) => provider !== 'node:crypto'))
    expect(rest.map(({ name }) => name)).toEqual(['none', 'none', 'mlkem768x25519-sha256', 'none', 'zlib@openssh.com', 'zlib'])
  })
})

import { type AlgorithmDefinition, AlgorithmRegistry } from '@seashell/core'
import { describe, expect, it } from 'vitest'
import { nodeCrypto } from '../../src/index.ts'
import { nodeDefinition, portable } from './portable.ts'

/** Everything about a definition that is a number, a name or a yes or no: all but what it does and where that comes from. */
function promises(definition: AlgorithmDefinition): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries({ ...definition, provider: '' }).filter(([, value]) => typeof value !== 'function' && typeof value !== 'object'),
  )
}

function names(definitions: readonly AlgorithmDefinition[]): readonly string[] {
  return definitions.map(({ kind, name }) => `${kind} ${name}`).toSorted()
}

describe('nodeCrypto', () => {
  it.each(portable)('promises of $name what the portable definition promises, and does no more and no less', (definition) => {
    const ours = nodeDefinition(definition)
    expect(promises(ours)).toEqual(promises(definition))
    expect(Object.keys(ours).toSorted()).toEqual(Object.keys(definition).toSorted())
    expect(ours.provider).toBe('node:crypto')
  })

  it('overrides all that the packages of these families have, and has nothing else', () => {
    expect(names(nodeCrypto)).toEqual(names(portable))
  })

  it('is frozen', () => {
    for (const value of [nodeCrypto, ...nodeCrypto]) expect(Object.isFrozen(value)).toBe(true)
  })

  it('overrides what is registered, leaves the order as it is, and adds nothing', () => {
    const [portableRegistry, overridden] = [new AlgorithmRegistry(portable), new AlgorithmRegistry(portable).override(nodeCrypto)]
    for (const list of ['ciphers', 'macs', 'keyExchanges', 'publicKeys', 'compressions'] as const) {
      expect(overridden[list].names).toEqual(portableRegistry[list].names)
    }
    expect(overridden.ciphers.get('aes256-ctr').provider).toBe('node:crypto')
    expect(new AlgorithmRegistry(portable.slice(0, 1)).override(nodeCrypto).keyExchanges.names).toEqual([portable[0]!.name])
  })
})

import { AlgorithmRegistry } from '@seashell/core'
import type { AlgorithmDefinition, AlgorithmKind } from '@seashell/core'
import type { Check } from './check.ts'
import { describe, expectThat } from './expect.ts'

/** What a definition needs of each sort besides what all have. */
export interface Members {
  /** Which kind it is. */
  readonly kind: AlgorithmKind
  /** Properties that are functions. */
  readonly functions: readonly string[]
  /** Properties that are true or false. */
  readonly booleans?: readonly string[]
  /** Properties that are a number of bytes, with the least each may be. */
  readonly lengths?: Readonly<Record<string, number>>
  /** Properties that are one of a few strings. */
  readonly choices?: Readonly<Record<string, readonly string[]>>
  /** Properties that are a name on the wire. */
  readonly names?: readonly string[]
}

/** The check that a definition is what a registry takes, and whole. */
export function definitionCheck(definition: AlgorithmDefinition, members: Members): Check {
  return {
    name: 'the definition is frozen and well-formed',
    run() {
      // Core's own rules: frozen, the version of the interfaces, the name, lengths. It throws what is wrong.
      new AlgorithmRegistry().use(definition)
      expectThat(definition.kind === members.kind, `a definition of kind '${members.kind}'`, `kind ${describe(definition.kind)}`)
      expectThat(isText(definition.provider), 'provider to say where the primitive comes from', describe(definition.provider))
      const { insecure } = definition
      expectThat(insecure === undefined || isText(insecure), 'insecure to be absent, or one sentence why', describe(insecure))
      expectMembers({ ...definition }, members)
    },
  }
}

function expectMembers(definition: Record<string, unknown>, members: Members): void {
  const { functions, booleans = [], lengths = {}, choices = {}, names = [] } = members
  const expectEach = (keys: readonly string[], fits: (key: string) => boolean, expected: (key: string) => string): void => {
    for (const key of keys) expectThat(fits(key), `${key} to be ${expected(key)}`, describe(definition[key]))
  }
  expectEach(
    functions,
    (key) => typeof definition[key] === 'function',
    () => 'a function',
  )
  expectEach(
    booleans,
    (key) => typeof definition[key] === 'boolean',
    () => 'true or false',
  )
  expectEach(
    Object.keys(lengths),
    (key) => Number.isInteger(definition[key]) && (definition[key] as number) >= lengths[key]!,
    (key) => `a number of bytes, at least ${lengths[key]}`,
  )
  expectEach(
    Object.keys(choices),
    (key) => choices[key]!.includes(definition[key] as string),
    (key) => choices[key]!.join(' or '),
  )
  expectEach(
    names,
    (key) => typeof definition[key] === 'string' && /^[!-+\--~]{1,64}$/.test(definition[key]),
    () => 'a name of printable US-ASCII, without comma',
  )
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

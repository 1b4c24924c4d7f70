import { type AlgorithmList, type AlgorithmLists, AlgorithmRegistry, selectAlgorithms } from '@seashell/core'
import { nodeCrypto } from '@seashell/node'
import { compatible } from '@seashell/presets'

/** Lists in OpenSSH's syntax, such as `+aes128-ctr` or `^chacha20*`, or as arrays of names; what is left out stays as it is. */
export type AlgorithmChoices = { readonly [List in keyof AlgorithmLists]?: string | readonly string[] }

/** What there is where nobody chooses: the preset `compatible`, in its order, on `node:crypto` as far as Node has what it takes. */
export function defaultAlgorithms(): AlgorithmRegistry {
  return new AlgorithmRegistry(compatible).override(nodeCrypto)
}

/**
 * The lists of names that choices come to.
 *
 * @throws SSHError `ARGUMENT` for a name that is not registered, or where a list leaves nothing
 */
export function resolveChoices(algorithms: AlgorithmRegistry, choices: AlgorithmChoices = {}): Partial<AlgorithmLists> {
  const resolved: { -readonly [List in keyof AlgorithmLists]?: readonly string[] } = {}
  for (const name of Object.keys(choices) as (keyof AlgorithmLists)[]) {
    const choice = choices[name]
    if (choice !== undefined) resolved[name] = resolveChoice(algorithms[name], choice)
  }
  return resolved
}

function resolveChoice(list: AlgorithmList, choice: string | readonly string[]): readonly string[] {
  return typeof choice === 'string' ? selectAlgorithms(list.defaults, choice, list.names) : choice
}

import type { AlgorithmDefinition } from '@seashell/core'

/** Lists one after the other, frozen: a call that bundlers can leave out, which they cannot with a spread. */
export function join(...lists: readonly (readonly AlgorithmDefinition[])[]): readonly AlgorithmDefinition[] {
  return Object.freeze(lists.flat())
}

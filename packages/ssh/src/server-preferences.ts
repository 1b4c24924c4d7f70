import type { AlgorithmLists, AlgorithmRegistry, ServerPreferences } from '@seashell/core'

/** The lists that a guess is about. */
export type GuessedLists = Pick<AlgorithmLists, 'keyExchanges' | 'publicKeys'>

/**
 * The lists to offer to a server whose preferences are known, so that a guess is right (RFC 4253 §7): its own first names first. They come
 * first only where that gives nothing away: the method is no weaker against a quantum computer than the one it overtakes, and the host key
 * that is shown is the same. Another key is one more that may have changed since it became known; which of them is shown is for known_hosts to
 * say, not for the server. Otherwise the lists stay as they are, and most likely nothing is guessed.
 *
 * @param chosen lists that the caller has chosen, which stay as they are
 */
export function preferWhatServerDoes(
  lists: GuessedLists,
  { keyExchange, publicKey }: ServerPreferences,
  { keyExchanges: methods, publicKeys: keys }: AlgorithmRegistry,
  chosen: Partial<AlgorithmLists>,
): GuessedLists {
  const first = { method: methods.get(lists.keyExchanges[0]!), key: keys.get(lists.publicKeys[0]!) }
  const isAsStrong = (name: string): boolean => {
    const { shape, postQuantum } = methods.get(name)
    // Nobody guesses the messages of a script.
    return shape === 'kem' && (postQuantum || !first.method.postQuantum)
  }
  const showsTheSame = (name: string): boolean => keys.get(name).keyFormat === first.key.keyFormat
  const keyExchanges = chosen.keyExchanges === undefined ? toFront(lists.keyExchanges, keyExchange, isAsStrong) : lists.keyExchanges
  const publicKeys = chosen.publicKeys === undefined ? toFront(lists.publicKeys, publicKey, showsTheSame) : lists.publicKeys
  // One without the other makes no guess right.
  return keyExchanges[0] === keyExchange && publicKeys[0] === publicKey ? { keyExchanges, publicKeys } : lists
}

function toFront(names: readonly string[], name: string, isAllowed: (name: string) => boolean): readonly string[] {
  if (!names.includes(name) || !isAllowed(name)) return names
  return [name, ...names.filter((other) => other !== name)]
}

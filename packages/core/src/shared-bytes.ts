import { equalBytes } from './wire/bytes.ts'

/** How many arrays are looked through, and how long the longest of them may be. */
const KEPT = 16
const LENGTH_MAXIMUM = 4096

/** What was asked for last, by all connections. */
const recent: Uint8Array[] = []

/**
 * An array with these bytes, which nobody changes: the one that another connection asked for lately, or else a copy. Clients of one kind say
 * the same on each of their connections, and a server does so on all of its own: a thousand that are idle need not keep it a thousand times.
 */
export function sharedBytes(bytes: Uint8Array): Uint8Array {
  const found = recent.find((each) => equalBytes(each, bytes))
  if (found !== undefined) return found
  const copy = bytes.slice()
  if (copy.length > LENGTH_MAXIMUM) return copy
  recent.push(copy)
  if (recent.length > KEPT) recent.shift()
  return copy
}

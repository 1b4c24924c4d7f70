/** An array that nobody will change: itself where it is frozen, so that what a thousand connections have in common exists once; else a copy. */
export function frozen<T>(items: readonly T[]): readonly T[] {
  return Object.isFrozen(items) ? items : Object.freeze([...items])
}

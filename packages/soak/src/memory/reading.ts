/** What a process needs, in bytes. */
export interface Memory {
  /** Objects that are alive, and their buffers, after garbage collection. */
  readonly heldLength: number
  /** What the system has given it. */
  readonly residentLength: number
}

/**
 * Reads it.
 *
 * @throws Error where the process was started without --expose-gc
 */
export function memory(): Memory {
  if (globalThis.gc === undefined) throw new Error('start this with --expose-gc')
  // Buffers that the first collection finds dead are given back by the second.
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heldLength: heapUsed + external, residentLength: rss }
}

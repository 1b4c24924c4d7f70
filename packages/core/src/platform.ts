import type { Random } from './algorithms/definition.ts'
import { SSHError } from './errors.ts'

// What core takes from its surroundings, declared here and nowhere else: Node, Deno, Bun, edge workers and browsers all have it.
declare const crypto: { getRandomValues(array: Uint8Array): Uint8Array }
declare function setTimeout(callback: () => void, milliseconds: number): unknown
declare function clearTimeout(timer: unknown): void

/** A timer that {@link Clock.setTimeout} returned. */
export type Timer = unknown

/** What tells the time and rings; injected, so that tests hold it in their hands. */
export interface Clock {
  /** Milliseconds since some fixed moment. */
  now(): number
  /** Calls back once, after so many milliseconds. */
  setTimeout(callback: () => void, milliseconds: number): Timer
  /** Forgets a timer; one that has rung is no error. */
  clearTimeout(timer: Timer): void
}

/** The longest time that platforms' timers take; they ring at once for a longer one. */
const TIMEOUT_MAXIMUM = 2_147_483_647

/** The platform's clock. Its timers do not keep a Node process alive: the socket does that. */
export const systemClock: Clock = /* @__PURE__ */ Object.freeze({
  now: (): number => Date.now(),
  setTimeout(callback: () => void, milliseconds: number): Timer {
    const timer = setTimeout(callback, Math.min(milliseconds, TIMEOUT_MAXIMUM))
    if (typeof timer === 'object' && timer !== null && 'unref' in timer) (timer as { unref(): void }).unref()
    return timer
  },
  clearTimeout: (timer: Timer): void => clearTimeout(timer),
})

// getRandomValues fills at most so many bytes a call (W3C Web Cryptography API §10.1.1).
const RANDOM_CHUNK_LENGTH = 65_536

/** The platform's cryptographic random source. */
export const systemRandom: Random = (length) => {
  const bytes = new Uint8Array(length)
  for (let offset = 0; offset < length; offset += RANDOM_CHUNK_LENGTH) {
    crypto.getRandomValues(bytes.subarray(offset, offset + RANDOM_CHUNK_LENGTH))
  }
  return bytes
}

/**
 * A random source whose results are as long as was asked: what is too short would be a weak key, not an error, further on.
 *
 * @throws SSHError `ARGUMENT`, fault 'caller', from the source, where they are not
 */
export function exactly(random: Random): Random {
  if (random === systemRandom) return random
  return (length) => {
    const bytes = random(length)
    if (bytes.length === length) return bytes
    throw new SSHError('ARGUMENT', `expected ${length} random bytes; options.random returned ${bytes.length}`, { fault: 'caller' })
  }
}

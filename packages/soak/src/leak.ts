import { createServer } from 'node:net'
import type { Leak } from './soak.ts'

const kept: unknown[] = []

/** One of each: memory, a timer, a listener, a socket. */
export const leak: Leak = (signal) => {
  kept.push(Array.from({ length: 300_000 }, (_, index) => ({ index })))
  globalThis.setTimeout(() => {}, 3_600_000).unref()
  signal.addEventListener('abort', () => {})
  createServer().listen(0, '127.0.0.1')
}

import { setImmediate as turn } from 'node:timers/promises'

/** What a process holds on to. */
export interface Reading {
  /** Bytes of objects that are alive, after garbage collection. */
  readonly heapLength: number
  /** Bytes of their buffers. */
  readonly bufferLength: number
  /** Timers that are set, whether or not they keep the process alive. */
  readonly timers: number
  /** What keeps the process alive, by kind: sockets, servers, requests. */
  readonly resources: Readonly<Record<string, number>>
  /** Listeners of the process itself. */
  readonly listeners: number
}

/**
 * Counts the timers that are set: Node tells only of those that keep a process alive, and those of a connection do not. From now on every
 * call of the global functions counts.
 */
export class TimerCount {
  readonly #set = new Set<unknown>()

  constructor() {
    const [setTimer, clearTimer] = [globalThis.setTimeout, globalThis.clearTimeout]
    const counted = (callback: (...given: unknown[]) => void, milliseconds?: number, ...given: unknown[]): NodeJS.Timeout => {
      const timer = setTimer(() => {
        this.#set.delete(timer)
        callback(...given)
      }, milliseconds)
      this.#set.add(timer)
      return timer
    }
    globalThis.setTimeout = Object.assign(counted, setTimer)
    globalThis.clearTimeout = (timer) => {
      this.#set.delete(timer)
      clearTimer(timer)
    }
  }

  /** How many there are. */
  get size(): number {
    return this.#set.size
  }
}

/**
 * Reads the gauges, after garbage collection.
 *
 * @throws Error where the process was started without --expose-gc
 */
export async function read(timers: TimerCount): Promise<Reading> {
  const { gc } = globalThis
  if (gc === undefined) throw new Error('start this with --expose-gc')
  // What one collection finds dead may hold on to what only the next can free.
  for (let pass = 0; pass < 5; pass++) {
    await turn()
    gc()
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  const listeners = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0)
  return { heapLength: heapUsed, bufferLength: arrayBuffers, timers: timers.size, resources: resources(), listeners }
}

function resources(): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  // A turn of the event loop that is waited for is one too, and ours.
  for (const kind of process.getActiveResourcesInfo().toSorted()) if (kind !== 'Immediate') counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}

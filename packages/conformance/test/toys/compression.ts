import type { CompressionDefinition, CompressionStream } from '@seashell/core'
import { concatBytes } from '@seashell/core/wire'
import { errors } from './errors.ts'

/** What can be wrong with {@link toyRunLength}. */
export type CompressionFlaw =
  | 'the limit is ignored'
  | 'the limit is one too high'
  | 'the limit is one too low'
  | 'the output is cut at the limit'
  | 'the last byte is held back'
  | 'runs are counted to 256'
  | 'the number of a payload begins again'
  | 'refusals are plain Errors'
  | 'damaged payloads are plain Errors'
  | 'the stream recovers'
  | 'the input is wiped'
  | 'the input is kept'
  | 'the output is one buffer'
  | 'streams share their state'
  | 'the whole buffer is used'
  | 'it goes on after destroy()'

/** Runs of equal bytes, each as count and byte, after the payload's number: a stream with a state, though a small one. */
export function toyRunLength(flaw?: CompressionFlaw): CompressionDefinition {
  const has = (one: CompressionFlaw): boolean => flaw === one
  const shared = { count: 0 }
  return Object.freeze({
    kind: 'compression',
    apiVersion: 1,
    name: 'toy-run-length@example.org',
    provider: 'toy',
    delayed: true,
    create: (): CompressionStream => new Stream(has, has('streams share their state') ? shared : { count: 0 }),
  })
}

/** The same, written another way. */
export const toyRunLengthReference = {
  create() {
    let number = 0
    return {
      compress(data: Uint8Array): Uint8Array {
        const runs =
          Buffer.from(data)
            .toString('latin1')
            .match(/([^])\1{0,254}/g) ?? []
        return Uint8Array.from([number++ & 0xff, ...runs.flatMap((run) => [run.length, run.charCodeAt(0)])])
      },
      decompress(data: Uint8Array): Uint8Array {
        const runs = Array.from({ length: data.length >> 1 }, (_, run) => Buffer.alloc(data[1 + 2 * run]!, data[2 + 2 * run]))
        return Buffer.concat(runs)
      },
    }
  },
}

class Stream implements CompressionStream {
  readonly #has: (flaw: CompressionFlaw) => boolean
  readonly #state: { count: number }
  readonly #output = new Uint8Array(600_000)
  #held: Uint8Array = new Uint8Array(0)
  #kept: Uint8Array | undefined
  #hasFailed = false
  #isDestroyed = false

  constructor(has: (flaw: CompressionFlaw) => boolean, state: { count: number }) {
    this.#has = has
    this.#state = state
  }

  compress(given: Uint8Array): Uint8Array {
    const before = this.#kept ?? new Uint8Array(0)
    const data = this.#begin(given)
    if (this.#has('the input is kept')) this.#kept = given
    let length = 0
    // What was kept decides how the next payload begins: a dictionary, poorly kept.
    this.#output[length++] = this.#number() ^ (this.#has('the input is kept') ? (before[0] ?? 0) : 0)
    const most = this.#has('runs are counted to 256') ? 256 : 255
    for (let start = 0; start < data.length;) {
      let count = 1
      while (count < most && data[start + count] === data[start]) count++
      this.#output[length++] = count
      this.#output[length++] = data[start]!
      start += count
    }
    if (this.#has('the input is wiped')) given.fill(0)
    const made = this.#output.subarray(0, length)
    if (this.#has('the output is one buffer')) return made
    return this.#has('the last byte is held back') ? this.#hold(made) : new Uint8Array(made)
  }

  decompress(given: Uint8Array, limit: number): Uint8Array {
    const data = this.#begin(given)
    if (this.#hasFailed && !this.#has('the stream recovers')) throw errors.notCompressed('one after another that failed')
    this.#hasFailed = true
    const number = this.#number()
    if (data.length % 2 !== 1 || data[0] !== number) {
      if (this.#has('damaged payloads are plain Errors')) throw new RangeError('damaged')
      throw errors.notCompressed('what is damaged')
    }
    const allowed = limit + Number(this.#has('the limit is one too high')) - Number(this.#has('the limit is one too low'))
    const parts: Uint8Array[] = []
    let length = 0
    for (let index = 1; index < data.length; index += 2) {
      const run = new Uint8Array(data[index]!).fill(data[index + 1]!)
      length += run.length
      parts.push(run)
    }
    const inflated = new Uint8Array(Buffer.concat(parts))
    if (length > allowed && !this.#has('the limit is ignored')) {
      if (this.#has('the output is cut at the limit')) return inflated.subarray(0, limit)
      throw this.#has('refusals are plain Errors') ? new Error('too long') : errors.notCompressed('more than that')
    }
    this.#hasFailed = false
    if (this.#has('the input is wiped')) given.fill(0)
    if (!this.#has('the output is one buffer')) return inflated
    this.#output.set(inflated)
    return this.#output.subarray(0, length)
  }

  destroy(): void {
    this.#isDestroyed = true
  }

  #begin(given: Uint8Array): Uint8Array {
    if (this.#isDestroyed && !this.#has('it goes on after destroy()')) throw errors.closed()
    return this.#has('the whole buffer is used') ? new Uint8Array(given.buffer) : given
  }

  #number(): number {
    return this.#has('the number of a payload begins again') ? 0 : this.#state.count++ & 0xff
  }

  #hold(made: Uint8Array): Uint8Array {
    const all = concatBytes(this.#held, made)
    this.#held = all.slice(-2)
    return all.slice(0, -2)
  }
}

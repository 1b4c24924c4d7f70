import { encodeUtf8 } from '@seashell/core/wire'

/** What instrumented code writes to, as `instrument.mjs` has it. */
export interface Probes {
  /** How often each edge was passed, up to 255. */
  readonly counters: Uint8ClampedArray
  /** Texts that were compared and differ. */
  readonly compared: [string, string][]
  /** The most bytes that were asked for at once. */
  largest: number
}

/** An edge counts anew when it is passed so much more often: from each of these numbers on. */
const CLASSES = [1, 2, 3, 4, 8, 16, 32, 128]

/** The bit of the class that a counter is in. */
const classBits: Uint8Array = Uint8Array.from({ length: 256 }, (_, count) => {
  const index = CLASSES.findLastIndex((least) => count >= least)
  return index < 0 ? 0 : 1 << index
})

/** Which edges were passed, how often, by any input so far. */
export class Coverage {
  readonly #probes: Probes
  readonly #seen: Uint8Array
  readonly #words: Uint32Array

  constructor(probes: Probes) {
    this.#probes = probes
    this.#seen = new Uint8Array(probes.counters.length)
    this.#words = new Uint32Array(probes.counters.buffer)
  }

  /** How many edges were passed at all. */
  get edges(): number {
    return this.#seen.reduce((count, bits) => count + (bits === 0 ? 0 : 1), 0)
  }

  /** Forgets the last run. */
  reset(): void {
    this.#probes.counters.fill(0)
    this.#probes.compared.length = 0
    this.#probes.largest = 0
  }

  /** The features of the last run: edge and class, as one number each. */
  features(): number[] {
    const { counters } = this.#probes
    const found: number[] = []
    for (let word = 0; word < this.#words.length; word++) {
      if (this.#words[word] === 0) continue
      for (let edge = word * 4; edge < word * 4 + 4; edge++) {
        if (counters[edge] !== 0) found.push(edge * 256 + classBits[counters[edge]!]!)
      }
    }
    return found
  }

  /** Whether the last run did what none before it did; what it did is no longer new then. */
  takeNew(): boolean {
    const { counters } = this.#probes
    let isNew = false
    for (let word = 0; word < this.#words.length; word++) {
      if (this.#words[word] === 0) continue
      for (let edge = word * 4; edge < word * 4 + 4; edge++) {
        const bit = classBits[counters[edge]!]!
        if ((this.#seen[edge]! & bit) === bit) continue
        this.#seen[edge]! |= bit
        isNew = true
      }
    }
    return isNew
  }

  /** The texts that the last run compared, as bytes. */
  comparisons(): (readonly [Uint8Array, Uint8Array])[] {
    return this.#probes.compared.map(([left, right]) => [encodeUtf8(left), encodeUtf8(right)] as const)
  }
}

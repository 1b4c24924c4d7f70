import { encodeUtf8 } from '@seashell/core/wire'
import { DEFAULT_MAX_LENGTH, type Target } from '../target.ts'
import { Coverage, type Probes } from './coverage.ts'
import { execute, type Find } from './execute.ts'
import { mutate } from './mutate.ts'
import { SeededNumbers } from './random.ts'

/** How one target is fuzzed. */
export interface SessionOptions {
  readonly target: Target
  /** What the instrumented code writes to. */
  readonly probes: Probes
  /** Inputs to begin with. */
  readonly corpus: readonly Uint8Array[]
  /** Texts in the code under test. */
  readonly words: readonly string[]
  /** Whether it is enough. Asked before each input that is not of the corpus. */
  readonly isOver: (executions: number) => boolean
  /** What chance begins with. */
  readonly seed: number
  /** Is told which input is about to run: whoever watches from outside finds it there should it never end. */
  readonly onInput: (data: Uint8Array) => void
  /** Is told of a find, once for each cause. */
  readonly onFind: (find: Find, data: Uint8Array) => void
}

/** What came of it. */
export interface SessionResult {
  readonly executions: number
  /** The last of them that did something new, by its number. */
  readonly lastNew: number
  /** How many edges of the instrumented code were passed. */
  readonly edges: number
  /** The smallest inputs found that together do everything that any did. */
  readonly corpus: readonly Uint8Array[]
}

/** Comparisons that are kept to draw from. */
const MAX_COMPARED = 512

/** Fuzzes one target, guided by coverage: what does something new is kept, and mutated in turn. */
export class Session {
  readonly #options: SessionOptions
  readonly #coverage: Coverage
  readonly #numbers: SeededNumbers
  /** The inputs that did something new, and how often each was used since. */
  readonly #entries: Uint8Array[] = []
  readonly #uses: number[] = []
  readonly #signatures = new Set<string>()
  readonly #words: readonly Uint8Array[]
  #compared: (readonly [Uint8Array, Uint8Array])[] = []
  #executions = 0
  #lastNew = 0

  constructor(options: SessionOptions) {
    this.#options = options
    this.#coverage = new Coverage(options.probes)
    this.#numbers = new SeededNumbers(options.seed)
    this.#words = options.words.map(encodeUtf8)
  }

  /** Runs until it is over. */
  async run(): Promise<SessionResult> {
    const { corpus, isOver } = this.#options
    for (const data of corpus) await this.#try(data)
    while (!isOver(this.#executions)) await this.#try(this.#next())
    const { edges } = this.#coverage
    return { executions: this.#executions, lastNew: this.#lastNew, edges, corpus: await this.#minimise() }
  }

  async #try(data: Uint8Array): Promise<void> {
    this.#options.onInput(data)
    this.#coverage.reset()
    this.#executions++
    const { find } = await execute(this.#options.target, data)
    if (find !== undefined) return this.#report(find, data)
    if (!this.#coverage.takeNew()) return
    this.#lastNew = this.#executions
    this.#entries.push(data)
    this.#uses.push(0)
    this.#compared = [...this.#coverage.comparisons(), ...this.#compared].slice(0, MAX_COMPARED)
  }

  #report(find: Find, data: Uint8Array): void {
    if (this.#signatures.has(find.signature)) return
    this.#signatures.add(find.signature)
    this.#options.onFind(find, data)
  }

  #next(): Uint8Array {
    const { maxLength = DEFAULT_MAX_LENGTH } = this.#options.target
    const material = { others: this.#entries, words: this.#words, compared: this.#compared, maxLength }
    return mutate(this.#pick(), this.#numbers, material)
  }

  /** Of three the one that was used least, which are the newest as a rule; sometimes nothing at all. */
  #pick(): Uint8Array {
    if (this.#entries.length === 0) return new Uint8Array(0)
    let chosen = this.#numbers.below(this.#entries.length)
    for (let more = 0; more < 2; more++) {
      const other = this.#numbers.below(this.#entries.length)
      if (this.#uses[other]! < this.#uses[chosen]!) chosen = other
    }
    this.#uses[chosen]!++
    return this.#entries[chosen]!
  }

  /** Goes from the shortest to the longest, and keeps what adds a feature. */
  async #minimise(): Promise<Uint8Array[]> {
    const kept: Uint8Array[] = []
    const seen = new Set<number>()
    const sorted = this.#entries.toSorted((one, other) => one.length - other.length)
    for (const data of sorted) {
      this.#coverage.reset()
      this.#options.onInput(data)
      await execute(this.#options.target, data)
      const fresh = this.#coverage.features().filter((feature) => !seen.has(feature))
      if (fresh.length === 0) continue
      for (const feature of fresh) seen.add(feature)
      kept.push(data)
    }
    return kept
  }
}

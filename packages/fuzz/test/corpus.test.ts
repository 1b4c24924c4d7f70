import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readCorpus } from '../src/corpus.ts'
import { execute } from '../src/engine/execute.ts'
import { mutate } from '../src/engine/mutate.ts'
import { SeededNumbers } from '../src/engine/random.ts'
import { DEFAULT_MAX_LENGTH, DEFAULT_MUTATIONS, type Target } from '../src/target.ts'
import { targets } from '../src/targets/index.ts'

const folder = fileURLToPath(new URL('../corpus', import.meta.url))

/** Words that mutation inserts where no instrumented code tells it better ones. */
const words = ['ssh-', '@openssh.com', 'none', 'AAAA', '"', '*', '!', ',', '\0'].map((word) => new TextEncoder().encode(word))

/** Runs inputs; says what broke, and how often each outcome was. */
async function runAll(target: Target, inputs: Iterable<readonly [name: string, data: Uint8Array]>) {
  const [broken, outcomes] = [[] as string[], { accepted: 0, refused: 0 }]
  for (const [name, data] of inputs) {
    const { find, outcome } = await execute(target, data)
    if (find !== undefined) broken.push(`${name}: ${find.message}`)
    else outcomes[outcome!]++
  }
  return { broken, outcomes }
}

function* mutations(target: Target, corpus: readonly Uint8Array[]): Generator<readonly [string, Uint8Array], void, void> {
  const { maxLength = DEFAULT_MAX_LENGTH, mutations: count = DEFAULT_MUTATIONS } = target
  const numbers = new SeededNumbers(target.name.length)
  for (let index = 0; index < count; index++) {
    const data = mutate(numbers.pick(corpus), numbers, { others: corpus, words, compared: [], maxLength })
    yield [`mutation ${index}: ${Buffer.from(data).toString('base64')}`, data]
  }
}

describe.each(targets.map((target) => ({ name: target.name, target })))('$name', ({ target }) => {
  const corpus = readCorpus(folder, target.name)

  it('runs everything in its corpus without a find', async () => {
    const { broken } = await runAll(
      target,
      corpus.map(({ name, data }) => [name, data] as const),
    )
    expect(broken).toEqual([])
  })

  it('has its own seeds in the corpus, of which it takes some', async () => {
    const seeds = await target.seeds()
    const kept = corpus.filter(({ name }) => name.startsWith('seed-'))
    expect(kept.map(({ data }) => Buffer.from(data).toString('hex')).toSorted()).toEqual(
      seeds.map((data) => Buffer.from(data).toString('hex')).toSorted(),
    )
    const { outcomes } = await runAll(
      target,
      seeds.map((data, index) => [`seed ${index}`, data] as const),
    )
    expect(outcomes.accepted).toBeGreaterThan(0)
  })

  it('stands mutations of its corpus, of which it refuses some', async () => {
    const { broken, outcomes } = await runAll(
      target,
      mutations(
        target,
        corpus.map(({ data }) => data),
      ),
    )
    expect(broken).toEqual([])
    expect(outcomes.refused).toBeGreaterThan(0)
  })
})

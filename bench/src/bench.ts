import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeKeys } from './keys.ts'
import { type Contestant, contestantNamed, type Row } from './plan.ts'
import { machine, Refusal, type Results, type Series } from './results.ts'
import { measureOnce, type Sample } from './run.ts'
import { isInTarget } from './targets.ts'

/** How often those are measured that no target is about: they are most of the time that a round takes, and here for comparison alone. */
const ROUNDS_OF_OTHERS = 2

/** What to measure, how often, and what to call it. */
export interface BenchOptions {
  readonly name: string
  readonly rows: readonly Row[]
  readonly rounds: number
  /** Is told of every sample. */
  readonly log: (line: string) => void
}

/**
 * Measures: round by round, row by row, the contestants of a row one after the other, so that a slow minute is everybody's.
 *
 * @throws Refusal where nothing could be measured: why
 */
export async function bench({ name, rows, rounds, log }: BenchOptions): Promise<Results> {
  const keys = await mkdtemp(join(tmpdir(), 'seashell-bench-keys-'))
  const run = new Run(log)
  try {
    await writeKeys(keys)
    for (let round = 0; round < rounds; round++) {
      for (const row of rows) {
        const entered = row.contestants.filter((contestant) => round < ROUNDS_OF_OTHERS || isInTarget(row.name, contestant))
        for (const contestant of rotated(entered, round)) await run.measure(row, contestantNamed(contestant), keys)
      }
    }
  } finally {
    await rm(keys, { recursive: true, force: true })
  }
  const measured = run.results()
  if (measured.series.length === 0) throw new Refusal(`nothing was measured, so nothing is kept:\n${measured.missing.join('\n')}`)
  return { name, date: new Date().toISOString(), machine: machine(), ...measured }
}

function rotated<Value>(values: readonly Value[], by: number): Value[] {
  return values.map((_, index) => values[(index + by) % values.length] as Value)
}

/** The samples so far. */
class Run {
  readonly #log: (line: string) => void
  readonly #samples = new Map<string, { row: Row; contestant: string; samples: Sample[] }>()
  readonly #descriptions = new Map<string, string>()
  readonly #missing = new Map<string, string>()

  constructor(log: (line: string) => void) {
    this.#log = log
  }

  /** One sample; where that fails the contestant is out of this row, and the report says why. */
  async measure(row: Row, contestant: Contestant, keys: string): Promise<void> {
    const key = `${row.name}: ${contestant.name}`
    if (this.#missing.has(key)) return
    try {
      const sample = await measureOnce(row, contestant, keys)
      const entry = this.#samples.get(key) ?? { row, contestant: contestant.name, samples: [] }
      entry.samples.push(sample)
      this.#samples.set(key, entry)
      this.#descriptions.set(contestant.name, [...new Set(sample.descriptions)].join(' → '))
      this.#log(`${key} ${figureOf(row, sample).toPrecision(4)} ${row.unit}`)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.#missing.set(key, reason)
      this.#log(`${key} failed: ${reason}`)
    }
  }

  results(): Pick<Results, 'contestants' | 'missing' | 'series'> {
    return {
      contestants: Object.fromEntries(this.#descriptions),
      series: [...this.#samples.values()].map(({ row, contestant, samples }) => seriesOf(row, contestant, samples)),
      missing: [...this.#missing].map(([key, reason]) => `${key}: ${reason.split('\n', 1)[0]}`),
    }
  }
}

function seriesOf(row: Row, contestant: string, samples: readonly Sample[]): Series {
  return {
    row: row.name,
    contestant,
    unit: row.unit,
    values: samples.map((sample) => figureOf(row, sample)),
    perCpuSecond: samples.flatMap((sample) => perCpuSecond(row, sample)),
  }
}

/** What a sample comes to, in the row's unit. */
function figureOf(
  { unit }: Row,
  { amount, seconds, clientCpu = Number.NaN, serverCpu = Number.NaN, grownBytes = Number.NaN }: Sample,
): number {
  switch (unit) {
    case 'MB/s':
      return amount / 1e6 / seconds
    case '/s':
      return amount / seconds
    case 'CPU s/GB':
      return (clientCpu + serverCpu) / (amount / 1e9)
    case 'ms CPU':
      return ((clientCpu + serverCpu) / amount) * 1000
    case 'KB':
      return grownBytes / 1000 / amount
  }
}

function perCpuSecond({ unit }: Row, { amount, clientCpu, serverCpu }: Sample): Series['perCpuSecond'] {
  if (!clientCpu || !serverCpu) return []
  const scaled = amount / (unit === 'MB/s' ? 1e6 : 1000)
  return [{ client: scaled / clientCpu, server: scaled / serverCpu, both: scaled / (clientCpu + serverCpu) }]
}

import { Bench } from 'tinybench'
import { machine, Refusal, type Results } from '../results.ts'
import { type Operation, operations } from './operations.ts'

/** What a run of the primitives gave. */
export interface MicroResults extends Pick<Results, 'date' | 'machine'> {
  readonly operations: readonly MicroResult[]
}

/** One operation, as measured. */
interface MicroResult extends Pick<Operation, 'name' | 'provider' | 'work'> {
  /** How long one takes: the median. */
  readonly microseconds: number
  readonly megabytesPerSecond?: number
}

const TIME_MILLISECONDS = 150
const WARM_UP_MILLISECONDS = 60

/**
 * Measures the primitives of all providers.
 *
 * @param only what is measured: where `algorithm work provider` matches; all of it where absent
 * @throws Refusal where nothing matches
 */
export async function micro(only: RegExp | undefined, log: (line: string) => void): Promise<MicroResults> {
  const results: MicroResult[] = []
  for (const operation of only === undefined ? await operations() : selectOperations(await operations(), only)) {
    const result = await measure(operation)
    log(microLine(result))
    results.push(result)
  }
  return { date: new Date().toISOString(), machine: machine(), operations: results }
}

/**
 * The operations whose `algorithm work provider` matches.
 *
 * @throws Refusal where none does: what there is
 */
export function selectOperations(all: readonly Operation[], only: RegExp): readonly Operation[] {
  const found = all.filter(({ name, work, provider }) => only.test(`${name} ${work} ${provider}`))
  if (found.length > 0) return found
  const each = (field: 'name' | 'provider' | 'work'): string => [...new Set(all.map((operation) => operation[field]))].join(', ')
  throw new Refusal(
    `no algorithm, work and provider match ${only.source}; there are\n  ${each('name')}\nwith ${each('work')}\nby ${each('provider')}`,
  )
}

/** One line of a terminal. */
function microLine({ name, work, provider, microseconds, megabytesPerSecond }: MicroResult): string {
  const rate = megabytesPerSecond === undefined ? '' : `${megabytesPerSecond.toFixed(1).padStart(9)} MB/s`
  return `${name.padEnd(34)} ${work.padEnd(40)} ${provider.padEnd(16)} ${microseconds.toFixed(2).padStart(12)} µs ${rate}`
}

async function measure({ name, work, provider, count, bytes, run }: Operation): Promise<MicroResult> {
  const bench = new Bench({ time: TIME_MILLISECONDS, warmupTime: WARM_UP_MILLISECONDS, iterations: 5, warmupIterations: 1, throws: true })
  const [task] = await bench.add(work, run).run()
  if (task?.result.state !== 'completed') throw new Error(`${name}, ${work}: not measured`)
  const microseconds = (task.result.latency.p50 * 1000) / count
  return { name, work, provider, microseconds, ...(bytes !== undefined && { megabytesPerSecond: bytes / microseconds }) }
}

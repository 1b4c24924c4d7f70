import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { cpus, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { resultsFolder } from './paths.ts'
import type { Unit } from './plan.ts'

/** One contestant's samples in one row. */
export interface Series {
  readonly row: string
  readonly contestant: string
  readonly unit: Unit
  /** One figure a round. */
  readonly values: readonly number[]
  /** Megabytes (bulk) or thousands (all else) per second of processor time, of each end and both, a figure a round. */
  readonly perCpuSecond: readonly { readonly client: number; readonly server: number; readonly both: number }[]
}

/** A whole run. */
export interface Results {
  readonly name: string
  readonly date: string
  readonly machine: {
    readonly cpu: string
    readonly cores: number
    readonly memoryBytes: number
    readonly system: string
    readonly node: string
  }
  /** What the contestants said they are. */
  readonly contestants: Readonly<Record<string, string>>
  readonly series: readonly Series[]
  /** What could not be measured, and why. */
  readonly missing: readonly string[]
}

/** The file of results. */
export function resultsFile(name: string): string {
  return join(resultsFolder, `${name}.json`)
}

/** Reads what was kept: a run's {@link Results}, or what else has that name. */
export async function readResults<Kept = Results>(name: string): Promise<Kept> {
  return JSON.parse(await readFile(resultsFile(name), 'utf8')) as Kept
}

/** Keeps it. */
export async function writeResults(name: string, results: object): Promise<void> {
  await mkdir(resultsFolder, { recursive: true })
  await writeFile(resultsFile(name), `${JSON.stringify(results, undefined, 2)}\n`)
}

/** What this machine is. */
export function machine(): Results['machine'] {
  const [first] = cpus()
  return {
    cpu: first?.model ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    system: `${type()} ${release()}`,
    node: process.version,
  }
}

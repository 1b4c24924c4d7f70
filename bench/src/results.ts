import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
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

/** Where results are kept. */
export function resultsFile(name: string): string {
  return join(resultsFolder, `${name}.json`)
}

/** Reads a run. */
export async function readResults(name: string): Promise<Results> {
  return JSON.parse(await readFile(resultsFile(name), 'utf8')) as Results
}

/** Keeps a run. */
export async function writeResults(results: Results): Promise<void> {
  const path = resultsFile(results.name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `${JSON.stringify(results, undefined, 2)}\n`)
}

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { cpus, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
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

/** What the figures of `pnpm bench micro` are kept as. */
export const MICRO = 'micro'
/** What the profiles of `pnpm bench profile` are kept as. */
export const PROFILES = 'profiles'

/** What was asked for cannot be done, as a sentence to who asked. */
export class Refusal extends Error {}

/** `Node 20`: what figures are of, for Node's release lines differ by more than libraries do. */
export function lineOf({ node }: Pick<Results['machine'], 'node'>): string {
  return `Node ${/^v(?<major>\d+)\./u.exec(node)?.groups?.['major'] ?? node}`
}

/** All that is kept, in a folder for each release line of Node: `node-20`. */
export class Shelf {
  readonly #path: string
  /** The folder of the Node that runs this. */
  readonly current: ResultsFolder

  constructor(path: string, version: string = process.version) {
    this.#path = path
    this.current = this.#folder(lineOf({ node: version }).toLowerCase().replace(' ', '-'))
  }

  /** The folders of all release lines that anything is kept of, from the oldest on. */
  async folders(): Promise<readonly ResultsFolder[]> {
    const names = (await unlessMissing(readdir(this.#path))) ?? []
    const lines = names.flatMap((name) => /^node-(?<major>\d+)$/u.exec(name)?.groups?.['major'] ?? [])
    return lines.toSorted((a, b) => Number(a) - Number(b)).map((major) => this.#folder(`node-${major}`))
  }

  #folder(name: string): ResultsFolder {
    return new ResultsFolder(join(this.#path, name))
  }
}

/** A folder of results, a file each. */
export class ResultsFolder {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** The file of results. */
  fileOf(name: string): string {
    return join(this.#path, `${name}.json`)
  }

  /**
   * Reads a run.
   *
   * @throws Refusal where none of that name is kept
   */
  async readRun(name: string): Promise<Results> {
    const results = await this.readIfKept<Results>(name)
    if (results !== undefined) return results
    const names = await this.#runs()
    const others = names.length > 0 ? `there are those of ${names.join(', ')}` : 'there are none yet'
    throw new Refusal(`no results are kept of a run named ${name}; ${others}: \`pnpm bench\` and \`pnpm bench --quick\` make some`)
  }

  /** Reads what was kept by a name, as what it is; undefined where nothing was. */
  async readIfKept<Kept>(name: string): Promise<Kept | undefined> {
    const text = await unlessMissing(readFile(this.fileOf(name), 'utf8'))
    return text === undefined ? undefined : (JSON.parse(text) as Kept)
  }

  /** Keeps it, in place of what had that name. */
  async write(name: string, results: object): Promise<void> {
    await mkdir(this.#path, { recursive: true })
    await writeFile(this.fileOf(name), `${JSON.stringify(results, undefined, 2)}\n`)
  }

  async #runs(): Promise<readonly string[]> {
    const files = (await unlessMissing(readdir(this.#path))) ?? []
    const names = files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length))
    return names.filter((name) => name !== MICRO && name !== PROFILES)
  }
}

async function unlessMissing<Value>(reading: Promise<Value>): Promise<Value | undefined> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
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

import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Target } from './target.ts'

/** An input in a file. */
export interface CorpusFile {
  /** The file's name: what is in it, as a hash, unless it was given one. */
  readonly name: string
  readonly data: Uint8Array
}

/** What inputs are called in files: `seed-` made by the target, `find-` found something once, otherwise kept for its coverage. */
const KEPT = /^[0-9a-f]{16}$/

/** The inputs of a target that a folder holds, those with names of their own first; none where there is no such folder. */
export function readCorpus(folder: string, target: string): readonly CorpusFile[] {
  const names = listFiles(join(folder, target))
  const [given, kept] = [names.filter((name) => !KEPT.test(name)), names.filter((name) => KEPT.test(name))]
  return [...given, ...kept].map((name) => ({ name, data: new Uint8Array(readFileSync(join(folder, target, name))) }))
}

/** Writes an input, and returns the file's name. */
export function writeInput(folder: string, target: string, data: Uint8Array, name: string = hashOf(data)): string {
  mkdirSync(join(folder, target), { recursive: true })
  writeFileSync(join(folder, target, name), data)
  return name
}

/** Replaces what was kept for coverage by other inputs; seeds and finds stay. */
export function replaceKept(folder: string, target: string, inputs: readonly Uint8Array[]): void {
  for (const name of listFiles(join(folder, target)).filter((one) => KEPT.test(one))) rmSync(join(folder, target, name))
  const known = new Set(readCorpus(folder, target).map(({ data }) => hashOf(data)))
  for (const data of inputs) if (!known.has(hashOf(data))) writeInput(folder, target, data)
}

/** Writes the seeds of a target, in place of those of before. */
export async function writeSeeds(folder: string, target: Target): Promise<void> {
  const seeds = await target.seeds()
  for (const name of listFiles(join(folder, target.name)).filter((one) => one.startsWith('seed-'))) rmSync(join(folder, target.name, name))
  for (const [index, data] of seeds.entries()) writeInput(folder, target.name, data, `seed-${index + 1}`)
}

function hashOf(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex').slice(0, 16)
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

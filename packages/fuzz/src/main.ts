import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { type CampaignResult, fuzz } from './campaign.ts'
import { readCorpus, replaceKept, writeInput, writeSeeds } from './corpus.ts'
import { execute, watchUnhandled } from './engine/execute.ts'
import { installProbes } from './engine/probes.ts'
import type { Target } from './target.ts'

/** What was built, and where. */
export interface Build {
  /** The folder of this package. */
  readonly folder: string
  /** The bundled, instrumented targets. */
  readonly outfile: string
  /** The bundled worker. */
  readonly worker: string
  /** How many counters the targets have. */
  readonly edges: number
  /** Texts in the code that is fuzzed. */
  readonly words: readonly string[]
}

const usage = `pnpm fuzz --minutes N [--target name …] [--seed n] [--keep]
  --minutes   how long in all; targets with many states get more of it. 5 where absent
  --target    only this one; may come several times
  --seed      what chance begins with; another one each time where absent
  --keep      put inputs that reach new code into corpus/, in place of those that were kept before
pnpm fuzz --target name --replay file …
            runs these inputs, and says what breaks
pnpm fuzz --seeds
            makes the targets' own inputs in corpus/ anew`

/** Inputs that are kept, at most, for each target: `pnpm test` runs them all. */
const MAX_KEPT = 200
/** Longer ones are not worth their place. */
const MAX_KEPT_LENGTH = 4096

/** Runs the command line. @returns the exit code: 1 where something was found */
export async function main(args: readonly string[], build: Build): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args].filter((arg) => arg !== '--'),
    allowPositionals: true,
    options: {
      minutes: { type: 'string', default: '5' },
      target: { type: 'string', multiple: true },
      seed: { type: 'string' },
      keep: { type: 'boolean', default: false },
      replay: { type: 'boolean', default: false },
      seeds: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const targets = await loadTargets(build)
  const chosen = values.target === undefined ? targets : targets.filter(({ name }) => values.target!.includes(name))
  const minutes = Number(values.minutes)
  const seed = values.seed === undefined ? Date.now() >>> 0 : Number(values.seed)
  if (values.help || chosen.length < (values.target?.length ?? 1) || !(minutes > 0) || !Number.isInteger(seed)) {
    console.log(`${usage}\ntargets: ${targets.map(({ name }) => name).join(', ')}`)
    return values.help ? 0 : 2
  }
  if (values.seeds) return await makeSeeds(chosen, build)
  if (values.replay) return await replay(chosen[0]!, positionals)
  return await fuzzAll(chosen, build, { time: minutes * 60_000, seed, keep: values.keep })
}

async function loadTargets({ edges, outfile }: Build): Promise<readonly Target[]> {
  installProbes(edges)
  const module = (await import(pathToFileURL(outfile).href)) as { readonly targets: readonly Target[] }
  return module.targets
}

async function makeSeeds(targets: readonly Target[], { folder }: Build): Promise<number> {
  for (const target of targets) await writeSeeds(join(folder, 'corpus'), target)
  return 0
}

async function replay(target: Target, files: readonly string[]): Promise<number> {
  watchUnhandled()
  let finds = 0
  for (const file of files) {
    const { find, outcome } = await execute(target, new Uint8Array(readFileSync(file)))
    if (find !== undefined) finds++
    console.log(`${file}: ${find?.message ?? outcome}`)
  }
  return finds === 0 ? 0 : 1
}

interface Plan {
  /** How long in all, in milliseconds. */
  readonly time: number
  readonly seed: number
  readonly keep: boolean
}

async function fuzzAll(targets: readonly Target[], build: Build, { time, seed, keep }: Plan): Promise<number> {
  console.log(`seed ${seed}, ${(time / 60_000).toFixed(1)} minutes for ${targets.length} targets, ${build.edges} edges in all`)
  const shares = targets.reduce((sum, { share = 1 }) => sum + share, 0)
  let found = 0
  for (const target of targets) {
    const corpus = readCorpus(join(build.folder, 'corpus'), target.name).map(({ data }) => data)
    const { words, edges, worker, outfile } = build
    const order = { words, edges, seed, worker, module: pathToFileURL(outfile).href, time: (time * (target.share ?? 1)) / shares }
    const result = await fuzz({ ...order, target, corpus: [...corpus, ...(await target.seeds())] })
    found += result.finds.length
    report(target, result, build)
    if (keep && result.corpus !== undefined) {
      const worth = result.corpus.filter(({ length }) => length <= MAX_KEPT_LENGTH)
      replaceKept(join(build.folder, 'corpus'), target.name, worth.slice(0, MAX_KEPT))
    }
  }
  return found === 0 ? 0 : 1
}

function report(target: Target, { executions, lastNew = 0, edges = 0, corpus, finds }: CampaignResult, { folder }: Build): void {
  const kept = corpus === undefined ? 'none' : String(corpus.length)
  console.log(
    `${target.name.padEnd(20)} ${count(executions, 'runs')}, ${count(lastNew, 'last new')}, ${count(edges, 'edges')}, ${kept} inputs, ${finds.length} finds`,
  )
  for (const { message, data } of finds) {
    const name = writeInput(join(folder, 'finds'), target.name, data)
    console.log(`  ${message.replaceAll('\n', '\n  ')}`)
    console.log(`  replay: pnpm fuzz --target ${target.name} --replay packages/fuzz/finds/${target.name}/${name}`)
  }
}

function count(number: number, of: string): string {
  return `${String(number).padStart(8)} ${of}`
}

import { Command } from 'commander'
import { count, duration, pattern, runName } from './arguments.ts'
import { bench } from './bench.ts'
import { installContenders } from './install.ts'
import { micro } from './micro/micro.ts'
import { full, quick, quickRowsOf, rowsOf, selectRows } from './plan.ts'
import { profile } from './profile/profile.ts'
import { textReport } from './report/text.ts'
import type { Edition } from './report/edition.ts'
import { writeReport } from './report/write.ts'
import { MICRO, PROFILES, type Results, type ResultsFolder, type Shelf } from './results.ts'

interface RunOptions {
  readonly quick: boolean
  readonly rounds?: number
  readonly bytes?: number
  readonly seconds?: number
  readonly only?: RegExp
  readonly name?: string
}

/** What a run of a part is kept as where nobody names it: not in place of a whole one. */
const PART = 'part'

/**
 * The command line of `pnpm bench`. What cannot be done it refuses before it measures, with a `CommanderError` or `Refusal`; what is kept
 * stays as it was then.
 *
 * @param shelf where results are kept: those of the Node that runs this are written and read, and all of them reported
 */
export function benchCommand(shelf: Shelf): Command {
  const kept = shelf.current
  const command = new Command('bench')
    .description('Measures SeaShell beside its peers and beside what the machine allows.')
    .option('--quick', 'the most important ones, smaller and shorter, under two minutes', false)
    .option('--rounds <count>', 'how often each is measured', count)
    .option('--bytes <count>', 'of a bulk transfer', count)
    .option('--seconds <seconds>', 'for which echoes and handshakes are counted', duration)
    .option('--only <pattern>', 'what matches `row contestant`, a regular expression', pattern)
    .option('--name <name>', `of the results; full or quick where absent, ${PART} with --only`, runName)
    .action((options: RunOptions) => run(options, kept))
  addMicro(command, kept)
  addReaders(command, kept)
  addReport(command, shelf)
  return command
}

async function run({ quick: isQuick, only, ...given }: RunOptions, kept: ResultsFolder): Promise<void> {
  const scale = { ...(isQuick ? quick : full), ...(only && { name: PART }), ...given }
  const rows = only === undefined ? (isQuick ? quickRowsOf : rowsOf)(scale) : selectRows(rowsOf(scale), only)
  installContenders(console.error)
  const results = await bench({ name: scale.name, rows, rounds: scale.rounds, log: console.error })
  await kept.write(results.name, results)
  console.log(textReport(results))
  console.log(`\nkept in ${kept.fileOf(results.name)}`)
}

function addMicro(command: Command, kept: ResultsFolder): void {
  command
    .command('micro')
    .description('measures primitives, provider by provider; keeps the figures where nothing is left out')
    .argument('[pattern]', 'what matches `algorithm work provider`, a regular expression', pattern)
    .action(async (only?: RegExp) => {
      const results = await micro(only, console.log)
      if (only === undefined) await kept.write(MICRO, results)
    })
}

function addReaders(command: Command, kept: ResultsFolder): void {
  command
    .command('show')
    .description('prints results again')
    .argument('[name]', 'of the results', runName, full.name)
    .action(async (name: string) => console.log(textReport(await kept.readRun(name))))

  command
    .command('profile')
    .description('profiles both ends of the rows in which kept results have missed a target')
    .argument('[name]', 'of the results', runName, full.name)
    .action(async (name: string) => kept.write(PROFILES, await profile(await kept.readRun(name), rowsOf(full), console.log)))
}

function addReport(command: Command, shelf: Shelf): void {
  command
    .command('report')
    .description('writes docs/benchmarks.md and its plots from kept results, of every Node that a run of that name is kept of')
    .argument('[name]', 'of the results', runName, full.name)
    .action(async (name: string) => console.log(`written: ${await writeReport(await editionsOf(shelf, name))}`))
}

/**
 * What is kept of a run, with primitives and profiles, by release lines of Node.
 *
 * @throws Refusal where no run of that name is kept
 */
async function editionsOf(shelf: Shelf, name: string): Promise<readonly Edition[]> {
  const editions: Edition[] = []
  for (const folder of await shelf.folders()) {
    const results = await folder.readIfKept<Results>(name)
    if (results === undefined) continue
    editions.push({ results, micro: await folder.readIfKept(MICRO), profiles: await folder.readIfKept(PROFILES) })
  }
  // What is missing, the folder of this Node knows best how to say.
  return editions.length > 0 ? editions : [{ results: await shelf.current.readRun(name), micro: undefined, profiles: undefined }]
}

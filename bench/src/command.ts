import { Command } from 'commander'
import { count, duration, pattern, runName } from './arguments.ts'
import { bench } from './bench.ts'
import { installContenders } from './install.ts'
import { micro, type MicroResults } from './micro/micro.ts'
import { full, quick, quickRowsOf, rowsOf, selectRows } from './plan.ts'
import { profile, type ProfileResults } from './profile/profile.ts'
import { textReport } from './report/text.ts'
import { writeReport } from './report/write.ts'
import { MICRO, PROFILES, type ResultsFolder } from './results.ts'

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
 * @param kept where results are kept
 */
export function benchCommand(kept: ResultsFolder): Command {
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

  command
    .command('report')
    .description('writes docs/benchmarks.md and its plots from kept results, those of the primitives included')
    .argument('[name]', 'of the results', runName, full.name)
    .action(async (name: string) => {
      const [primitives, profiles] = [await kept.readIfKept<MicroResults>(MICRO), await kept.readIfKept<ProfileResults>(PROFILES)]
      console.log(`written: ${await writeReport({ results: await kept.readRun(name), micro: primitives, profiles })}`)
    })
}

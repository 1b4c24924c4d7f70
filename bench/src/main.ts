// `pnpm bench`: measures, prints, and keeps the figures; `pnpm bench micro`: the primitives; `pnpm bench profile`: why a
// target was missed; `pnpm bench report`: the page of them all.
import { Command } from 'commander'
import { bench } from './bench.ts'
import { installContenders } from './install.ts'
import { micro, type MicroResults } from './micro/micro.ts'
import { full, quick, quickRowsOf, rowsOf } from './plan.ts'
import { profile, type ProfileResults } from './profile/profile.ts'
import { textReport } from './report/text.ts'
import { writeReport } from './report/write.ts'
import { readResults, resultsFile, writeResults } from './results.ts'

interface RunOptions {
  readonly quick: boolean
  readonly rounds?: number
  readonly bytes?: number
  readonly seconds?: number
  readonly only?: string
  readonly name?: string
}

const MICRO = 'micro'
const PROFILES = 'profiles'

const program = new Command('bench')
  .description('Measures SeaShell beside its peers and beside what the machine allows.')
  .option('--quick', 'the most important ones, smaller and shorter, under two minutes', false)
  .option('--rounds <count>', 'how often each is measured', Number)
  .option('--bytes <count>', 'of a bulk transfer', Number)
  .option('--seconds <seconds>', 'for which echoes and handshakes are counted', Number)
  .option('--only <pattern>', 'what matches `row contestant`, a regular expression')
  .option('--name <name>', 'of the results; full or quick where absent')
  .action(async ({ quick: isQuick, only, ...given }: RunOptions) => {
    const scale = { ...(isQuick ? quick : full), ...given }
    const rows = isQuick && only === undefined ? quickRowsOf(scale) : rowsOf(scale)
    installContenders(console.error)
    const results = await bench({ name: scale.name, rows, rounds: scale.rounds, only: new RegExp(only ?? '', 'u'), log: console.error })
    await writeResults(results.name, results)
    console.log(textReport(results))
    console.log(`\nkept in ${resultsFile(results.name)}`)
  })

program
  .command('show')
  .description('prints results again')
  .argument('[name]', 'of the results', full.name)
  .action(async (name: string) => console.log(textReport(await readResults(name))))

program
  .command('micro')
  .description('measures primitives, provider by provider')
  .argument('[pattern]', 'what matches `algorithm work provider`, a regular expression', '')
  .action(async (pattern: string) => {
    const results = await micro(new RegExp(pattern, 'u'), console.log)
    if (pattern === '') await writeResults(MICRO, results)
  })

program
  .command('profile')
  .description('profiles both ends of the rows in which kept results have missed a target')
  .argument('[name]', 'of the results', full.name)
  .action(async (name: string) => writeResults(PROFILES, await profile(await readResults(name), rowsOf(full), console.log)))

program
  .command('report')
  .description('writes docs/benchmarks.md and its plots from kept results, those of the primitives included')
  .argument('[name]', 'of the results', full.name)
  .action(async (name: string) => {
    const [primitives, profiles] = await Promise.all([readIfKept<MicroResults>(MICRO), readIfKept<ProfileResults>(PROFILES)])
    console.log(`written: ${await writeReport({ results: await readResults(name), micro: primitives, profiles })}`)
  })

await program.parseAsync()

async function readIfKept<Kept>(name: string): Promise<Kept | undefined> {
  return await readResults<Kept>(name).catch(() => undefined)
}

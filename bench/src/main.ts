// `pnpm bench`: measures, prints, and keeps the figures; `pnpm bench report` makes the page of them.
import { Command } from 'commander'
import { bench } from './bench.ts'
import { installContenders } from './install.ts'
import { full, quick } from './plan.ts'
import { textReport } from './report/text.ts'
import { readResults, resultsFile, writeResults } from './results.ts'

interface RunOptions {
  readonly quick: boolean
  readonly rounds?: number
  readonly bytes?: number
  readonly seconds?: number
  readonly only: string
  readonly name?: string
}

const program = new Command('bench')
  .description('Measures SeaShell beside its peers and beside what the machine allows.')
  .option('--quick', 'smaller and shorter, under two minutes', false)
  .option('--rounds <count>', 'how often each is measured', Number)
  .option('--bytes <count>', 'of a bulk transfer', Number)
  .option('--seconds <seconds>', 'for which echoes and handshakes are counted', Number)
  .option('--only <pattern>', 'what matches `row contestant`, a regular expression', '')
  .option('--name <name>', 'of the results; full or quick where absent')
  .action(async ({ quick: isQuick, only, name, ...given }: RunOptions) => {
    const scale = { ...(isQuick ? quick : full), ...given }
    installContenders(console.error)
    const results = await bench(name ?? scale.name, scale, { only: new RegExp(only, 'u') }, console.error)
    await writeResults(results)
    console.log(textReport(results))
    console.log(`\nkept in ${resultsFile(results.name)}`)
  })

program
  .command('show')
  .description('prints results again')
  .argument('[name]', 'of the results', 'full')
  .action(async (name: string) => console.log(textReport(await readResults(name))))

await program.parseAsync()

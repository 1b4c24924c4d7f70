// `pnpm bench`: measures, prints, and keeps the figures; `pnpm bench micro`: the primitives; `pnpm bench profile`: why a
// target was missed; `pnpm bench report`: the page of them all.
import { benchCommand } from './command.ts'
import { resultsFolder } from './paths.ts'
import { Refusal, Shelf } from './results.ts'

const command = benchCommand(new Shelf(resultsFolder))
try {
  await command.parseAsync()
} catch (error) {
  if (!(error instanceof Refusal)) throw error
  command.error(`error: ${error.message}`)
}

// `pnpm soak --minutes 60 [--seed …]`; with --leak something is left behind on purpose, to see it found
import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { leak } from './leak.ts'
import { leaks, soak } from './soak.ts'

/**
 * What may be more at the end than after the warm-up, in bytes: what the engine keeps of code that was compiled meanwhile, and the buffers that
 * are kept for the next connection. A connection that stays holds 25 KiB, and half a minute has hundreds.
 */
const HEAP_ALLOWANCE = 2_097_152
const BUFFER_ALLOWANCE = 2_097_152

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string' }, leak: { type: 'boolean' } },
})
const minutes = Number(values.minutes)
if (!(minutes > 0)) throw new Error(`expected --minutes above 0; got ${values.minutes}`)
const seed = values.seed ?? randomBytes(4).toString('hex')
console.log(`seed ${seed}, ${minutes} minutes`)
const report = await soak(minutes * 60_000, seed, values.leak === true ? leak : undefined)
const problems = [...report.failures, ...leaks(report, HEAP_ALLOWANCE, BUFFER_ALLOWANCE)]
console.log(JSON.stringify(report, undefined, 2))
for (const problem of problems) console.error(problem)
// What has leaked may keep the process alive.
process.exit(problems.length === 0 ? 0 : 1)

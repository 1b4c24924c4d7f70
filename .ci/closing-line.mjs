// The last line of .ci/run, `N passed, N failed` (`, N skipped`), from vitest's own reports. Usage: closing-line.mjs (<vitest's exit code> <report>)…
import { readFileSync } from 'node:fs'

/** @typedef {{ status: string, assertionResults: { status: string }[] }} FileResult what vitest's JSON reporter says of a test file */

const runs = []
for (let index = 2; index < Math.max(process.argv.length, 4); index += 2) runs.push(outcomeOf(process.argv[index], process.argv[index + 1]))
/** @param {'failed' | 'passed' | 'skipped'} what */
const total = (what) => runs.reduce((sum, run) => sum + run[what], 0)
console.log(`${total('passed')} passed, ${total('failed')} failed${total('skipped') > 0 ? `, ${total('skipped')} skipped` : ''}`)
process.exitCode = Number(total('failed') > 0)

/** @param {string} code @param {string} report */
function outcomeOf(code = '1', report = '') {
  const statuses = readResults(report).flatMap(statusesOf)
  const passed = statuses.filter((status) => status === 'passed').length
  const failed = statuses.filter((status) => status === 'failed').length
  // An error outside of any test fails the run and no test; and a run without a test proves nothing.
  const failedSomehow = Number(code) !== 0 || passed === 0
  return { passed, failed: failedSomehow ? Math.max(failed, 1) : failed, skipped: statuses.length - passed - failed }
}

/** @param {string} report @returns {FileResult[]} */
function readResults(report) {
  try {
    return JSON.parse(readFileSync(report, 'utf8')).testResults
  } catch (error) {
    console.error('vitest left no report:', error)
    return []
  }
}

/** @param {FileResult} file */
function statusesOf({ status, assertionResults }) {
  const ofTests = assertionResults.map((test) => test.status)
  const didNotLoad = status === 'failed' && !ofTests.includes('failed')
  return didNotLoad ? [...ofTests, 'failed'] : ofTests
}

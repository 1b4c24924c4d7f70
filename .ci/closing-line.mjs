// The last line of .ci/run, `N passed, N failed` (`, N skipped`), from vitest's own report. Usage: closing-line.mjs <vitest's exit code> <report>
import { readFileSync } from 'node:fs'

/** @typedef {{ status: string, assertionResults: { status: string }[] }} FileResult what vitest's JSON reporter says of a test file */

const [, , code = '1', report = ''] = process.argv
const statuses = readResults().flatMap(statusesOf)
const skipped = statuses.filter((status) => status !== 'passed' && status !== 'failed').length
const passed = statuses.filter((status) => status === 'passed').length
const failed = statuses.filter((status) => status === 'failed').length
// An error outside of any test fails the run and no test; and a run without a test proves nothing.
const failedSomehow = Number(code) !== 0 || passed === 0 || failed > 0
console.log(`${passed} passed, ${failedSomehow ? Math.max(failed, 1) : 0} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exitCode = Number(code) || Number(failedSomehow)

/** @returns {FileResult[]} */
function readResults() {
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

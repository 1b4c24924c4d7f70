import type { Results, Series } from '../results.ts'
import { median, summarize } from '../statistics.ts'
import { figure } from './figure.ts'
import { requiredOf, verdictsOf } from './verdicts.ts'

/** A run as text for a terminal: each row's contestants, then the targets. */
export function textReport(results: Results): string {
  const rows = [...new Set(results.series.map(({ row }) => row))]
  const grouped = rows.map((row) => [row, results.series.filter((one) => one.row === row)] as const)
  const parts = grouped.map(([row, series]) => `\n${row}, ${series[0]?.unit}\n${series.map((one) => seriesLine(one, series)).join('\n')}`)
  const missing = results.missing.map((line) => `not measured: ${line}`)
  return [...parts, '', ...verdictLines(results), ...missing].join('\n')
}

function seriesLine(one: Series, all: readonly Series[]): string {
  const { median: middle, lowest, highest } = summarize(one.values)
  const ratio = middle / median((all[0] ?? one).values)
  const perCpu = one.perCpuSecond.length > 0 ? median(one.perCpuSecond.map(({ both }) => both)) : undefined
  const cpu = perCpu === undefined ? '' : `${figure(perCpu)} ${one.unit === 'MB/s' ? 'MB' : 'thousand'} per CPU s`
  return (
    `  ${one.contestant.padEnd(22)} ${figure(middle).padStart(8)}  (${figure(lowest)} – ${figure(highest)})`.padEnd(60) +
    `${ratio.toFixed(2)} ×  ${cpu}`
  )
}

function verdictLines(results: Results): string[] {
  return verdictsOf(results).map((verdict) => {
    const { target, ours, theirs, ratio, aimRatio, reached } = verdict
    const sides = `${target.ours} ${figure(ours)} : ${target.against.contestant} ${figure(theirs)}`
    const aim = aimRatio === undefined ? '' : `; ${aimRatio.toFixed(2)} × ${target.aim}, which is aimed for`
    return `${reached ? 'reached    ' : 'NOT REACHED'} ${ratio.toFixed(2)} ×, ${requiredOf(target)}: ${target.work} (${sides}${aim})`
  })
}

import { describe, expect, it } from 'vitest'
import type { Results, Series } from '../src/results.ts'
import { textReport } from '../src/report/text.ts'
import { verdictsOf } from '../src/report/verdicts.ts'
import { median, summarize } from '../src/statistics.ts'
import { targets } from '../src/targets.ts'
import { full, rowsOf } from '../src/plan.ts'

const series = (row: string, contestant: string, ...values: number[]): Series => ({
  row,
  contestant,
  unit: 'MB/s',
  values,
  perCpuSecond: [],
})

/** Whether the target for memory is reached with so many kilobytes, where ssh2 takes 30. */
const idle = (ours: number): boolean | undefined =>
  verdictsOf({ series: [series('idle', 'seashell', ours), series('idle', 'ssh2-addon-nodelay', 30)] })[0]?.reached

describe('statistics', () => {
  it('take the middle of an odd number of samples, and between the middle two of an even one', () => {
    expect([median([9, 1, 5]), median([4, 1, 9, 2])]).toEqual([5, 3])
    expect(summarize([3, 1, 8])).toEqual({ median: 3, lowest: 1, highest: 8 })
    expect(() => median([])).toThrow(RangeError)
  })
})

describe('verdicts', () => {
  const row = 'download/aes256-gcm'

  it('compare the medians of a row, and are there only where both sides were measured', () => {
    const [verdict, ...rest] = verdictsOf({ series: [series(row, 'seashell', 90, 100, 500), series(row, 'openssh', 80, 80, 80)] })
    expect([verdict?.ratio, verdict?.reached, rest]).toEqual([1.25, true, []])
    expect(verdictsOf({ series: [series(row, 'seashell', 79), series(row, 'openssh', 80)] })[0]?.reached).toBe(false)
    expect(verdictsOf({ series: [series(row, 'seashell', 90)] })).toEqual([])
  })

  it('take less for better where that is so', () => {
    expect([idle(29), idle(31)]).toEqual([true, false])
  })

  it('are about rows and contestants that are measured', () => {
    const rows = new Map(rowsOf(full).map(({ name, contestants }) => [name, contestants]))
    for (const { row: own, ours, against } of targets) {
      expect(rows.get(own)).toContain(ours)
      expect(rows.get(against.row ?? own)).toContain(against.contestant)
    }
  })

  it('stand in the report, in words', () => {
    const results: Results = {
      name: 'test',
      date: '',
      machine: { cpu: '', cores: 2, memoryBytes: 0, system: '', node: '' },
      contestants: {},
      series: [series(row, 'seashell', 79), series(row, 'openssh', 80)],
      missing: ['x: y'],
    }
    const report = textReport(results)
    expect(report).toContain('NOT REACHED 0.99 ×, at least 1: download, aes256-gcm (seashell 79 : openssh 80)')
    expect(report).toContain('not measured: x: y')
  })
})

import { expect, it } from 'vitest'
import type { Edition } from '../src/report/edition.ts'
import { page } from '../src/report/page.ts'
import type { Results, Series } from '../src/results.ts'

const ROW = 'download/aes256-gcm'

const series = (contestant: string, value: number): Series => ({ row: ROW, contestant, unit: 'MB/s', values: [value], perCpuSecond: [] })

/** A run in which we made so many megabytes a second, and OpenSSH 100. */
function edition(node: string, ours: number): Edition {
  const results: Results = {
    name: 'full',
    date: '2026-11-24T01:00:00Z',
    machine: { cpu: 'Z80', cores: 2, memoryBytes: 2 ** 31, system: 'CP/M', node },
    contestants: { seashell: 'SeaShell' },
    series: [series('seashell', ours), series('openssh', 100)],
    missing: [],
  }
  return { results, micro: undefined, profiles: undefined }
}

it('puts the verdicts of several Nodes side by side, and says how many targets each has reached', () => {
  const text = page([edition('v20.20.2', 93), edition('v24.21.0', 125)])
  expect(text).toContain('| download, aes256-gcm | seashell | openssh | at least 1 | **0.93** (93 : 100) | 1.25 (125 : 100) |')
  expect(text).toContain('Reached: 0 of 1 with Node 20, 1 of 1 with Node 24.')
  expect(text).toContain('Node 20 is v20.20.2, in 1 round on 2026-11-24. Node 24 is v24.21.0, in 1 round on 2026-11-24.')
  expect(text.match(/2 cores of Z80/gu)).toHaveLength(1)
  expect(text).toContain('| upload, aes256-gcm | seashell | openssh | at least 1 | not measured | not measured |')
})

it('shows the plots of each, in both themes', () => {
  const text = page([edition('v20.20.2', 93), edition('v24.21.0', 125)])
  for (const line of ['20', '24'])
    for (const theme of ['light', 'dark']) expect(text).toContain(`plots/node-${line}-bulk-aes256-gcm-${theme}.svg`)
})

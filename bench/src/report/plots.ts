import { contestants } from '../plan.ts'
import type { Series } from '../results.ts'
import { summarize } from '../statistics.ts'
import type { Chart } from './chart.ts'
import { type Edition, nameOf } from './edition.ts'

/** A chart with the name of its files. */
export interface Plot {
  readonly file: string
  readonly chart: Chart
}

interface PlotSpec {
  readonly file: string
  readonly title: string
  readonly unit: string
  /** Rows by what the legend calls them. */
  readonly rows: Readonly<Record<string, string>>
}

function bulk(suite: string, title = suite): PlotSpec {
  const rows = { download: `download/${suite}`, upload: `upload/${suite}` }
  return { file: `bulk-${suite}`, title: `${title}, one channel`, unit: 'MB/s, more is better', rows }
}

const specs: readonly PlotSpec[] = [
  bulk('aes256-gcm'),
  bulk('aes128-gcm'),
  bulk('chacha20-poly1305'),
  bulk('aes128-ctr-hmac', 'aes128-ctr with hmac-sha2-256-etm'),
  {
    file: 'echo-1',
    title: 'Echo of 64 bytes, one in flight',
    unit: 'round trips a second, more is better',
    rows: { 'aes256-gcm': 'echo/1 in flight', chacha20: 'echo/1 in flight, chacha20-poly1305' },
  },
  {
    file: 'echo-64',
    title: 'Echo of 64 bytes, 64 in flight',
    unit: 'round trips a second, more is better',
    rows: { 'aes256-gcm': 'echo/64 in flight', chacha20: 'echo/64 in flight, chacha20-poly1305' },
  },
  {
    file: 'handshake',
    title: 'Connect, log in, disconnect',
    unit: 'a second, more is better',
    rows: { 'one at a time': 'handshake/1 at once', '16 at once': 'handshake/16 at once' },
  },
  { file: 'exec', title: 'Connect, run a program, disconnect', unit: 'a second, more is better', rows: { exec: 'exec' } },
  { file: 'idle', title: "A server's memory for an idle connection", unit: 'KB, less is better', rows: { idle: 'idle' } },
]

/** The plots of an edition: those of which anything was measured. */
export function plotsOf(edition: Edition): Plot[] {
  const name = nameOf(edition)
  const plots = specs.map(({ file, ...spec }) => ({
    file: `${name.toLowerCase().replace(' ', '-')}-${file}`,
    chart: chartOf({ ...spec, title: `${spec.title} (${name})` }, edition.results.series),
  }))
  return plots.filter(({ chart }) => chart.groups.length > 0)
}

function chartOf({ title, unit, rows }: Omit<PlotSpec, 'file'>, series: readonly Series[]): Chart {
  const names = Object.values(rows)
  const groups = contestants.flatMap(({ name, label }) => {
    const bars = names.flatMap((row, measure) => {
      const found = series.find((one) => one.row === row && one.contestant === name && one.values.length > 0)
      return found ? [{ ...summarize(found.values), measure }] : []
    })
    return bars.length > 0 ? [{ label, kind: kindOf(name), bars }] : []
  })
  return { title, unit, measures: Object.keys(rows), groups }
}

function kindOf(contestant: string): Chart['groups'][number]['kind'] {
  if (contestant.includes('seashell')) return 'ours'
  return contestant.startsWith('raw-') || contestant === 'tcp' ? 'ceiling' : 'theirs'
}

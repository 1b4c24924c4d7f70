import type { MicroResults } from '../micro/micro.ts'
import type { ProfileResults } from '../profile/profile.ts'
import type { Results, Series } from '../results.ts'
import { median, summarize } from '../statistics.ts'
import { figure } from './figure.ts'
import type { Plot } from './plots.ts'
import { missedSection } from './missed.ts'
import { table } from './table.ts'
import { requiredOf, verdictsOf } from './verdicts.ts'

/** What there is to report of. */
export interface Kept {
  readonly results: Results
  readonly micro: MicroResults | undefined
  readonly profiles: ProfileResults | undefined
}

/** The page of a run, as Markdown; plots are `plots/<file>-<theme>.svg` beside it. */
export function page({ results, micro, profiles }: Kept, plots: readonly Plot[]): string {
  return [
    '# Benchmarks',
    introduction(results),
    '## What must be reached',
    targetTable(results),
    ...missedSection(results, profiles),
    '## Plots',
    ...plots.map(({ file, chart }) => picture(file, chart.title)),
    '## Figures',
    'MB are 10^6 bytes; the spread is the lowest and the highest sample. Per second of processor time: megabytes for bulk, thousands for the rest, of both ends.',
    figureTable(results.series),
    '## Who took part',
    table(['contestant', 'client → server'], Object.entries(results.contestants)),
    ...(results.missing.length > 0 ? ['Not measured:', results.missing.map((line) => `- ${line}`).join('\n')] : []),
    ...(micro ? ['## Primitives', microIntroduction(micro), microTable(micro)] : []),
    '',
  ].join('\n\n')
}

function introduction({ date, machine, series }: Results): string {
  const rounds = Math.max(...series.map(({ values }) => values.length))
  const { cpu, cores, memoryBytes, system, node } = machine
  return [
    `Made by \`pnpm bench\` and \`pnpm bench report\` on ${date.slice(0, 10)}: ${cores} cores of ${cpu}, ${Math.round(memoryBytes / 2 ** 30)} GiB, ${system}, Node ${node}.`,
    `Over loopback, each end a process of its own, contestants in turns, ${rounds} rounds for what a target is about, two for the rest; figures are medians.`,
    'Compare ratios within this page; figures of other machines and other days have nothing to do with these. [bench](../bench) says who takes part.',
    'Samples of one contestant lie apart by a fifth and more (the spread, below): what is within a few hundredths of its target may be on the other side of it next time.',
  ].join('\n')
}

function targetTable(results: Results): string {
  const rows = verdictsOf(results).map((verdict) => {
    const { target, ours, theirs, ratio, aimRatio, reached } = verdict
    const aim = aimRatio === undefined ? '' : `; ${aimRatio.toFixed(2)} × ${target.aim}`
    const against = target.against.row === undefined ? target.against.contestant : `${target.against.contestant}, ${target.against.row}`
    return [
      target.work,
      `${target.ours} ${figure(ours)}`,
      `${against} ${figure(theirs)}`,
      `${ratio.toFixed(2)}${aim}`,
      requiredOf(target),
      reached ? 'reached' : '**not reached**',
    ]
  })
  return table(['work', 'ours', 'against', 'ratio', 'required', ''], rows)
}

function picture(file: string, title: string): string {
  return [
    '<picture>',
    `  <source media="(prefers-color-scheme: dark)" srcset="plots/${file}-dark.svg">`,
    `  <img alt="${title}" src="plots/${file}-light.svg">`,
    '</picture>',
  ].join('\n')
}

function figureTable(series: readonly Series[]): string {
  const rows = series.map(({ row, contestant, unit, values, perCpuSecond }) => {
    const { median: middle, lowest, highest } = summarize(values)
    const perCpu = perCpuSecond.length > 0 ? figure(median(perCpuSecond.map(({ both }) => both))) : ''
    return [row, contestant, `${figure(middle)} ${unit}`, `${figure(lowest)} – ${figure(highest)}`, perCpu]
  })
  return table(['work', 'contestant', 'median', 'spread', 'per CPU s'], rows)
}

function microIntroduction({ date, machine }: MicroResults): string {
  return `Made by \`pnpm bench micro\` on ${date.slice(0, 10)}, ${machine.cpu}, Node ${machine.node}: one operation after the other in one thread, medians.`
}

function microTable({ operations }: MicroResults): string {
  const rows = operations.map(({ name, work, provider, microseconds, megabytesPerSecond }) => [
    name,
    work,
    provider,
    figure(microseconds),
    megabytesPerSecond === undefined ? '' : figure(megabytesPerSecond),
  ])
  return table(['algorithm', 'work', 'provider', 'µs', 'MB/s'], rows)
}

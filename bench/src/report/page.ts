import type { MicroResults } from '../micro/micro.ts'
import type { Results, Series } from '../results.ts'
import { median, summarize } from '../statistics.ts'
import { type Target, targets } from '../targets.ts'
import { type Edition, nameOf } from './edition.ts'
import { figure } from './figure.ts'
import { missedSection } from './missed.ts'
import { plotsOf } from './plots.ts'
import { table } from './table.ts'
import { requiredOf, type Verdict, verdictsOf } from './verdicts.ts'

/** The page of runs with one release line of Node or several, as Markdown; plots are `plots/<file>-<theme>.svg` beside it. */
export function page(editions: readonly Edition[]): string {
  return [
    '# Benchmarks',
    introduction(editions),
    '## What must be reached',
    targetSection(editions),
    ...missedSection(editions),
    '## Plots',
    ...ofEach(editions, (edition) => plotsOf(edition).map(({ file, chart }) => picture(file, chart.title))),
    '## Figures',
    'MB are 10^6 bytes; the spread is the lowest and the highest sample. Per second of processor time: megabytes for bulk, thousands for the rest, of both ends.',
    ...ofEach(editions, ({ results }) => [figureTable(results.series)]),
    '## Who took part',
    ...ofEach(editions, ({ results }) => participants(results)),
    '## Primitives',
    ...ofEach(editions, ({ micro }) => (micro ? [microIntroduction(micro), microTable(micro)] : ['Not measured.'])),
    '',
  ].join('\n\n')
}

/** What there is to say of each, under its name. */
function ofEach(editions: readonly Edition[], say: (edition: Edition) => readonly string[]): string[] {
  return editions.flatMap((edition) => [`### ${nameOf(edition)}`, ...say(edition)])
}

function introduction(editions: readonly Edition[]): string {
  const machines = new Set(editions.map(({ results }) => machineOf(results)))
  return [
    `Made by \`pnpm bench\` and \`pnpm bench report\`: ${[...machines].join('; ')}.`,
    `${editions.map((edition) => runOf(edition)).join('. ')}.`,
    'Over loopback, each end a process of its own, contestants in turns: so many rounds for what a target is about, two for the rest; figures are medians.',
    'Compare ratios within one run; figures of other machines, of other days and of the other Node have nothing to do with these. [bench](../bench) says who takes part.',
    'Samples of one contestant lie apart by a fifth and more (the spread, below): what is within a few hundredths of its target may be on the other side of it next time.',
  ].join('\n')
}

function machineOf({ machine: { cpu, cores, memoryBytes, system } }: Results): string {
  return `${cores} cores of ${cpu}, ${Math.round(memoryBytes / 2 ** 30)} GiB, ${system}`
}

/** `Node 20 is v20.20.2, in 7 rounds on 2026-11-24`. */
function runOf(edition: Edition): string {
  const { date, machine, series } = edition.results
  const rounds = Math.max(...series.map(({ values }) => values.length))
  return `${nameOf(edition)} is ${machine.node}, in ${rounds} ${rounds === 1 ? 'round' : 'rounds'} on ${date.slice(0, 10)}`
}

function targetSection(editions: readonly Edition[]): string {
  const verdicts = editions.map(({ results }) => verdictsOf(results))
  const counts = verdicts.map((all, index) => {
    const reached = all.filter((verdict) => verdict.reached).length
    return `${reached} of ${all.length} with ${nameOf(editions[index]!)}`
  })
  const rows = targets.map((target) => targetRow(target, verdicts))
  return [
    `The ratio of the medians, and these; **bold** where what is required was not reached. Reached: ${counts.join(', ')}.`,
    table(['work', 'ours', 'against', 'required', ...editions.map((edition) => nameOf(edition))], rows),
  ].join('\n\n')
}

function targetRow(target: Target, verdicts: readonly (readonly Verdict[])[]): string[] {
  const { work, ours, against } = target
  const other = against.row === undefined ? against.contestant : `${against.contestant}, ${against.row}`
  return [work, ours, other, requiredOf(target), ...verdicts.map((all) => verdictCell(target, all))]
}

function verdictCell(target: Target, verdicts: readonly Verdict[]): string {
  const verdict = verdicts.find((one) => one.target === target)
  if (verdict === undefined) return 'not measured'
  const { ours, theirs, ratio, aimRatio, reached } = verdict
  const aim = aimRatio === undefined ? '' : `; ${aimRatio.toFixed(2)} × ${target.aim}`
  return `${reached ? ratio.toFixed(2) : `**${ratio.toFixed(2)}**`} (${figure(ours)} : ${figure(theirs)}${aim})`
}

function participants({ contestants, missing }: Results): string[] {
  const listed = table(['contestant', 'client → server'], Object.entries(contestants))
  return missing.length === 0 ? [listed] : [listed, 'Not measured:', missing.map((line) => `- ${line}`).join('\n')]
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

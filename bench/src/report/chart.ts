import type { Summary } from '../statistics.ts'
import { figure } from './figure.ts'

/** One bar: a median, and how far the samples lie apart. */
interface Bar extends Summary {
  /** Which of the chart's measures it belongs to. */
  readonly measure: number
}

/** What is drawn: for each contestant a bar per measure. */
export interface Chart {
  readonly title: string
  /** What the figures are, for the line below the title. */
  readonly unit: string
  /** What the bars of a contestant are, first to last: `['download', 'upload']`; one needs no legend. */
  readonly measures: readonly string[]
  readonly groups: readonly { readonly label: string; readonly kind: 'ceiling' | 'ours' | 'theirs'; readonly bars: readonly Bar[] }[]
}

/** The colours of a plot. */
export interface Theme {
  readonly name: 'dark' | 'light'
  readonly background: string
  readonly text: string
  readonly faint: string
  /** Of the first and the second measure. */
  readonly bars: Readonly<Record<'ceiling' | 'ours' | 'theirs', readonly [string, string]>>
}

/** For both ways a page can look. */
export const themes: readonly Theme[] = [
  {
    name: 'light',
    background: '#ffffff',
    text: '#1f2328',
    faint: '#59636e',
    bars: { ours: ['#0969da', '#80b3ed'], theirs: ['#6e7781', '#b7bdc4'], ceiling: ['#c69026', '#e6cd93'] },
  },
  {
    name: 'dark',
    background: '#0d1117',
    text: '#e6edf3',
    faint: '#9198a1',
    bars: { ours: ['#4493f8', '#24539a'], theirs: ['#7d8590', '#4b525b'], ceiling: ['#bb8009', '#6b4d0c'] },
  },
]

const WIDTH = 760
const LABELS = 210
const FIGURES = 90
const TOP = 62
const BAR = 13
const GAP = 9
const BOTTOM = 12

/** Draws bars with their spread, as SVG. */
export function chartToSvg(chart: Chart, theme: Theme): string {
  const groupHeight = chart.measures.length * BAR + GAP
  const height = TOP + chart.groups.length * groupHeight + BOTTOM
  const longest = Math.max(...chart.groups.flatMap(({ bars }) => bars.map(({ highest }) => highest)))
  const scale = (WIDTH - LABELS - FIGURES) / longest
  const groups = chart.groups.map((group, index) => groupSvg(group, TOP + index * groupHeight, scale, theme))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="system-ui, 'DejaVu Sans', sans-serif">`,
    `<title>${escape(`${chart.title}, ${chart.unit}`)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="${theme.background}"/>`,
    text(16, 26, chart.title, theme.text, 'font-size="16" font-weight="600"'),
    text(16, 46, `${chart.unit}; bars are medians, lines the spread`, theme.faint, 'font-size="12"'),
    ...(chart.measures.length > 1 ? legend(chart.measures, theme) : []),
    ...groups,
    '</svg>',
    '',
  ].join('\n')
}

function groupSvg({ label, kind, bars }: Chart['groups'][number], top: number, scale: number, theme: Theme): string {
  const middle = top + (bars.length * BAR) / 2
  const weight = kind === 'ours' ? ' font-weight="600"' : ''
  return [
    text(LABELS - 10, middle + 4, label, theme.text, `font-size="12" text-anchor="end"${weight}`),
    ...bars.map((bar, index) => barSvg(bar, top + index * BAR, scale, theme.bars[kind][bar.measure === 0 ? 0 : 1], theme)),
  ].join('\n')
}

function barSvg({ median, lowest, highest }: Bar, top: number, scale: number, colour: string, theme: Theme): string {
  const middle = top + BAR / 2 - 0.5
  const [from, to] = [round(LABELS + lowest * scale), round(LABELS + highest * scale)]
  return [
    `<rect x="${LABELS}" y="${top}" width="${round(median * scale)}" height="${BAR - 1}" fill="${colour}"/>`,
    `<path d="M${from} ${middle}H${to}M${from} ${middle - 3}v6M${to} ${middle - 3}v6" stroke="${theme.text}" fill="none"/>`,
    text(Math.max(to, LABELS + median * scale) + 6, middle + 4, figure(median), theme.faint, 'font-size="11"'),
  ].join('\n')
}

function legend(measures: readonly string[], theme: Theme): string[] {
  return measures.flatMap((measure, index) => {
    const x = WIDTH - 16 - (measures.length - index) * 110
    return [
      `<rect x="${x}" y="16" width="12" height="12" fill="${theme.bars.ours[index === 0 ? 0 : 1]}"/>`,
      text(x + 18, 26, measure, theme.text, 'font-size="12"'),
    ]
  })
}

function text(x: number, y: number, content: string, fill: string, attributes: string): string {
  return `<text x="${round(x)}" y="${round(y)}" fill="${fill}" ${attributes}>${escape(content)}</text>`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escape(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

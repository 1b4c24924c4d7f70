import type { Results, Series } from '../results.ts'
import { median } from '../statistics.ts'
import { type Target, targets } from '../targets.ts'

/** A target and what came of it. */
export interface Verdict {
  readonly target: Target
  readonly ours: number
  readonly theirs: number
  readonly ratio: number
  /** Ours to what is aimed for, where there is such. */
  readonly aimRatio?: number
  readonly reached: boolean
}

/** The verdicts on the targets of which both sides were measured. */
export function verdictsOf({ series }: Pick<Results, 'series'>): Verdict[] {
  return targets.flatMap((target) => {
    const ours = seriesOf(series, target.row, target.ours)
    const theirs = seriesOf(series, target.against.row ?? target.row, target.against.contestant)
    const aim = target.aim === undefined ? undefined : seriesOf(series, target.row, target.aim)
    return ours && theirs ? [verdictOn(target, median(ours.values), median(theirs.values), aim && median(aim.values))] : []
  })
}

/** What a target asks for, in words. */
export function requiredOf({ atLeast, atMost }: Target): string {
  return atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`
}

function verdictOn(target: Target, ours: number, theirs: number, aim: number | undefined): Verdict {
  const { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = target
  const ratio = ours / theirs
  return { target, ours, theirs, ratio, ...(aim && { aimRatio: ours / aim }), reached: ratio >= atLeast && ratio <= atMost }
}

function seriesOf(series: readonly Series[], row: string, contestant: string): Series | undefined {
  return series.find((one) => one.row === row && one.contestant === contestant && one.values.length > 0)
}

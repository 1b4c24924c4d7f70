/** What several samples come to. */
export interface Summary {
  readonly median: number
  readonly lowest: number
  readonly highest: number
}

/**
 * The median: robust where a round was disturbed, which on shared machines is often.
 *
 * @throws RangeError for no samples
 */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[sorted.length >> 1]
  const lower = sorted[(sorted.length - 1) >> 1]
  if (upper === undefined || lower === undefined) throw new RangeError('expected samples; got none')
  return (lower + upper) / 2
}

/** Median and spread. */
export function summarize(values: readonly number[]): Summary {
  return { median: median(values), lowest: Math.min(...values), highest: Math.max(...values) }
}

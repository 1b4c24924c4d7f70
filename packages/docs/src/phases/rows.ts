/** The numbers that a table treats alike, and how. */
export interface Row {
  readonly numbers: readonly number[]
  /** One cell for each phase. */
  readonly cells: readonly string[]
}

/** A row for each way in which numbers are treated, in the order of the first number of each. */
export function rowsOf(numbers: readonly number[], cellsOf: (number: number) => readonly string[]): readonly Row[] {
  const rows = new Map<string, { numbers: number[]; cells: readonly string[] }>()
  for (const number of numbers) {
    const cells = cellsOf(number)
    const row = rows.get(cells.join('|'))
    if (row === undefined) rows.set(cells.join('|'), { numbers: [number], cells })
    else row.numbers.push(number)
  }
  return [...rows.values()]
}

/** Rows as a Markdown table. */
export function table(heads: readonly string[], rows: readonly Row[], names: ReadonlyMap<number, string>): string {
  const lines = [['message', ...heads], ['', ...heads].map(() => '---'), ...rows.map((row) => [titleOf(row.numbers, names), ...row.cells])]
  return `${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`
}

/** `5 SERVICE_REQUEST`; `0, 8–19`. */
function titleOf(numbers: readonly number[], names: ReadonlyMap<number, string>): string {
  const runs: { first: number; last: number; name: string | undefined }[] = []
  for (const number of numbers) {
    const name = names.get(number)
    const run = runs.at(-1)
    if (run !== undefined && run.last === number - 1 && run.name === name) run.last = number
    else runs.push({ first: number, last: number, name })
  }
  return runs.map(({ first, last, name = '' }) => `${first === last ? first : `${first}–${last}`} ${name}`.trim()).join(', ')
}

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { docsFolder } from '../paths.ts'
import { chartToSvg, themes } from './chart.ts'
import { type Kept, page } from './page.ts'
import { plotsOf } from './plots.ts'

/**
 * Writes docs/benchmarks.md and its plots.
 *
 * @returns the page's path
 */
export async function writeReport(kept: Kept): Promise<string> {
  const plots = plotsOf(kept.results)
  await mkdir(join(docsFolder, 'plots'), { recursive: true })
  for (const { file, chart } of plots) {
    for (const theme of themes) await writeFile(join(docsFolder, 'plots', `${file}-${theme.name}.svg`), chartToSvg(chart, theme))
  }
  const path = join(docsFolder, 'benchmarks.md')
  await writeFile(path, page(kept, plots))
  return path
}

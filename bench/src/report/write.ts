import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { docsFolder } from '../paths.ts'
import { chartToSvg, themes } from './chart.ts'
import type { Edition } from './edition.ts'
import { page } from './page.ts'
import { plotsOf } from './plots.ts'

/**
 * Writes docs/benchmarks.md and its plots, in place of those that were there.
 *
 * @returns the page's path
 */
export async function writeReport(editions: readonly Edition[]): Promise<string> {
  const folder = join(docsFolder, 'plots')
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  for (const { file, chart } of editions.flatMap((edition) => plotsOf(edition))) {
    for (const theme of themes) await writeFile(join(folder, `${file}-${theme.name}.svg`), chartToSvg(chart, theme))
  }
  const path = join(docsFolder, 'benchmarks.md')
  await writeFile(path, page(editions))
  return path
}

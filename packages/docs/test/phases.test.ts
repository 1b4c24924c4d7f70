import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { phasesPage } from '../src/phases/page.ts'
import { cellsOfTwoMinds } from '../src/phases/transport.ts'

const PAGE = fileURLToPath(new URL('../../../docs/phases.md', import.meta.url))

it('docs/phases.md is what the tables say that the code runs on; `pnpm docs-write` writes it anew', async () => {
  await expect(phasesPage()).toMatchFileSnapshot(PAGE)
})

it('no cell depends on more than it can say', () => {
  expect(cellsOfTwoMinds()).toEqual([])
})

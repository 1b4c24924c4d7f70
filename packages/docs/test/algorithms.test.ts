import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { algorithmsPage, contradictedNames, staleData, unexplainedNames } from '../src/algorithms/page.ts'

const PAGE = fileURLToPath(new URL('../../../docs/algorithms.md', import.meta.url))

it('docs/algorithms.md is what the definitions say; `pnpm docs-write` writes it anew', async () => {
  await expect(algorithmsPage()).toMatchFileSnapshot(PAGE)
})

it('every name that a peer has is ours, or is left out for one reason', () => {
  expect(unexplainedNames()).toEqual([])
})

it('no name is ours and left out at once', () => {
  expect(contradictedNames()).toEqual([])
})

it('what is said about OpenSSH, and about what is left out, is about names that there are', () => {
  expect(staleData()).toEqual([])
})

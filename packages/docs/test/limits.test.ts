import { fileURLToPath } from 'node:url'
import { clientLimits, serverLimits } from '@seashell/core'
import { expect, it } from 'vitest'
import { membersOf, sourceOf } from '../src/limits/members.ts'
import { allProofs, limitsPage } from '../src/limits/page.ts'
import { transportProofs } from '../src/limits/proofs.ts'

const PAGE = fileURLToPath(new URL('../../../docs/limits.md', import.meta.url))

it('docs/limits.md is what the code says; `pnpm docs-write` writes it anew', async () => {
  await expect(limitsPage()).toMatchFileSnapshot(PAGE)
})

it('every limit of a transport has a default for each role, a sentence, and tests on both sides', () => {
  const names = Object.keys(serverLimits)
  expect(names.length).toBeGreaterThan(15)
  expect(Object.keys(clientLimits)).toEqual(names)
  expect(Object.keys(transportProofs)).toEqual(names)
  expect([...membersOf('core/src/transport/limits.ts', 'Limits').keys()]).toEqual(names)
})

/** Whether a file has a test of that title, or one whose title goes on with a value. */
function hasTest(file: string, title: string): boolean {
  const quoted = title.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
  return new RegExp(String.raw`\bit(?:\.each\(.*\))?\(\s*['\`]${quoted}(?:['\`]| \$\{)`).test(sourceOf(file))
}

it('every test that is named is there', () => {
  const missing = allProofs().flatMap(({ file, within, beyond }) => [within, beyond].filter((title) => !hasTest(file, title)))
  expect(missing).toEqual([])
  expect(hasTest('core/test/limits.test.ts', 'are all very well')).toBe(false)
})

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { isThere, namedTests } from '../src/named-tests.ts'

const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8')
const page = read('docs/security.md')
const rows = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| promise |'))

it('every promise of docs/security.md names tests that are there', () => {
  expect(rows.length).toBeGreaterThan(35)
  expect(rows.filter((row) => namedTests(row).length === 0)).toEqual([])
  // Whatever is in quotation marks has been understood to be one.
  expect(namedTests(page)).toHaveLength([...page.matchAll(/“/g)].length)
  expect(namedTests(page).filter((test) => !isThere(test))).toEqual([])
})

it('a test that is not there is missed', () => {
  const [file, title] = ['docs/test/security.test.ts', 'a test that is not there is missed']
  expect(isThere({ file, title })).toBe(true)
  expect(isThere({ file, title: title.slice(0, -1) })).toBe(false)
  expect(isThere({ file: 'docs/test/nowhere.test.ts', title: 'a test' })).toBe(false)
})

it('SECURITY.md promises what docs/security.md shows, in the same order', () => {
  const section = read('SECURITY.md').split('## What we promise')[1]!.split('\n## ')[0]!
  const promises = section
    .split('\n- ')
    .slice(1)
    .map((promise) => promise.replaceAll(/\s+/g, ' '))
  const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading!)
  expect(promises.map((promise, index) => (promise.startsWith(headings[index]!) ? headings[index] : promise))).toEqual(headings)
})

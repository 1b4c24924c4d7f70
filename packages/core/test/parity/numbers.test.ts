// The suite cannot lose a number: what Twisted Conch does is 124 statements, what it does wrong is 22.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const packages = fileURLToPath(new URL('../../..', import.meta.url))

/** The numbers of a title: `conch 17 and 22: …` is about two, `conch C5: …` about a defect. */
const titled = /(['"`])conch ((?:C?\d+(?:, | and )?)+): /g

function numbersIn(source: string): string[] {
  return [...source.matchAll(titled)].flatMap(([, , numbers = '']) => numbers.split(/, | and /))
}

function tests(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
}

const upTo = (last: number, prefix = ''): string[] => Array.from({ length: last }, (_, index) => `${prefix}${index + 1}`)

it('every behaviour, 1 to 124, and every defect, C1 to C22, has a test of its number', () => {
  const folders = readdirSync(packages, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const named = folders
    .map(({ name }) => join(packages, name))
    .filter((folder) => readdirSync(folder).includes('test'))
    .flatMap((folder) => tests(join(folder, 'test')).flatMap(numbersIn))
  const known = [...upTo(124), ...upTo(22, 'C')]
  expect(known.filter((number) => !named.includes(number))).toEqual([])
  expect([...new Set(named)].filter((number) => !known.includes(number))).toEqual([])
})

it('finds numbers in titles, and not in comments', () => {
  const source = ["it('conch 1, 2 and C3: it does')", '// conch 4: is elsewhere', '["conch 5: too", 1]'].join('\n')
  expect(numbersIn(source)).toEqual(['1', '2', 'C3', '5'])
})

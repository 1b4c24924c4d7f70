import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const PACKAGES = fileURLToPath(new URL('../..', import.meta.url))

/** A test, or a group of tests, as a page names it: `core/test/ending.test.ts: “title”`. */
export interface NamedTest {
  /** From packages/. */
  readonly file: string
  readonly title: string
}

/** The tests that a text names; behind one file there may be several titles. */
export function namedTests(text: string): readonly NamedTest[] {
  return [...text.matchAll(/([\w/.-]+\.test\.ts):((?: “[^”]+”)+)/g)].flatMap(([, file = '', titles = '']) =>
    [...titles.matchAll(/“([^”]+)”/g)].map(([, title = '']) => ({ file, title })),
  )
}

/** Whether it is there: a string that is the title, or a template that begins with it, somewhere in the file. */
export function isThere({ file, title }: NamedTest): boolean {
  if (!existsSync(PACKAGES + file)) return false
  const quoted = title.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
  return new RegExp(String.raw`['"\`]${quoted}(?:['"\`]| \$\{)`).test(readFileSync(PACKAGES + file, 'utf8'))
}

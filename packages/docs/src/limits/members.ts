import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of all packages. */
const PACKAGES = fileURLToPath(new URL('../../..', import.meta.url))

/** The text of a file, by its path below packages/. */
export function sourceOf(path: string): string {
  return readFileSync(join(PACKAGES, path), 'utf8')
}

/**
 * What an interface says of its members: name to the text of its doc comment, on one line.
 *
 * @param path of its file, below packages/
 */
export function membersOf(path: string, name: string): ReadonlyMap<string, string> {
  const body = new RegExp(String.raw`\binterface ${name}\b[^{]*\{\n([\s\S]*?)\n\}`).exec(sourceOf(path))?.[1]
  if (body === undefined) throw new Error(`no interface ${name} in ${path}`)
  const members = body.matchAll(/\/\*\*(?<text>[\s\S]*?)\*\/\s*readonly (?<member>\w+)\??:/g)
  return new Map([...members].map(({ groups }) => [groups!['member']!, oneLine(groups!['text']!)]))
}

function oneLine(comment: string): string {
  return comment
    .replaceAll(/^\s*\* ?/gm, '')
    .replaceAll(/\{@link (\w+)\}/g, '`$1`')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

// Compiles every ```ts block of our Markdown and of the doc comments in src, each as a module of its own, against the sources. A block that
// begins with a comment that names a file, `// src/a.ts`, is that file for the other blocks of its document.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { conclude, workspacePackages } from './packages.mjs'

const packages = workspacePackages()
const cache = join('node_modules/.cache', `docs-check-${process.pid}`)

/** The pages of docs/ are for everybody; they find what the package that tests them depends on. */
const pages = { folder: 'docs', owner: join('packages', 'docs') }

/** @typedef {{ source: string, text: string, file: string }} Block `source` is its document, `file` where its copy goes */

/** @type {Block[]} */
const blocks = ['.', ...packages.map(({ folder }) => folder)].flatMap((owner) =>
  documentsOf(owner).flatMap((source) => blocksOf(source, owner)),
)
try {
  for (const { file, text } of blocks) write(file, text)
  write(join(cache, 'tsconfig.json'), JSON.stringify(tsconfig()))
  conclude(compile(), `${blocks.length} code blocks compile`)
} finally {
  for (const { folder } of [{ folder: '.' }, ...packages]) rmSync(join(folder, cache), { recursive: true, force: true })
}

/** @param {string} owner the root or a package's folder */
function documentsOf(owner) {
  const source = join(owner, 'src')
  const code = existsSync(source) ? readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts')) : []
  const markdown = [...markdownIn(owner), ...(owner === pages.owner ? markdownIn(pages.folder) : [])]
  return [...markdown, ...code.map((name) => join(source, name))]
}

/** @param {string} folder */
function markdownIn(folder) {
  const names = existsSync(folder) ? readdirSync(folder) : []
  return names.filter((name) => name.endsWith('.md') && name !== 'CHANGELOG.md').map((name) => join(folder, name))
}

/**
 * The blocks of a document. A block's copy keeps its place, the lines and columns around it blank, so that the compiler's positions are the
 * document's; and it lies below its owner's node_modules, so that it finds what the owner depends on.
 *
 * @param {string} source @param {string} owner
 * @returns {Block[]}
 */
function blocksOf(source, owner) {
  const lines = readFileSync(source, 'utf8').split('\n')
  const margin = source.endsWith('.ts') ? /^\s*\* ?/ : /^/
  const texts = lines.map((line) => line.replace(margin, (found) => ' '.repeat(found.length)))
  const isComment = lines.map((line) => !source.endsWith('.ts') || margin.test(line))
  /** @type {Block[]} */
  const found = []
  for (let start = 0; start < texts.length; start++) {
    if (!isComment[start] || texts[start]?.trim() !== '```ts') continue
    const end = texts.findIndex((text, index) => index > start && text.trim() === '```')
    if (end === -1) throw new Error(`${source}:${start + 1}: a code block that does not end`)
    const body = texts.slice(start + 1, end)
    const folder = join(owner, cache, relative(owner, source).replaceAll(/[/\\]/g, '_'))
    const file = join(folder, /^\/\/ ([\w-]+(?:[./][\w-]+)*\.ts)$/.exec(body[0]?.trim() ?? '')?.[1] ?? `line-${start + 1}.ts`)
    if (found.some((other) => other.file === file)) throw new Error(`${source}:${start + 1}: a second block that is the same file`)
    found.push({ source, text: `${'\n'.repeat(start + 1)}${body.join('\n')}\nexport {}\n`, file })
    start = end
  }
  return found
}

function tsconfig() {
  return {
    extends: resolve('tsconfig.json'),
    compilerOptions: { noUnusedLocals: false, noUnusedParameters: false, allowJs: false, checkJs: false, paths: sourcesByName() },
    // Declarations of what has no types of its own, which the sources behind the blocks need.
    include: [resolve('packages/*/src/*.d.ts')],
    files: blocks.map(({ file }) => resolve(file)),
  }
}

/** Documents may import every package of ours, whatever their owner depends on. */
function sourcesByName() {
  const entries = packages.flatMap(({ folder, manifest }) =>
    Object.entries(manifest.exports ?? {}).map(([entry, value]) => {
      const source = typeof value === 'string' ? value : value['@seashell/source']
      return [join(manifest.name, entry), [resolve(folder, source ?? entry)]]
    }),
  )
  return Object.fromEntries(entries)
}

function compile() {
  const { status, stdout, stderr } = spawnSync('tsc', ['-p', cache, '--pretty', 'false'], { encoding: 'utf8' })
  if (status === 0) return []
  const sources = new Map(blocks.map(({ file, source }) => [file, source]))
  const lines = `${stdout}${stderr}`.trim().split('\n')
  return lines.map((line) => line.replace(/^[^(]+/, (file) => sources.get(file) ?? file))
}

/** @param {string} file @param {string} text */
function write(file, text) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

// Every package has the same handful of files, and its package.json the same shape; pins and lockfile say what they should.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, posix } from 'node:path'
import { conclude, readJSON, workspacePackages } from './packages.mjs'

/** @typedef {ReturnType<typeof workspacePackages>[number]} Package */

const packages = workspacePackages()
const tags = Object.keys(readJSON('turbo.json').boundaries.tags)
conclude([...packages.flatMap(problemsOf), ...lockfile(), ...pins()], `${packages.length} packages have what every package has`)

/** @param {Package} workspacePackage */
function problemsOf({ folder, manifest }) {
  const library = folder.startsWith('packages/')
  const published = !manifest.private
  return [
    ...filesMissing(folder, [
      'turbo.json',
      'README.md',
      ...(library && published ? ['src/index.ts'] : []),
      ...(published ? ['tsconfig.build.json'] : []),
    ]),
    ...(published && !hasTest(folder) ? [`${folder}/test: no *.test.ts`] : []),
    ...tag(folder),
    ...shape(folder, manifest, published),
    ...(published ? references(folder, manifest) : []),
  ]
}

/** @param {string} folder @param {string[]} names */
function filesMissing(folder, names) {
  return names.filter((name) => !existsSync(`${folder}/${name}`)).map((name) => `${folder}/${name}: missing`)
}

/** @param {string} folder */
function hasTest(folder) {
  const names = existsSync(`${folder}/test`) ? readdirSync(`${folder}/test`, { recursive: true }) : []
  return names.some((name) => String(name).endsWith('.test.ts'))
}

/** turbo boundaries has no opinion on a package without a tag. @param {string} folder */
function tag(folder) {
  const file = `${folder}/turbo.json`
  const [first, ...more] = existsSync(file) ? (readJSON(file).tags ?? []) : []
  return tags.includes(first) && more.length === 0 ? [] : [`${file}: expected one tag of ${tags.join(', ')}; found ${first}`]
}

/** @param {string} folder @param {Package['manifest']} manifest @param {boolean} published */
function shape(folder, manifest, published) {
  const name = folder.startsWith('packages/') ? `@seashell/${basename(folder)}` : manifest.name
  const expected = {
    name,
    license: 'MIT',
    type: 'module',
    sideEffects: published ? false : manifest.sideEffects,
    engines: { node: '>=20.19.0' },
    files: published ? ['dist', 'src'] : manifest.files,
    repository: published
      ? { type: 'git', url: 'git+https://github.com/seashell-ssh/seashell.git', directory: folder }
      : manifest.repository,
    publishConfig: published ? { access: 'public' } : manifest.publishConfig,
    exports: published ? exportsFromSource(manifest.exports ?? {}) : manifest.exports,
  }
  const problems = Object.entries(expected)
    .map(([key, value]) => [key, JSON.stringify(value), JSON.stringify(manifest[/** @type {keyof typeof manifest} */ (key)])])
    .filter(([, wanted, found]) => wanted !== found)
    .map(([key, wanted, found]) => `${folder}/package.json: ${key}: expected ${wanted}; found ${found}`)
  if (!manifest.description?.endsWith('.')) problems.push(`${folder}/package.json: description: expected a sentence`)
  return problems
}

/**
 * Each entry point's source, and what the compiler makes of it; our own condition first, for the first that matches counts.
 *
 * @param {NonNullable<Package['manifest']['exports']>} entries
 */
function exportsFromSource(entries) {
  const wanted = Object.keys(entries).map((entry) => {
    const value = entries[entry]
    const source = typeof value === 'object' ? value['@seashell/source'] : undefined
    if (!source?.startsWith('./src/') || !source.endsWith('.ts'))
      return [entry, entry === './package.json' ? entry : { '@seashell/source': './src/….ts' }]
    const built = source.replace('./src/', './dist/').replace(/\.ts$/, '')
    return [entry, { '@seashell/source': source, types: `${built}.d.ts`, default: `${built}.js` }]
  })
  return Object.fromEntries(wanted)
}

/**
 * A reference that is missing shows only on a tree where nothing is built yet, so it is looked for here.
 *
 * @param {string} folder @param {Package['manifest']} manifest
 */
function references(folder, manifest) {
  const file = `${folder}/tsconfig.build.json`
  if (!existsSync(file)) return []
  const wanted = Object.keys(manifest.dependencies ?? {}).flatMap((name) => folderOf(name) ?? [])
  const found = (readJSON(file).references ?? []).map((/** @type {{ path: string }} */ { path }) => posix.dirname(posix.join(folder, path)))
  return wanted.toSorted().join() === found.toSorted().join()
    ? []
    : [`${file}: references: expected those of the dependencies, ${wanted.join(', ')}; found ${found.join(', ')}`]
}

/** @param {string} name of a package, ours or not */
function folderOf(name) {
  return packages.find(({ manifest }) => manifest.name === name)?.folder
}

/** Addresses in a lockfile are somebody's mirror. */
function lockfile() {
  const lines = readFileSync('pnpm-lock.yaml', 'utf8').split('\n')
  return lines.flatMap((line, index) => (/https?:|tarball:/.test(line) ? [`pnpm-lock.yaml:${index + 1}: an address: ${line.trim()}`] : []))
}

/** What people are told to run is what we run. */
function pins() {
  const pinned = readJSON('package.json').packageManager
  return ['README.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md']
    .filter((file) => existsSync(file))
    .flatMap((file) =>
      (readFileSync(file, 'utf8').match(/\bpnpm@\d[\w.-]*\d/g) ?? [])
        .filter((found) => found !== pinned)
        .map((found) => `${file}: expected ${pinned}, as in package.json; found ${found}`),
    )
}

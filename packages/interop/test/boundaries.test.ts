import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))
let copy: string

// The workspace without its code: turbo boundaries reads no more of it.
beforeEach(async () => {
  copy = await mkdtemp(join(tmpdir(), 'seashell-boundaries-'))
  const names = (await readdir(join(root, 'packages'))).filter((name) => existsSync(join(root, 'packages', name, 'turbo.json')))
  const folders = names.map((name) => join('packages', name))
  await Promise.all(folders.map((folder) => mkdir(join(copy, folder, 'src'), { recursive: true })))
  const files = ['package.json', 'turbo.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml']
  const manifests = folders.flatMap((folder) => [join(folder, 'package.json'), join(folder, 'turbo.json')])
  await Promise.all([...files, ...manifests].map((file) => cp(join(root, file), join(copy, file))))
})

afterEach(() => rm(copy, { recursive: true }))

async function boundaries(folder: string, dependency: string | undefined, code: string) {
  const file = join(copy, 'packages', folder, 'package.json')
  const manifest = JSON.parse(await readFile(file, 'utf8')) as { dependencies?: Record<string, string> }
  if (dependency !== undefined) manifest.dependencies = { ...manifest.dependencies, [dependency]: 'workspace:^' }
  await writeFile(file, JSON.stringify(manifest))
  await writeFile(join(copy, 'packages', folder, 'src/index.ts'), code)
  const turbo = join(root, 'node_modules/.bin/turbo')
  return spawnSync(turbo, ['boundaries', '--cwd', copy], { encoding: 'utf8', timeout: 20_000 })
}

test.each([
  ['core', "import '@seashell/core'"],
  ['kex-dh', "import '@seashell/core/wire'"],
])('packages/%s may: %s', async (folder, code) => {
  const { status, stdout } = await boundaries(folder, undefined, code)
  expect(stdout).toContain('no issues found')
  expect(status).toBe(0)
})

test.each([
  ['kex-dh', "import '@seashell/mac-hmac'", 'because it is not a dependency'],
  ['kex-dh', "import '../../core/src/index.ts'", 'leaves the package'],
])('packages/%s may not: %s', async (folder, code, reason) => {
  const { status, stdout, stderr } = await boundaries(folder, undefined, code)
  expect(stdout + stderr).toContain(reason)
  expect(status).toBe(1)
})

test.each([
  ['core', '@seashell/kex-dh'],
  ['kex-dh', '@seashell/mac-hmac'],
  ['connection', '@seashell/userauth'],
  ['presets', '@seashell/node'],
])('packages/%s may not depend on %s', async (folder, dependency) => {
  const { status, stdout, stderr } = await boundaries(folder, dependency, '')
  expect(stdout + stderr).toContain(`Package \`${dependency}\` found without any tag listed in allowlist`)
  expect(status).toBe(1)
})

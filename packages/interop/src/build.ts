import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const FOLDER = join(ROOT, 'node_modules', '.cache', 'seashell')
const STAMP = join(FOLDER, 'examples-built')
const LOCK = join(FOLDER, 'examples-lock')
const PROGRAMS = ['examples/client/dist/main.js', 'examples/client/dist/demo.js', 'examples/server/dist/main.js']
const TIMEOUT = 240_000

/**
 * Builds the example programs where their sources, or those of a package, are newer than the last build: tests of the programs run what is
 * in `dist`. Several test files may call it at once: one builds, the others wait, and nothing is written while a program may be starting.
 *
 * @throws Error with what the compiler said, where it does not build
 */
export async function buildExamples(): Promise<void> {
  await mkdir(FOLDER, { recursive: true })
  const deadline = Date.now() + TIMEOUT
  while (!(await takeLock())) {
    if (Date.now() > deadline) throw new Error(`another process is building the examples, and does not end: see ${LOCK}`)
    await new Promise((resolve) => {
      setTimeout(resolve, 100)
    })
  }
  try {
    if (!(await isBuilt())) await build()
  } finally {
    await rm(LOCK, { force: true })
  }
}

async function build(): Promise<void> {
  const begun = new Date()
  const turbo = join(ROOT, 'node_modules', '.bin', 'turbo')
  const args = ['run', 'build', '--filter=@seashell/example-client', '--filter=@seashell/example-server', '--output-logs=errors-only']
  try {
    await promisify(execFile)(turbo, args, { cwd: ROOT, timeout: TIMEOUT })
  } catch (error) {
    const said = error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error)
    throw new Error(`the examples do not build:\n${said}`, { cause: error })
  }
  await writeFile(STAMP, `${begun.getTime()}\n`)
}

/** A file that only one process can make. One that its maker left behind when it died is removed. */
async function takeLock(): Promise<boolean> {
  try {
    await writeFile(LOCK, `${process.pid}\n`, { flag: 'wx' })
    return true
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  const owner = Number(await readFile(LOCK, 'utf8').catch(() => ''))
  if (owner > 0 && !isRunning(owner)) await rm(LOCK, { force: true })
  return false
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}

async function isBuilt(): Promise<boolean> {
  if (!existsSync(STAMP) || !PROGRAMS.every((program) => existsSync(join(ROOT, program)))) return false
  const builtAt = Number(await readFile(STAMP, 'utf8'))
  const folders = await Promise.all(['packages', 'examples'].map((parent) => packagesIn(join(ROOT, parent))))
  const newest = await Promise.all(folders.flat().map((folder) => newestInput(folder)))
  return Math.max(...newest, await modified(join(ROOT, 'tsconfig.base.json'))) < builtAt
}

async function packagesIn(parent: string): Promise<string[]> {
  const entries = await readdir(parent, { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(parent, entry.name))
}

/** When the newest of a package's inputs was written: the same files that turbo.json names as inputs of `build`. */
async function newestInput(folder: string): Promise<number> {
  const sources = await readdir(join(folder, 'src'), { recursive: true }).catch(() => [])
  const files = ['package.json', 'tsconfig.build.json', 'src', ...sources.map((name) => join('src', name))]
  const times = await Promise.all(files.map((name) => modified(join(folder, name))))
  return Math.max(...times)
}

async function modified(path: string): Promise<number> {
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: 0 }))
  return mtimeMs
}

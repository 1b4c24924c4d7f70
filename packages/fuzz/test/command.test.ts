import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { buildEngine, output } from '../src/build.mjs'
import { main } from '../src/main.ts'
import { BAD } from './support/misbehaving.mjs'

const outfile = fileURLToPath(new URL('support/misbehaving.mjs', import.meta.url))
const worker = join(output, 'worker.mjs')

let folder = ''
let said: string[] = []

beforeAll(buildEngine)
afterAll(() => rmSync(output, { recursive: true, force: true }))
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seashell-fuzz-'))
  said = []
  vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line))
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

/** Runs the command on the misbehaving targets, with a corpus of its own. @returns the exit code */
async function run(...args: readonly string[]): Promise<number> {
  return await main(args, { folder, outfile, worker, edges: 256, words: [] })
}

/** A little time, and the same chance each time. */
const short = ['--minutes', '0.002', '--seed', '7']

function put(target: string, name: string, ...bytes: readonly number[]): string {
  mkdirSync(join(folder, 'corpus', target), { recursive: true })
  const file = join(folder, 'corpus', target, name)
  writeFileSync(file, Uint8Array.from(bytes))
  return file
}

/** The inputs in the corpus of a target: their bytes, by name. */
function corpusOf(target: string): Record<string, readonly number[]> {
  const place = join(folder, 'corpus', target)
  return Object.fromEntries(readdirSync(place).map((name) => [name, [...readFileSync(join(place, name))]]))
}

const KEPT = '0123456789abcdef'

describe('pnpm fuzz', () => {
  it('--target runs this one, or these, and no other', async () => {
    expect(await run(...short, '--target', 'well')).toBe(0)
    expect(said).toEqual([
      expect.stringMatching(/^seed 7, 0\.0 minutes for 1 targets, 256 edges in all$/),
      expect.stringMatching(/^well +\d+ runs, .* 0 finds$/),
    ])
    said = []
    expect(await run(...short, '--target', 'well', '--target', 'well-too')).toBe(0)
    expect(said.map((line) => line.split(' ')[0])).toEqual(['seed', 'well', 'well-too'])
  })

  it.each([['--target', 'nobody'], ['--minutes', '0'], ['--minutes', 'x'], ['--seed', 'x'], ['--help']])(
    '%s %s tells how to use it, and the targets',
    async (...args) => {
      expect(await run(...args)).toBe(args[0] === '--help' ? 0 : 2)
      expect(said.join('\n')).toMatch(/^pnpm fuzz --minutes N[^]*targets: well, well-too, throws, /)
    },
  )

  it('writes a find into finds/, tells how to replay it, and fails', async () => {
    put('throws', 'find-something', BAD, 9)
    expect(await run(...short, '--target', 'throws')).toBe(1)
    expect(said.join('\n')).toMatch(/TypeError: thrown by a target/)
    const [, name] = /--target throws --replay packages\/fuzz\/finds\/throws\/([0-9a-f]{16})$/.exec(said.at(-1)!)!
    expect([...readFileSync(join(folder, 'finds', 'throws', name!))]).toEqual([BAD, 9])
  })

  it('without --keep leaves the corpus as it is', async () => {
    put('well', KEPT, 3)
    await run(...short, '--target', 'well')
    expect(corpusOf('well')).toEqual({ [KEPT]: [3] })
  })

  it('--keep puts inputs that reached new code in place of what was kept, and leaves seeds and finds', async () => {
    for (const [name, bytes] of [
      ['seed-1', [1]],
      ['find-a-thing', [BAD]],
      [KEPT, [1, 1, 1]],
    ] as const)
      put('well', name, ...bytes)
    expect(await run(...short, '--target', 'well', '--keep')).toBe(0)
    const { 'seed-1': seed, 'find-a-thing': find, ...kept } = corpusOf('well')
    expect([seed, find]).toEqual([[1], [BAD]])
    expect(kept).not.toHaveProperty(KEPT)
    const firsts = Object.values(kept).map(([first]) => first)
    expect(firsts).toContain(2)
    // What a seed or a find does already is not kept a second time.
    expect(firsts.filter((first) => first === 1 || first === BAD)).toEqual([])
    expect(Object.keys(kept).every((name) => /^[0-9a-f]{16}$/.test(name))).toBe(true)
  })

  it('--replay runs files, says what came of each, and fails where something broke', async () => {
    const [good, other, bad] = [put('throws', 'a', 1), put('throws', 'b', 1, 1), put('throws', 'c', BAD)]
    expect(await run('--target', 'throws', '--replay', good, other)).toBe(0)
    expect(said).toEqual([`${good}: refused`, `${other}: accepted`])
    expect(await run('--target', 'throws', '--replay', good, bad)).toBe(1)
    expect(said.at(-1)).toMatch(/c: TypeError: thrown by a target/)
  })

  it('--seeds makes the targets’ own inputs anew, and leaves the rest', async () => {
    put('well', 'seed-1', 9)
    put('well', 'seed-3', 9)
    put('well', 'find-a-thing', 9)
    put('well', KEPT, 9)
    expect(await run('--seeds')).toBe(0)
    expect(corpusOf('well')).toEqual({ 'seed-1': [1], 'seed-2': [2, 2], 'find-a-thing': [9], [KEPT]: [9] })
    expect(corpusOf('throws')).toEqual({ 'seed-1': [1], 'seed-2': [2, 2] })
  })

  it('bundles what it fuzzes, and leaves no bundle behind', async () => {
    const cwd = fileURLToPath(new URL('..', import.meta.url))
    const seed = join(cwd, 'corpus', 'wire-reader', 'seed-1')
    const command = promisify(execFile)(process.execPath, ['src/cli.mjs', '--target', 'wire-reader', '--replay', seed], { cwd })
    expect((await command).stdout).toBe(`${seed}: accepted\n`)
    expect(existsSync(join(output, '..', String(command.child.pid)))).toBe(false)
  })
})

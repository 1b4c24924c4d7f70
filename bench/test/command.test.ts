// What `pnpm bench` refuses: the figures that are kept, perhaps an hour's, are not lost to a slip of the keyboard.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bench } from '../src/bench.ts'
import { benchCommand } from '../src/command.ts'
import { selectOperations } from '../src/micro/micro.ts'
import { full, rowsOf, selectRows } from '../src/plan.ts'
import { Shelf } from '../src/results.ts'

const THIS_NODE = `node-${process.versions.node.split('.')[0]}`

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seashell-bench-command-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Runs a command line that is to be refused. @returns what it says */
async function refusalOf(...line: readonly string[]): Promise<string> {
  const shelf = new Shelf(folder)
  const kept = shelf.current
  await kept.write('full', { kept: true })
  const command = benchCommand(shelf)
  for (const one of [command, ...command.commands]) one.exitOverride().configureOutput({ writeErr: () => {} })
  const message = await command.parseAsync(line, { from: 'user' }).then(
    () => expect.fail('it was not refused'),
    (error: unknown) => (error as Error).message,
  )
  expect(await readdir(folder, { recursive: true })).toEqual([THIS_NODE, `${THIS_NODE}/full.json`])
  expect(JSON.parse(await readFile(kept.fileOf('full'), 'utf8'))).toEqual({ kept: true })
  return message
}

describe('pnpm bench refuses, and keeps what is kept,', () => {
  it.each(['--rounds', '--bytes', '--seconds'])('%s that is no number above 0', async (option) => {
    for (const value of ['x', '0', '-1', '', '3x', 'NaN', 'Infinity']) {
      const message = await refusalOf(`${option}=${value}`)
      expect(message).toContain(`argument '${value}' is invalid. Expected a ${option === '--seconds' ? 'number' : 'whole number'} above 0.`)
    }
  })

  it.each(['--rounds', '--bytes'])('%s that is no whole number', async (option) => {
    expect(await refusalOf(option, '1.5')).toContain('Expected a whole number above 0.')
  })

  it('--only where nothing matches, and says what there is', async () => {
    for (const line of [
      ['--only', 'nomatch'],
      ['--quick', '--only', 'nomatch'],
    ]) {
      const message = await refusalOf(...line)
      expect(message).toContain('no row and contestant match nomatch')
      for (const { name, contestants } of rowsOf(full)) expect(message).toContain(`  ${name}: ${contestants.join(', ')}`)
    }
  })

  it.each([['--only'], ['micro']])('%s with what is no regular expression', async (...line) => {
    expect(await refusalOf(...line, '(')).toContain('Expected a regular expression')
  })

  it.each(['../full', '.', '', 'a/b', 'micro', 'profiles'])('%j for a name', async (name) => {
    expect(await refusalOf('--name', name)).toMatch(/is invalid\. (Expected letters|micro and profiles)/u)
  })

  it.each(['show', 'profile', 'report'])('%s of a run that was never made, and says which were', async (command) => {
    expect(await refusalOf(command, 'mine')).toContain('no results are kept of a run named mine; there are those of full:')
    expect(await refusalOf(command, '../mine')).toContain('is invalid')
  })
})

it('says so where no run was ever made', async () => {
  await rm(folder, { recursive: true })
  const shelf = new Shelf(folder)
  for (const line of ['show', 'report'])
    await expect(benchCommand(shelf).parseAsync([line], { from: 'user' })).rejects.toThrow('of a run named full; there are none yet')
  await shelf.current.write('micro', {})
  await expect(shelf.current.readRun('full')).rejects.toThrow('there are none yet')
})

it('profiles nothing, and keeps the profiles there are, where no target was missed', async () => {
  const shelf = new Shelf(folder)
  await shelf.current.write('full', { name: 'full', series: [] })
  await expect(benchCommand(shelf).parseAsync(['profile'], { from: 'user' })).rejects.toThrow('has missed no target')
  expect(await readdir(join(folder, THIS_NODE))).toEqual(['full.json'])
})

it('keeps what is of another Node apart, and finds it, from the oldest on', async () => {
  const versions = ['v24.21.0', 'v9.11.2', 'v20.20.2']
  for (const version of versions) await new Shelf(folder, version).current.write('full', { version })
  await writeFile(join(folder, 'full.json'), 'of no Node')
  const folders = await new Shelf(folder).folders()
  const found = await Promise.all(folders.map((each) => each.readIfKept('full')))
  expect(found).toEqual([{ version: 'v9.11.2' }, { version: 'v20.20.2' }, { version: 'v24.21.0' }])
})

it('measures the rows and contestants that match, and no others', () => {
  const selected = selectRows(rowsOf(full), /^echo\/1 in flight seashell/u)
  expect(selected.map(({ name, contestants }) => [name, contestants])).toEqual([['echo/1 in flight', ['seashell', 'seashell-noble']]])
})

it('measures the primitives that match, and says which there are where none does', () => {
  const [sealing, signing] = [
    { name: 'aes256-gcm@openssh.com', work: 'seal 64 B', provider: 'noble', count: 1, run: () => {} },
    { name: 'hmac-sha2-256', work: 'sign 64 B', provider: 'node:crypto', count: 1, run: () => {} },
  ]
  expect(selectOperations([sealing, signing], /^hmac-sha2-256 sign 64 B node/u)).toEqual([signing])
  expect(() => selectOperations([sealing, signing], /nomatch/u)).toThrow(
    'no algorithm, work and provider match nomatch; there are\n  aes256-gcm@openssh.com, hmac-sha2-256\nwith seal 64 B, sign 64 B\nby noble, node:crypto',
  )
})

it('gives no results where every measurement failed, but why', async () => {
  const [row] = selectRows(rowsOf(full), /^exec seashell$/u)
  const failing = bench({ name: 'test', rows: [{ ...row!, kex: 'no such method' }], rounds: 1, log: () => {} })
  await expect(failing).rejects.toThrow(/^nothing was measured, so nothing is kept:\nexec: seashell: ./u)
})

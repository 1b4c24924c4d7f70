import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { seashell } from '../src/contenders/seashell.ts'
import { writeKeys } from '../src/keys.ts'
import { runProgram } from '../src/programs.ts'
import { providers } from '../src/providers.ts'
import { suites } from '../src/suites.ts'
import type { SuiteName } from '../src/contract.ts'
import { work } from '../src/workloads.ts'

let keys: string
beforeAll(async () => {
  keys = await mkdtemp(join(tmpdir(), 'seashell-bench-test-'))
  await writeKeys(keys)
})
afterAll(() => rm(keys, { recursive: true, force: true }))

const all = providers.flatMap((provider) => (Object.keys(suites) as SuiteName[]).map((suite) => ({ provider, suite, name: provider.name })))

it.each(all)('SeaShell with $name transfers every byte it is timed for, under $suite', async ({ provider, suite }) => {
  const contender = seashell(provider)
  const options = { suite, kex: 'curve25519-sha256', keys, noDelay: true }
  const server = await contender.serve(runProgram, options)
  try {
    // The workloads fail where another number of bytes arrives.
    for (const mode of ['download', 'upload'] as const) {
      const size = { bytes: 300_001, channels: 3, inFlight: 1, seconds: 0.1, connections: 0, serverPid: process.pid }
      const { amount } = await work(mode, () => contender.connect(server.port, options), size)
      expect(amount).toBe(300_000)
    }
  } finally {
    await server.close()
  }
})

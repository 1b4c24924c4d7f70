import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildEngine, output } from '../src/build.mjs'
import { type CampaignResult, fuzz } from '../src/campaign.ts'
import { BAD, targets } from './support/misbehaving.mjs'

beforeAll(buildEngine)
afterAll(() => rmSync(output, { recursive: true, force: true }))

const [good, bad] = [Uint8Array.of(1), Uint8Array.of(BAD, 1, 2)]

/** Runs a target on inputs in a worker, and a little longer. */
async function watch(name: string, ...corpus: readonly Uint8Array[]): Promise<CampaignResult> {
  const target = targets.find((one) => one.name === name)!
  const module = new URL('support/misbehaving.mjs', import.meta.url).href
  const limits = { hangTime: name === 'hangs' ? 1000 : 20_000, maxHeap: 48 }
  return await fuzz({ target, module, worker: join(output, 'worker.mjs'), corpus, words: [], edges: 256, time: 20, seed: 1, ...limits })
}

describe('a worker', () => {
  it('that has nothing to tell of comes to its end, and tells what reached something new', async () => {
    const { finds, executions, lastNew, edges, corpus } = await watch('well', good, bad)
    expect(finds).toEqual([])
    expect(executions).toBeGreaterThan(2)
    expect(lastNew).toBeGreaterThanOrEqual(2)
    expect(edges).toBeGreaterThanOrEqual(2)
    expect(corpus).toContainEqual(good)
    expect(corpus!.some(([first]) => first === BAD)).toBe(true)
  })

  it.each([
    ['throws', /^TypeError: thrown by a target/],
    ['rejects', /^unhandled rejection: Error: rejected, and nobody looks/],
    ['throws-later', /^uncaught: Error: thrown where nobody catches it/],
  ])('whose target %s tells of it once, with the input, and goes on', async (name, message) => {
    const { finds, corpus } = await watch(name, good, bad, Uint8Array.of(BAD), good)
    expect(finds).toEqual([{ message: expect.stringMatching(message), data: bad }])
    expect(corpus).toContainEqual(good)
  })

  it.each([
    ['hangs', /^no end after 1 s$/],
    ['takes-memory', /^the worker died: .*memory/i],
    ['leaves', /^the worker ended by itself, with code 3$/],
  ])('whose target %s ends, and what watches it tells the input', async (name, message) => {
    const { finds, executions, corpus } = await watch(name, good, bad, good)
    expect(finds).toEqual([{ message: expect.stringMatching(message), data: bad }])
    expect(executions).toBe(2)
    expect(corpus).toBeUndefined()
  })
})

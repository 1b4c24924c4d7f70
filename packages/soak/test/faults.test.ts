import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Fault } from '../src/faults/link.ts'
import { type Outcome, runSession } from '../src/faults/session.ts'

/** More events than these are sampled. */
const MOST = 400

const unhandled: unknown[] = []
const note = (reason: unknown): void => void unhandled.push(reason)
beforeAll(() => void process.on('unhandledRejection', note))
afterAll(() => void process.off('unhandledRejection', note))

const { events, exchanges, ...whole } = await runSession('none', 0)
const step = Math.ceil(events / MOST)
const steps = Array.from({ length: Math.floor(events / step) }, (_, index) => index * step + 1)

/** The session with a fault at each of its events. */
async function withFaultAtEach(fault: Fault): Promise<readonly (Outcome & { readonly at: number })[]> {
  const outcomes: (Outcome & { readonly at: number })[] = []
  for (const at of steps) outcomes.push({ ...(await runSession(fault, at)), at })
  return outcomes
}

it('a session without a fault does all that it is asked for, the same in each run, and leaves nothing', async () => {
  expect(whole).toEqual({ waiting: [], rejections: [], broken: [], timers: 0 })
  expect((await runSession('none', 0)).events).toBe(events)
  expect(events).toBeGreaterThan(30)
  expect(exchanges).toBe(2)
})

describe('a connection on which, at any step of a session,', () => {
  it.each([
    ['it is cut', 'cut'],
    ['one side vanishes while the other thinks', 'vanished'],
    ['one side ends it', 'ended'],
    ['one direction dies', 'half-open'],
    ['both directions die', 'stalled'],
  ] as const)('%s: every promise settles, nothing is left, and what was acknowledged was delivered', async (_, fault) => {
    const outcomes = await withFaultAtEach(fault)
    for (const { at, waiting, broken, timers } of outcomes)
      expect({ at, waiting, broken, timers }).toEqual({ at, waiting: [], broken: [], timers: 0 })
    // The fault is one: in all but the last steps something is lost.
    expect(outcomes.filter(({ rejections }) => rejections.length > 0).length).toBeGreaterThan(steps.length * 0.9)
    expect(unhandled).toEqual([])
  })

  it.each([
    ['callbacks change their order', 'late'],
    ['bytes come in pieces', 'split'],
    ['one side wants new keys', 'exchange'],
    ['both sides want new keys', 'exchanges'],
  ] as const)('%s: the session does all that it is asked for', async (_, fault) => {
    const outcomes = await withFaultAtEach(fault)
    for (const { at, waiting, rejections, broken, timers } of outcomes)
      expect({ at, waiting, rejections, broken, timers }).toEqual({ at, waiting: [], rejections: [], broken: [], timers: 0 })
    // Before there is a user nobody asks for new keys, and during an exchange they are on their way.
    const more = outcomes.filter((outcome) => outcome.exchanges > exchanges).length
    if (fault.startsWith('exchange')) expect(more).toBeGreaterThan(steps.length * 0.5)
    else expect(more).toBe(0)
    expect(unhandled).toEqual([])
  })
})

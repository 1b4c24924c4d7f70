import { WireReader } from '@seashell/core/wire'
import { describe, expect, it } from 'vitest'
import { execute } from '../src/engine/execute.ts'
import { installProbes } from '../src/engine/probes.ts'
import { Session } from '../src/engine/session.ts'
import { Instrumenter } from '../src/instrument.mjs'
import { attempt, expect as promise } from '../src/invariants.ts'
import type { Outcome, Target } from '../src/target.ts'

const target = (body: Target['run']): Target => ({ name: 'broken on purpose', seeds: () => [], run: body })
const refusal = { codes: ['MALFORMED'], faults: ['peer'] } as const

/** Runs a target on three bytes; says what was found. */
async function run(body: Target['run']): Promise<string | undefined> {
  return (await execute(target(body), Uint8Array.of(1, 2, 3))).find?.message
}

/** A parser with a mistake in it: it throws a TypeError. */
function readNothing(data: Uint8Array): Outcome {
  attempt(() => (undefined as unknown as Uint8Array[])[data[0]!]!.length, refusal)
  return 'refused'
}

/** A parser that computes for longer than any input may keep it. */
function wasteTime(): Outcome {
  const start = process.cpuUsage()
  const used = (): number => process.cpuUsage(start).user + process.cpuUsage(start).system
  while (used() < 1_050_000);
  return 'accepted'
}

describe('execute', () => {
  it('finds nothing where nothing is broken', async () => {
    expect(
      await execute(
        target(() => 'accepted'),
        Uint8Array.of(1),
      ),
    ).toEqual({ outcome: 'accepted' })
    expect(
      await execute(
        target(async (): Promise<Outcome> => 'refused'),
        Uint8Array.of(1),
      ),
    ).toEqual({ outcome: 'refused' })
  })

  it('finds what is thrown and is no refusal', async () => {
    expect(await run(readNothing)).toMatch(/^TypeError/)
    expect(await run(async (data) => readNothing(data))).toMatch(/^TypeError/)
  })

  it('finds a refusal of another form than the promised one', async () => {
    expect(await run((data) => (attempt(() => new WireReader(data).readString(), refusal), 'refused'))).toBeUndefined()
    const wrong = { codes: ['KEY'], faults: ['peer'] } as const
    expect(await run((data) => (attempt(() => new WireReader(data).readString(), wrong), 'refused'))).toMatch(/MALFORMED with fault peer/)
    const caller = { codes: ['MALFORMED'], faults: ['caller'] } as const
    expect(await run((data) => (attempt(() => new WireReader(data).readString(), caller), 'refused'))).toMatch(/MALFORMED with fault peer/)
  })

  it('finds a broken invariant and a changed input', async () => {
    expect(await run(() => (promise(false, 'water is dry'), 'accepted'))).toMatch(/water is dry/)
    expect(await run((data) => (data.fill(9), 'accepted'))).toBe('the input was changed')
  })

  it('finds what takes too long', async () => {
    expect(await run(wasteTime)).toMatch(/processor time/)
  })
})

const source = `
  export function parse(text) {
    const kind = text.slice(0, 4)
    if (kind === 'ssh-' || kind === 'SSH-') return text.length > 5 && text[5] !== text[4] ? check(text.charCodeAt(4)) : 'short'
    return kind === undefined ? 'nothing' : 'other'
  }
  const check = (byte, least = 0x40) => {
    let count = 0
    for (let bit = byte; bit > 0; bit >>= 1) count += bit & 1
    switch (count) {
      case 7: throw new TypeError('seven bits')
      default: return byte > least ? 'large' : 'small'
    }
  }
`

/** Loads code as a module. */
async function load(code: string): Promise<{ parse: (text: string) => string }> {
  return (await import(/* @vite-ignore */ `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`)) as {
    parse: (text: string) => string
  }
}

describe('the engine', () => {
  const instrumenter = new Instrumenter()
  const code = instrumenter.instrument(source)
  const probes = installProbes(instrumenter.edges)

  it('counts edges in code that does what it did', async () => {
    const [plain, instrumented] = [await load(source), await load(code)]
    for (const text of ['', 'ssh-', 'ssh-ab', 'SSH-aa', 'SSH-\u0001x', 'other']) expect(instrumented.parse(text)).toBe(plain.parse(text))
    expect(() => instrumented.parse('ssh-\u007fx')).toThrow('seven bits')
    expect(instrumenter.words).toEqual(new Set(['ssh-', 'SSH-', 'short', 'nothing', 'other', 'seven bits', 'large', 'small']))
    probes.counters.fill(0)
    probes.compared.length = 0
    instrumented.parse('ssx-')
    const short = [...probes.counters].filter((count) => count > 0).length
    expect(probes.compared).toEqual([
      ['ssx-', 'ssh-'],
      ['ssx-', 'SSH-'],
    ])
    probes.counters.fill(0)
    instrumented.parse('ssh-ab')
    expect([...probes.counters].filter((count) => count > 0).length).toBeGreaterThan(short)
  })

  it('finds behind a comparison and a count what chance alone would not, and keeps little', async () => {
    const { parse } = await load(code)
    const finds: string[] = []
    const session = new Session({
      target: target((data) => (parse(Buffer.from(data).toString('latin1')).length > 5 ? 'accepted' : 'refused')),
      probes,
      corpus: [new Uint8Array(4)],
      words: [],
      seed: 1,
      isOver: (executions) => executions >= 20_000 || finds.length > 0,
      onInput: () => {},
      onFind: ({ message }) => finds.push(message),
    })
    const { corpus, executions } = await session.run()
    expect(finds).toEqual([expect.stringMatching(/^TypeError: seven bits/)])
    expect(executions).toBeLessThan(20_000)
    expect(corpus.length).toBeGreaterThan(2)
    expect(corpus.length).toBeLessThan(20)
  })

  it('finds memory that an input asks for at once, whatever comes of it', async () => {
    const own = new Instrumenter()
    const greedy = own.instrument('export const parse = (text) => String(new Uint8Array(text.charCodeAt(0) * 100_000).length > 0)')
    installProbes(own.edges)
    const { parse } = await load(greedy)
    const asking = target(([byte]) => (parse(String.fromCharCode(byte!)) === 'true' ? 'accepted' : 'refused'))
    expect(await execute(asking, Uint8Array.of(80))).toEqual({ outcome: 'accepted' })
    expect((await execute(asking, Uint8Array.of(100))).find?.message).toBe('asked for 10000000 bytes at once')
  })
})

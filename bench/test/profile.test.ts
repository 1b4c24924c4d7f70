import { describe, expect, it } from 'vitest'
import { type CpuProfile, summarizeProfile } from '../src/profile/summary.ts'
import type { Edition } from '../src/report/edition.ts'
import { missedSection } from '../src/report/missed.ts'
import type { Results, Series } from '../src/results.ts'

const node = (id: number, functionName: string, url = ''): CpuProfile['nodes'][number] => ({ id, callFrame: { functionName, url } })

const taken: CpuProfile = {
  nodes: [
    node(1, '(idle)'),
    node(2, 'seal', 'file:///home/somebody/seashell/packages/node/dist/crypto/ciphers/aes-gcm.js'),
    node(3, 'seal', 'file:///home/somebody/seashell/packages/node/dist/crypto/ciphers/aes-gcm.js'),
    node(4, 'writeBuffer'),
    node(5, '', 'file:///tree/node_modules/ssh2/lib/client.js'),
  ],
  samples: [1, 2, 3, 4, 5],
  timeDeltas: [9000, 1000, 2000, 4000, 1000],
}

describe('a profile, summed up', () => {
  it('counts a function once however it was called, leaves idle time out, and puts the greatest first', () => {
    const { busyMilliseconds, parts } = summarizeProfile(taken)
    expect(busyMilliseconds).toBe(8)
    expect(parts).toEqual([
      { name: 'write to the socket', share: 0.5 },
      { name: 'seal, node/crypto/ciphers/aes-gcm', share: 0.375 },
      { name: 'anonymous, ssh2/lib/client', share: 0.125 },
    ])
  })
})

const series = (contestant: string, value: number): Series => ({
  row: 'echo/1 in flight',
  contestant,
  unit: '/s',
  values: [value],
  perCpuSecond: [],
})
const results = (ours: number): Results => ({
  name: 'full',
  date: '2026-01-01T00:00:00.000Z',
  machine: { cpu: 'a processor', cores: 2, memoryBytes: 2 ** 30, system: 'Linux', node: 'v20.19.0' },
  contestants: {},
  series: [series('seashell', ours), series('ssh2-addon-nodelay', 100)],
  missing: [],
})

describe('what the report says of targets that were missed', () => {
  it('is nothing where none was', () => {
    expect(missedSection([{ results: results(101), micro: undefined, profiles: undefined }])).toEqual([])
  })

  it('is the profile of both ends, for each Node that has missed one', () => {
    const one = { row: 'echo/1 in flight', contestant: 'seashell', client: summarizeProfile(taken), server: summarizeProfile(taken) }
    const { date, machine } = results(99)
    const missed: Edition = { results: results(99), micro: undefined, profiles: { date, machine, profiles: [one] } }
    const reached: Edition = { ...missed, results: { ...results(101), machine: { ...machine, node: 'v24.21.0' } } }
    const text = missedSection([missed, reached]).join('\n')
    expect(text).toContain('### Node 20: echo/1 in flight, seashell')
    expect(text).not.toContain('Node 24')
    expect(text).toContain('| write to the socket | 50.0 % | write to the socket | 50.0 % |')
  })
})

import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { giveBack } from '../src/memory.ts'

it('memory that was given back is gone', () => {
  const bytes = new Uint8Array(8192)
  giveBack(bytes)
  expect([bytes.length, bytes.buffer.byteLength]).toEqual([0, 0])
})

it('memory is free at once, not when garbage is collected', () => {
  const before = process.memoryUsage().arrayBuffers
  for (let index = 0; index < 200; index++) giveBack(new Uint8Array(1_048_576))
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_485_760)
})

it.each([
  ['a short array', new Uint8Array(8191)],
  ['a part of an array', new Uint8Array(65_536).subarray(0, 32_768)],
  ['an array of Node’s pool', randomBytes(16)],
])('%s stays', (_, bytes) => {
  const copy = Uint8Array.from(bytes)
  giveBack(bytes)
  expect(Buffer.compare(bytes, copy)).toBe(0)
})

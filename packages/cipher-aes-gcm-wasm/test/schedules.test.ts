import { expect, it } from 'vitest'
import { Engine } from '../src/engine.ts'
import { Schedules } from '../src/schedules.ts'
import { platformWebAssembly } from '../src/webassembly.ts'

const engine = new Engine(platformWebAssembly()!)
const holderOf = (byte: number): { key: Uint8Array } => ({ key: new Uint8Array(32).fill(byte) })

it('keeps the schedules of 64 keys, wipes the oldest for another, and makes it again', () => {
  const schedules = new Schedules(engine)
  const holders = Array.from({ length: 65 }, (_, index) => holderOf(index))
  const first = schedules.of(holders[0]!)
  const original = first.bytes.slice()
  for (const holder of holders.slice(1, 64)) schedules.of(holder)
  expect(schedules.of(holders[0]!)).toBe(first)
  schedules.of(holders[64]!)
  expect(first.bytes.every((byte) => byte === 0)).toBe(true)
  const again = schedules.of(holders[0]!)
  expect(again).not.toBe(first)
  expect(again.bytes).toStrictEqual(original)
})

it('wipes what it forgets', () => {
  const schedules = new Schedules(engine)
  const holder = holderOf(1)
  const { bytes } = schedules.of(holder)
  expect(bytes.some((byte) => byte !== 0)).toBe(true)
  schedules.forget(holder)
  expect(bytes.every((byte) => byte === 0)).toBe(true)
})

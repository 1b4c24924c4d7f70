import { describe, expect, it } from 'vitest'
import { Rooms } from '../src/rooms.ts'

describe('rooms', () => {
  it('are used again once what was in them is written', () => {
    const rooms = new Rooms()
    const [first, second] = [rooms.take(1000), rooms.take(1000)]
    expect(second.buffer).not.toBe(first.buffer)
    rooms.release(first.subarray(0, 10))
    expect(rooms.take(500).buffer).toBe(first.buffer)
    expect(rooms.take(500).buffer).not.toBe(first.buffer)
  })

  it('are never lent twice, though they are given back twice', () => {
    const rooms = new Rooms()
    const room = rooms.take(1000)
    rooms.release(room)
    rooms.release(room)
    expect(rooms.take(1000).buffer).toBe(room.buffer)
    expect(rooms.take(1000).buffer).not.toBe(room.buffer)
  })

  it('are never memory of somebody else', () => {
    const rooms = new Rooms()
    const foreign = new Uint8Array(1000)
    rooms.release(foreign)
    expect(rooms.take(10).buffer).not.toBe(foreign.buffer)
  })

  it('are as long as was asked for, at least', () => {
    const rooms = new Rooms()
    const short = rooms.take(10)
    rooms.release(short)
    expect(rooms.take(20).length).toBeGreaterThanOrEqual(20)
  })
})

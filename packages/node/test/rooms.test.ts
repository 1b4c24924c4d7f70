import { describe, expect, it } from 'vitest'
import { Loan, Rooms } from '../src/rooms.ts'

describe('rooms', () => {
  it('are used again once what was in them is written', () => {
    const rooms = new Rooms()
    const [first, second] = [rooms.take(1000), rooms.take(1000)]
    expect(second.buffer).not.toBe(first.buffer)
    rooms.release(first)
    expect(rooms.take(500).buffer).toBe(first.buffer)
    expect(rooms.take(500).buffer).not.toBe(first.buffer)
  })

  it('are as long as was asked for, at least', () => {
    const rooms = new Rooms()
    const short = rooms.take(10)
    rooms.release(short)
    expect(rooms.take(20).length).toBeGreaterThanOrEqual(20)
  })
})

describe('a loan', () => {
  it('is claimed by the bytes that are in it, once, so that nothing is given back twice', () => {
    const loan = new Loan(new Rooms())
    const room = loan.take(1000)
    expect(loan.claim(room.subarray(0, 10))).toBe(room)
    expect(loan.claim(room.subarray(0, 10))).toBeUndefined()
  })

  it('is never memory of somebody else', () => {
    const rooms = new Rooms()
    const [loan, other] = [new Loan(rooms), new Loan(rooms)]
    const room = loan.take(1000)
    expect(loan.claim(new Uint8Array(1000))).toBeUndefined()
    expect(loan.claim(other.take(1000))).toBeUndefined()
    expect(loan.claim(room)).toBe(room)
  })

  it('that was not written makes way for the next', () => {
    const loan = new Loan(new Rooms())
    const [first, second] = [loan.take(1000), loan.take(2000)]
    expect(loan.claim(first)).toBeUndefined()
    expect(loan.claim(second)).toBe(second)
  })
})

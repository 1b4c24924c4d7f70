import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Fifo } from '../src/fifo.ts'
import { ReceiveWindow, resolveWindowOptions, SendWindow } from '../src/window.ts'
import { WindowBudget } from '../src/window-budget.ts'

const options = { windowLength: 1000, maximumWindowLength: 4000, maximumPacketLength: 600 }

/** A peer that sends what it may at once, and hears of an adjustment half a round trip later. Returns the adjustments of each round trip. */
function burst(roundTrip: number, count: number): number[][] {
  const window = new ReceiveWindow(resolveWindowOptions(options), new WindowBudget())
  const adjusts: number[][] = []
  for (let known = window.available, turn = 0; turn < count; turn++) {
    adjusts.push([])
    for (let left = known; left > 0; left -= 250) {
      window.receive(Math.min(left, 250), turn * roundTrip)
      const adjust = window.credit(Math.min(left, 250), turn * roundTrip)
      if (adjust > 0) adjusts.at(-1)!.push(adjust)
    }
    known = adjusts.at(-1)!.reduce((sum, adjust) => sum + adjust, 0)
  }
  return adjusts
}

describe('the receive window', () => {
  it('grows while the peer stands still for want of it, and half of it goes in a quarter of a second, up to its maximum', () => {
    expect(burst(100, 5)).toEqual([[500, 500], [500, 500], [500 + 1000], [1000 + 2000], [2000, 2000]])
  })

  it.each([1, 9])('stays as it is where a round trip takes %i ms, however fast data comes', (roundTrip) => {
    for (const adjusts of burst(roundTrip, 100)) expect(adjusts).toEqual([500, 500])
  })

  it('grows where it takes 10', () => {
    expect(burst(10, 5)).toEqual(burst(100, 5))
  })

  it('stays as it is while data comes slowly', () => {
    const window = new ReceiveWindow(resolveWindowOptions(options), new WindowBudget())
    for (let turn = 0; turn < 10; turn++) {
      window.receive(500, turn * 250)
      expect(window.credit(500, turn * 250)).toBe(500)
    }
    expect(window.available).toBe(1000)
  })

  it('does not grow because the peer stood still once', () => {
    const window = new ReceiveWindow(resolveWindowOptions(options), new WindowBudget())
    for (let turn = 0; turn < 100; turn++) {
      const now = turn + Math.floor(turn / 10) * 50
      window.receive(500, now)
      expect(window.credit(500, now)).toBe(500)
    }
  })

  it('never lets more than a window be outstanding, and never starves the peer', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 600 })), (lengths) => {
        const window = new ReceiveWindow(resolveWindowOptions({ ...options, maximumWindowLength: 1000 }), new WindowBudget())
        let unread = 0
        for (const wanted of lengths) {
          const length = Math.min(wanted, window.available)
          window.receive(length, 0)
          unread += length
          expect(window.available + unread).toBeLessThanOrEqual(1000)
          window.credit(unread, 0)
          unread = 0
          expect(window.available).toBeGreaterThan(500)
        }
      }),
    )
  })

  it('takes a whole window, and no more', () => {
    const window = new ReceiveWindow(resolveWindowOptions(options), new WindowBudget())
    window.receive(500, 0)
    window.receive(500, 0)
    expect(() => window.receive(1, 0)).toThrow(expect.objectContaining({ code: 'PROTOCOL', fault: 'peer' }))
  })

  it('takes a message as long as it may be, and no longer', () => {
    const window = new ReceiveWindow(resolveWindowOptions(options), new WindowBudget())
    expect(() => window.receive(601, 0)).toThrow(expect.objectContaining({ code: 'PROTOCOL', fault: 'peer' }))
    window.receive(600, 0)
    expect(window.available).toBe(400)
  })

  it('of one byte works', () => {
    const window = new ReceiveWindow(resolveWindowOptions({ windowLength: 1, maximumWindowLength: 1 }), new WindowBudget())
    window.receive(1, 0)
    expect(window.credit(1, 0)).toBe(1)
  })

  it('grows no smaller than it began', () => {
    expect(resolveWindowOptions({ windowLength: 0xffff_ffff }).maximumWindowLength).toBe(0xffff_ffff)
    expect(resolveWindowOptions(undefined, { windowLength: 7 }, { windowLength: 9 }).windowLength).toBe(9)
  })
})

it('the send window refuses to pass 2^32-1', () => {
  const window = new SendWindow(0xffff_fffe)
  window.add(1)
  expect(() => window.add(1)).toThrow(expect.objectContaining({ code: 'PROTOCOL', fault: 'peer' }))
  window.take(0xffff_ffff)
  expect(window.available).toBe(0)
})

it('a queue gives back what it got, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer(), { freq: 1 })), (steps) => {
      const fifo = new Fifo<number>()
      const model: number[] = []
      for (const step of steps) {
        if (step === null) expect(fifo.shift()).toBe(model.shift())
        else {
          fifo.push(step)
          model.push(step)
        }
        expect([fifo.length, fifo.first, fifo.last, [...fifo]]).toEqual([model.length, model[0], model.at(-1), model])
      }
      expect(fifo.drain()).toEqual(model)
      expect(fifo.length).toBe(0)
    }),
  )
})

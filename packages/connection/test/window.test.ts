import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Fifo } from '../src/fifo.ts'
import { ReceiveWindow, resolveWindowOptions, SendWindow } from '../src/window.ts'
import { WindowBudget } from '../src/window-budget.ts'

const options = { windowLength: 1000, maximumWindowLength: 4000, maximumPacketLength: 600 }

describe('the receive window', () => {
  it('grows while half of it goes in a quarter of a second, up to its maximum', () => {
    const window = new ReceiveWindow(resolveWindowOptions(options), new WindowBudget())
    const take = (length: number, now: number): number => {
      for (let left = length; left > 0; left -= 500) window.receive(Math.min(left, 500))
      return window.credit(length, now)
    }
    expect(take(499, 0)).toBe(0)
    expect(take(1, 0)).toBe(500)
    expect(take(500, 100)).toBe(500 + 1000)
    expect(window.available).toBe(2000)
    expect(take(1000, 200)).toBe(1000 + 2000)
    expect(take(2000, 300)).toBe(2000)
    expect(window.available).toBe(4000)
  })

  it('stays as it is while data comes slowly', () => {
    const window = new ReceiveWindow(resolveWindowOptions(options), new WindowBudget())
    for (let turn = 0; turn < 10; turn++) {
      window.receive(500)
      expect(window.credit(500, turn * 250)).toBe(500)
    }
    expect(window.available).toBe(1000)
  })

  it('never lets more than a window be outstanding, and never starves the peer', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 600 })), (lengths) => {
        const window = new ReceiveWindow(resolveWindowOptions({ ...options, maximumWindowLength: 1000 }), new WindowBudget())
        let unread = 0
        for (const wanted of lengths) {
          const length = Math.min(wanted, window.available)
          window.receive(length)
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
    window.receive(500)
    window.receive(500)
    expect(() => window.receive(1)).toThrow(expect.objectContaining({ code: 'PROTOCOL', fault: 'peer' }))
  })

  it('takes a message as long as it may be, and no longer', () => {
    const window = new ReceiveWindow(resolveWindowOptions(options), new WindowBudget())
    expect(() => window.receive(601)).toThrow(expect.objectContaining({ code: 'PROTOCOL', fault: 'peer' }))
    window.receive(600)
    expect(window.available).toBe(400)
  })

  it('of one byte works', () => {
    const window = new ReceiveWindow(resolveWindowOptions({ windowLength: 1, maximumWindowLength: 1 }), new WindowBudget())
    window.receive(1)
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

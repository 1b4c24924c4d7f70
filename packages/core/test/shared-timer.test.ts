import { describe, expect, it } from 'vitest'
import { SharedTimer, type Waiting } from '../src/transport/shared-timer.ts'
import { ToyClock } from './support/clock.ts'

const TIME = 10_000

/** A timer, who waits for it, and the moments at which each was told. */
function setUp(clock = new ToyClock()) {
  const told: [name: string, at: number][] = []
  const waiting = (name: string): Waiting => ({ due: 0, timeOver: () => void told.push([name, clock.now()]) })
  return { clock, told, waiting, timer: SharedTimer.of(clock, TIME) }
}

describe('a timer that many share', () => {
  it('tells each after its own time, once, and is one timer of the clock', () => {
    const { clock, told, waiting, timer } = setUp()
    for (const name of ['a', 'b', 'c']) {
      timer.add(waiting(name))
      clock.advance(1000)
    }
    expect(clock.pending).toBe(1)
    for (let passed = 0; passed < 5 * TIME; passed += 1000) clock.advance(1000)
    expect(told).toStrictEqual([
      ['a', TIME],
      ['b', TIME + 1000],
      ['c', TIME + 2000],
    ])
    expect(clock.pending).toBe(0)
  })

  it('tells nobody who waits no more, and sets no timer for nobody', () => {
    const { clock, told, waiting, timer } = setUp()
    const [a, b] = [waiting('a'), waiting('b')]
    timer.add(a)
    timer.add(b)
    timer.remove(a)
    clock.advance(TIME)
    expect(told).toStrictEqual([['b', TIME]])
    timer.remove(b)
    SharedTimer.of(clock, TIME).add(a)
    SharedTimer.of(clock, TIME).remove(a)
    expect(clock.pending).toBe(0)
  })

  it('lets who begins anew wait for the whole time', () => {
    const { clock, told, waiting, timer } = setUp()
    const a = waiting('a')
    timer.add(a)
    clock.advance(TIME - 1)
    timer.add(a)
    clock.advance(TIME - 1)
    expect(told).toStrictEqual([])
    clock.advance(1)
    expect(told).toStrictEqual([['a', 2 * TIME - 1]])
  })

  it('takes who begins anew when told', () => {
    const { clock, told, waiting, timer } = setUp()
    const a = waiting('a')
    const again: Waiting = {
      due: 0,
      timeOver() {
        a.timeOver()
        SharedTimer.of(clock, TIME).add(again)
      },
    }
    timer.add(again)
    for (let round = 0; round < 3; round++) clock.advance(TIME)
    expect(told).toHaveLength(3)
    expect(clock.pending).toBe(1)
  })

  it('tells nobody who was removed, or began anew, by another of the same moment', () => {
    const { clock, told, waiting, timer } = setUp()
    const [removed, anew, last] = ['removed', 'anew', 'last'].map(waiting) as [Waiting, Waiting, Waiting]
    const first: Waiting = {
      due: 0,
      timeOver() {
        timer.remove(removed)
        timer.add(anew)
      },
    }
    for (const each of [first, removed, anew, last]) timer.add(each)
    clock.advance(TIME)
    expect(told).toStrictEqual([['last', TIME]])
    clock.advance(TIME)
    expect(told.slice(1)).toStrictEqual([['anew', 2 * TIME]])
  })

  it('is another for another time, and for another clock', () => {
    const { clock, waiting, timer } = setUp()
    timer.add(waiting('a'))
    expect(SharedTimer.of(clock, TIME)).toBe(timer)
    expect(SharedTimer.of(clock, TIME + 1)).not.toBe(timer)
    expect(SharedTimer.of(new ToyClock(), TIME)).not.toBe(timer)
  })

  it('tells too early rather than too late where the clock is set back', () => {
    class SettableClock extends ToyClock {
      offset = 0
      override now(): number {
        return super.now() + this.offset
      }
    }
    const clock = new SettableClock()
    const { told, waiting, timer } = setUp(clock)
    timer.add(waiting('a'))
    clock.advance(1)
    timer.add(waiting('b'))
    clock.offset = -100 * TIME
    clock.advance(TIME - 1)
    expect(told.map(([name]) => name)).toStrictEqual(['a', 'b'])
  })
})

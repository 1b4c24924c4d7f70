import { SSHError } from '@seashell/core'
import { describe, expect, it } from 'vitest'
import { Turn } from '../src/turn.ts'
import { rejection, settle } from './support/fake-transport.ts'

const phase = { name: 'a card', messages: [60] }
const over = new SSHError('CLOSED', 'game over', { fault: 'local' })

/** A turn, and how many promises hold its transport. */
function play() {
  const state = { holds: 0 }
  const turn = new Turn({
    hold: (promise) => {
      state.holds++
      void promise.then(() => state.holds--)
    },
  })
  return { turn, state }
}

describe('whose turn it is', () => {
  it('ours: the transport is held, and no message may come', () => {
    const { turn, state } = play()
    turn.take()
    expect([state.holds, turn.waiting, turn.phase.messages]).toEqual([1, false, []])
  })

  it('the peer’s, until a message has come: then ours again', async () => {
    const { turn, state } = play()
    turn.take()
    const received = turn.receive(phase)
    await settle()
    expect([state.holds, turn.waiting, turn.phase]).toEqual([0, true, phase])
    turn.deliver({ messageNum: 60, payload: new Uint8Array([1]) })
    expect([state.holds, turn.waiting, turn.phase.messages]).toEqual([1, false, []])
    expect(await received).toEqual({ messageNum: 60, payload: new Uint8Array([1]) })
  })

  it('nobody’s: whoever waits is told, whoever would wait as well, and nothing is held', async () => {
    const { turn, state } = play()
    turn.take()
    const received = turn.receive(phase)
    turn.end(() => over)
    expect(await rejection(received)).toBe(over)
    turn.take()
    turn.end(() => new SSHError('CLOSED', 'again', { fault: 'local' }))
    expect(await rejection(turn.receive(phase))).toBe(over)
    await settle()
    expect([state.holds, turn.phase.messages]).toEqual([0, []])
  })
})

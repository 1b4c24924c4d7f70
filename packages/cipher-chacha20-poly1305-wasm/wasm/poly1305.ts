import { layout } from './memory.ts'
import { at, block, from, get, i64, load, op, type Place, repeat, set, store, sum, type Wat } from '@seashell/test-support/wasm'

/** The locals of type i64 that Poly1305 works with: accumulator, multiplier, what wraps around, and what products add up to. */
export const polyLocals: readonly string[] = [
  'h0',
  'h1',
  'h2',
  'h3',
  'h4',
  'r0',
  'r1',
  'r2',
  'r3',
  's1',
  's2',
  's3',
  'd0',
  'd1',
  'd2',
  'd3',
]

/** r ‖ s: the beginning of block 0 of the body's keystream. */
const ONE_TIME_KEY = layout.keystream + 64
const h = (index: number): string => `h${index}`
const d = (index: number): string => `d${index}`
const add = (...terms: Wat[]): Wat => sum('i64', ...terms)
const mul = (a: string, b: string): Wat => op('i64.mul', get(a), get(b))
const low = (value: Wat): Wat => op('i64.and', value, i64(0xffffffff))
const high = (value: Wat): Wat => op('i64.shr_u', value, i64(32))
const accumulatorWord = (index: number): Place => at(layout.accumulator + 8 * index)

const multiplierWord = (index: number): Place => at(layout.multiplier + 8 * index)

/**
 * Makes the multiplier from the one-time key, once for a packet: what stands in memory no engine computes again with each block.
 *
 * r comes clamped (RFC 8439 §2.5): four words below 2^28, of which three are multiples of 4. So what a product has above 2^130 comes back
 * down by a multiplication with s = r·5/4, which is a whole number.
 */
export const preparePoly: Wat = block(
  repeat(4, (index) => {
    const clamp = index === 0 ? 0x0fffffff : 0x0ffffffc
    return set(`r${index}`, op('i64.and', load('i64.load32_u', at(ONE_TIME_KEY + 4 * index)), i64(clamp)))
  }),
  repeat(4, (index) => store('i64.store', multiplierWord(index), get(`r${index}`))),
  ...[1, 2, 3].map((index) =>
    store('i64.store', multiplierWord(3 + index), add(get(`r${index}`), op('i64.shr_u', get(`r${index}`), i64(2)))),
  ),
)

/** Reads accumulator and multiplier. */
export const loadPoly: Wat = block(
  repeat(5, (index) => set(h(index), load('i64.load', accumulatorWord(index)))),
  repeat(4, (index) => set(`r${index}`, load('i64.load', multiplierWord(index)))),
  ...[1, 2, 3].map((index) => set(`s${index}`, load('i64.load', multiplierWord(3 + index)))),
)

/** Keeps the accumulator for another function. */
export const storePoly: Wat = repeat(5, (index) => store('i64.store', accumulatorWord(index), get(h(index))))

/**
 * Absorbs 16 bytes: h = (h + block + 2^128)·r mod 2^130 − 5, in words of 32 bits.
 *
 * Carries wait until after the multiplication. Before it h1 to h3 are below 2^33, h0 is below 2^33.6, and h4 below 8; so no sum of
 * products reaches 2^64.
 */
export function absorbBlock(data: Place, bitAbove: 0 | 1 = 1): Wat {
  return block(
    repeat(4, (index) => set(h(index), add(get(h(index)), load('i64.load32_u', from(data.base, data.offset + 4 * index))))),
    bitAbove === 0 ? '' : set('h4', add(get('h4'), i64(1))),
    set('d0', add(mul('h0', 'r0'), mul('h1', 's3'), mul('h2', 's2'), mul('h3', 's1'))),
    set('d1', add(mul('h0', 'r1'), mul('h1', 'r0'), mul('h2', 's3'), mul('h3', 's2'), mul('h4', 's1'))),
    set('d2', add(mul('h0', 'r2'), mul('h1', 'r1'), mul('h2', 'r0'), mul('h3', 's3'), mul('h4', 's2'))),
    set('d3', add(mul('h0', 'r3'), mul('h1', 'r2'), mul('h2', 'r1'), mul('h3', 'r0'), mul('h4', 's3'))),
    set('h4', mul('h4', 'r0')),
    ...[1, 2, 3].map((index) => set(d(index), add(get(d(index)), high(get(d(index - 1)))))),
    set('h4', add(get('h4'), high(get('d3')))),
    repeat(4, (index) => set(h(index), low(get(d(index))))),
    foldTop,
  )
}

/** What h4 has above its two bits is worth 2^130, which is 5. */
const foldTop: Wat = block(
  set('h0', add(get('h0'), op('i64.mul', op('i64.shr_u', get('h4'), i64(2)), i64(5)))),
  set('h4', op('i64.and', get('h4'), i64(3))),
)

/**
 * Writes the tag at the local `end`: h mod p plus the other half of the one-time key, mod 2^128, where p = 2^130 − 5. Between blocks h is
 * below 2^130 + 2^34, and so below 2p: where h + 5 reaches 2^130, h reaches p, and the last 128 bits of h − p are those of h + 5.
 */
export const writeTag: Wat = block(
  set('d0', i64(5)),
  repeat(5, (index) => set('d0', add(carried(index), get(h(index))))),
  set('d0', op('i64.mul', op('i64.shr_u', get('d0'), i64(2)), i64(5))),
  repeat(4, (index) =>
    block(
      set('d0', add(carried(index), get(h(index)), load('i64.load32_u', at(ONE_TIME_KEY + 16 + 4 * index)))),
      store('i64.store32', from(get('end'), 4 * index), get('d0')),
    ),
  ),
)

/** What goes into a word of a sum that is made in d0, word by word: what was there to begin with, then what the word before left over. */
function carried(index: number): Wat {
  return index === 0 ? get('d0') : high(get('d0'))
}

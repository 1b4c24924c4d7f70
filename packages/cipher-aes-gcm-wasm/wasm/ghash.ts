import { at, below, block, from, get, i32, load, loopWhile, op, repeat, set, store, sum, type Wat } from '@seashell/test-support/wasm'
import { layout } from './memory.ts'
import { bytes, every, highNibbles, lookUp, lowNibbles, NIBBLES, shiftIn, xor, zero } from './vectors.ts'

// GHASH (NIST SP 800-38D §6.4). A block is a polynomial over GF(2) modulo x^128 + x^7 + x^2 + x + 1, with its first bit, that is the highest of
// its first byte, for x^0. It is multiplied by an element through 32 tables: byte b of the element's product with each of 16 nibbles. So two
// looks into tables give byte b of the product with every byte of the block, and all that is left is to add these at the right distance.

/** Bytes of the tables of an element: 16 for high nibbles, and 16 for low ones. */
export const TABLES_LENGTH = 512
const LOW_TABLES = 256
const BLOCK_LENGTH = 16

/** How many blocks are absorbed at once, by as many powers of the hash key. */
const ABREAST = 2

/** The locals of type v128 that GHASH works with: what it has come to, what is above that, and the nibbles of blocks. */
export const hashLocals: readonly string[] = ['hash', 'above', 'block', 'low0', 'high0', 'low1', 'high1', NIBBLES]

/** Absorbs so many blocks, 1 or 2, from the local `data`: the hash becomes (hash + block)·H, or (hash + block)·H² + block·H. */
function absorbBlocks(count: number): Wat {
  return block(
    repeat(count, (index) =>
      block(
        set('block', load('v128.load', from(get('data'), BLOCK_LENGTH * index))),
        index === 0 ? set('block', xor(get('block'), get('hash'))) : '',
        set(`low${index}`, lowNibbles(get('block'))),
        set(`high${index}`, highNibbles(get('block'))),
      ),
    ),
    // From the last byte of the elements to the first, what there is moves on by a byte each time.
    set('hash', xor(...products(count, BLOCK_LENGTH - 1))),
    set('above', zero),
    repeat(BLOCK_LENGTH - 1, (index) =>
      block(
        set('above', shiftIn(get('above'), get('hash'))),
        set('hash', xor(shiftIn(get('hash'), zero), ...products(count, BLOCK_LENGTH - 2 - index))),
      ),
    ),
    reduce,
    set('data', sum('i32', get('data'), i32(BLOCK_LENGTH * count))),
  )
}

/** Byte `byte` of the products of the first block with the highest power, and so on. */
function products(count: number, byte: number): readonly Wat[] {
  return Array.from({ length: count }, (_, index) => {
    const tables = layout.hashTables + TABLES_LENGTH * (count - 1 - index) + BLOCK_LENGTH * byte
    return [
      lookUp(load('v128.load', at(tables)), get(`high${index}`)),
      lookUp(load('v128.load', at(tables + LOW_TABLES)), get(`low${index}`)),
    ]
  }).flat()
}

/** x^128 = 1 + x + x^2 + x^7, times a byte: 15 bits, which are two bytes. */
const wrapped = (byte: number): number => (byte << 8) ^ (byte << 7) ^ (byte << 6) ^ (byte << 1)

/** The tables of that, for high nibbles or low ones, and the first byte or the second. */
function wrapTable(nibble: 'high' | 'low', byte: 'first' | 'second'): Wat {
  const entries = Array.from({ length: 16 }, (_, value) => wrapped(nibble === 'high' ? value << 4 : value))
  return bytes(entries.map((entry) => (byte === 'first' ? entry >> 8 : entry & 0xff)))
}

/** Brings what is above x^127, which are 15 bytes, down to where it belongs. */
const reduce: Wat = block(
  set('low0', lowNibbles(get('above'))),
  set('high0', highNibbles(get('above'))),
  set('above', xor(lookUp(wrapTable('high', 'second'), get('high0')), lookUp(wrapTable('low', 'second'), get('low0')))),
  set('hash', xor(get('hash'), lookUp(wrapTable('high', 'first'), get('high0')), lookUp(wrapTable('low', 'first'), get('low0')))),
  set('hash', xor(get('hash'), shiftIn(get('above'), zero))),
)

/** Absorbs whole blocks from the local `data` to the local `end`. */
export const absorbAll: Wat = block(
  loopWhile(below(sum('i32', get('data'), i32(BLOCK_LENGTH)), get('end')), absorbBlocks(ABREAST)),
  loopWhile(below(get('data'), get('end')), absorbBlocks(1)),
)

/** The locals of type v128 that {@link tabulate} works with. */
export const tabulateLocals: readonly string[] = ['hash']

/**
 * Makes the tables of the element in the local `hash`, at the local `tables`. Between, the element's products with the eight bits of a byte are
 * at `scratch`; a table is a sum of them, each where the number of an entry has its bit.
 */
export function tabulate(scratch: number): Wat {
  const ofNibble = (firstBit: number): Wat =>
    xor(
      ...[0, 1, 2, 3].map((bit) => {
        const entries = bytes(Array.from({ length: 16 }, (_, entry) => ((entry >> (3 - bit)) & 1 ? 0xff : 0)))
        return op('v128.and', entries, load('v128.load8_splat', from(get('byte'), scratch + BLOCK_LENGTH * (firstBit + bit))))
      }),
    )
  return block(
    repeat(8, (bit) => block(store('v128.store', at(scratch + BLOCK_LENGTH * bit), get('hash')), set('hash', timesX(get('hash'))))),
    set('byte', i32(0)),
    loopWhile(
      below(get('byte'), i32(BLOCK_LENGTH)),
      store('v128.store', from(get('tables')), ofNibble(0)),
      store('v128.store', from(get('tables'), LOW_TABLES), ofNibble(4)),
      set('tables', sum('i32', get('tables'), i32(BLOCK_LENGTH))),
      set('byte', sum('i32', get('byte'), i32(1))),
    ),
  )
}

/** An element times x: all bits move on by one, and what leaves the last byte wraps around. */
function timesX(element: Wat): Wat {
  const fromByteBefore = op('i8x16.shl', shiftIn(element, zero), i32(7))
  const wrapsAround = op('i8x16.neg', op('v128.and', shiftIn(zero, element), every(1)))
  return xor(op('i8x16.shr_u', element, i32(1)), fromByteBefore, op('v128.and', wrapsAround, every(wrapped(0x80) >> 8)))
}

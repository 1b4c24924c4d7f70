import {
  at,
  below,
  block,
  call,
  define,
  exportFunctions,
  from,
  get,
  i32,
  load,
  loopWhile,
  op,
  set,
  store,
  sum,
  type Wat,
} from '@seashell/test-support/wasm'
import { STRIDE_LENGTH } from '../src/layout.ts'
import { aesLocals, lastRound, round, setTables, toNibbles, transpose } from './aes.ts'
import { absorbAll, hashLocals, TABLES_LENGTH } from './ghash.ts'
import { keyFunctions } from './key.ts'
import { layout } from './memory.ts'
import { permute, setNibbles, xor, zero } from './vectors.ts'

const BLOCK_LENGTH = 16
const HEAD_LENGTH = 4
const NONCE_LENGTH = 12

const blocks: readonly string[] = Array.from({ length: STRIDE_LENGTH / BLOCK_LENGTH }, (_, index) => `x${index}`)
const add = (...terms: Wat[]): Wat => sum('i32', ...terms)
const forEach = (statement: (vector: string, index: number) => Wat): Wat => block(...blocks.map(statement))

/** Four words the other way around, and the last alone: WebAssembly counts in little-endian numbers. */
const bigEndianWords: readonly number[] = [3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12]
const bigEndianLast: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 14, 13, 12]

const nextCounterBlock = (vector: string): Wat =>
  block(
    set(vector, permute(bigEndianLast, get('counterBlock'))),
    set('counterBlock', op('i32x4.add', get('counterBlock'), '(v128.const i32x4 0 0 0 1)')),
  )

const addRoundKey = (vector: string): Wat => set(vector, xor(get(vector), get('roundKey')))

const xorText = (vector: string, index: number): Wat => {
  const place = from(get('text'), BLOCK_LENGTH * index)
  return store('v128.store', place, xor(load('v128.load', place), get(vector)))
}

/** Loads the round key at the local `place`, and moves that on. */
const nextRoundKey: Wat = block(set('roundKey', load('v128.load', from(get('place')))), set('place', add(get('place'), i32(BLOCK_LENGTH))))

/**
 * Encrypts or decrypts from `text` to `end`, and on to whole strides, counting from what the counter block is (SP 800-38D §6.5). `last` is
 * where the last round key is. Blocks of a stride do not wait for one another, so that a processor works on several at a time.
 */
const crypt = define('crypt', {
  params: ['text', 'end', 'last'],
  locals: { i32: ['place'], v128: ['counterBlock', ...blocks, ...aesLocals] },
  body: [
    setTables,
    set('counterBlock', load('v128.load', at(layout.counterBlock))),
    loopWhile(
      below(get('text'), get('end')),
      set('place', i32(layout.roundKeys)),
      nextRoundKey,
      forEach((vector) => block(nextCounterBlock(vector), transpose(vector), toNibbles(vector), addRoundKey(vector))),
      loopWhile(below(get('place'), get('last')), nextRoundKey, forEach(round)),
      nextRoundKey,
      forEach((vector, index) => block(lastRound(vector), addRoundKey(vector), xorText(vector, index))),
      set('text', add(get('text'), i32(STRIDE_LENGTH))),
    ),
  ],
})

/** Absorbs whole blocks from `data` to `end`, and keeps what GHASH comes to. */
const absorb = define('absorb', {
  params: ['data', 'end'],
  locals: { v128: hashLocals },
  body: [setNibbles, absorbAll, store('v128.store', at(layout.hash), get('hash'))],
})

/**
 * Makes the schedule of the key of `keyLength` bytes that is where the round keys will be, and returns where the last of these is. All else in
 * front of the body has to be zero, and the hash key is what becomes of a block of zeros (SP 800-38D §7.1).
 */
const makeSchedule = define('makeSchedule', {
  params: ['keyLength'],
  result: 'i32',
  locals: { i32: ['last'] },
  body: [
    set('last', call('expandKey', get('keyLength'))),
    call('convertRoundKeys', get('last')),
    call('crypt', i32(layout.firstBlock), i32(layout.body), get('last')),
    store('v128.store', at(layout.hash), load('v128.load', at(layout.firstBlock))),
    call('tabulateHash', i32(layout.hashTables)),
    call('absorb', i32(layout.firstBlock), i32(layout.body)),
    call('tabulateHash', i32(layout.hashTables + TABLES_LENGTH)),
    get('last'),
  ],
})

/** The number of bits of the body that ends at `end`. */
const bodyBits: Wat = op('i32.shl', op('i32.sub', get('end'), i32(layout.body)), i32(3))

/** What GHASH has for a packet: the length field, the ciphertext, each with zeros up to a whole block, and the number of bits of both. */
const hashPacket = define('hashPacket', {
  params: ['end'],
  locals: { i32: ['whole'] },
  body: [
    store('v128.store', from(get('end')), zero),
    set('whole', op('i32.and', add(get('end'), i32(BLOCK_LENGTH - 1)), i32(-BLOCK_LENGTH))),
    store(
      'v128.store',
      from(get('whole')),
      permute(bigEndianWords, op('i32x4.replace_lane 3', `(v128.const i32x4 0 ${8 * HEAD_LENGTH} 0 0)`, bodyBits)),
    ),
    call('absorb', i32(layout.firstBlock), add(get('whole'), i32(BLOCK_LENGTH))),
  ],
})

/** Encrypts or decrypts the body, and a block of zeros in front of it: what becomes of that, from counter block 1, masks the hash. */
const cryptPacket: Wat = block(
  store('v128.store', at(layout.firstBlock), zero),
  store('i32.store', at(layout.counterBlock + NONCE_LENGTH), i32(1)),
  call('crypt', i32(layout.firstBlock), get('end'), get('last')),
)

const takeHead: Wat = set('head', load('v128.load32_zero', at(layout.head)))
const placeHead: Wat = store('v128.store', at(layout.firstBlock), get('head'))
const wipe: Wat = op('memory.fill', i32(0), i32(0), i32(layout.body))

/** Seals the packet whose body ends at `end`, and writes the tag there. */
const seal = define('seal', {
  params: ['end', 'last'],
  locals: { v128: ['head', 'mask'] },
  body: [
    takeHead,
    cryptPacket,
    set('mask', load('v128.load', at(layout.firstBlock))),
    placeHead,
    call('hashPacket', get('end')),
    store('v128.store', from(get('end')), xor(get('mask'), load('v128.load', at(layout.hash)))),
    // Behind the tag is keystream that nothing was encrypted with.
    op('memory.fill', add(get('end'), i32(BLOCK_LENGTH)), i32(0), i32(STRIDE_LENGTH)),
    wipe,
  ],
})

/** Opens the packet whose tag is at `end`: 1, and its body in clear; or 0, and then what is there is of no use and has to be wiped. */
const open = define('open', {
  params: ['end', 'last'],
  result: 'i32',
  locals: { i32: ['authentic'], v128: ['head', 'tag'] },
  body: [
    takeHead,
    placeHead,
    set('tag', load('v128.load', from(get('end')))),
    call('hashPacket', get('end')),
    set('tag', xor(get('tag'), load('v128.load', at(layout.hash)))),
    cryptPacket,
    set('authentic', op('i32.eqz', op('v128.any_true', xor(get('tag'), load('v128.load', at(layout.firstBlock)))))),
    wipe,
    get('authentic'),
  ],
})

/** What JavaScript calls. */
const EXPORTED = ['makeSchedule', 'seal', 'open']

/**
 * The module in WebAssembly's text format.
 *
 * @param alsoExported functions that only tests call
 */
export function moduleText(...alsoExported: readonly string[]): Wat {
  const functions = [keyFunctions, crypt, absorb, makeSchedule, hashPacket, seal, open]
  return `(module (memory (export "memory") 1) ${exportFunctions([...EXPORTED, ...alsoExported])} ${block(...functions)})`
}

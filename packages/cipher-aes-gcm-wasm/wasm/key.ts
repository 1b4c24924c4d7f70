import {
  at,
  below,
  block,
  call,
  define,
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
  when,
} from '@seashell/test-support/wasm'
import { aesLocals, setTables, substituteBytes, toNibbles, transpose } from './aes.ts'
import * as field from './field.ts'
import { tabulate, tabulateLocals } from './ghash.ts'
import { layout } from './memory.ts'
import { SUMMAND } from './s-box.ts'
import { every, xor } from './vectors.ts'

// What is made of a key once for each direction of a connection.

const WORD_LENGTH = 4
const BLOCK_LENGTH = 16

/** The S-box on the bytes of a word. */
const substituteWord = define('substituteWord', {
  params: ['word'],
  result: 'i32',
  locals: { v128: ['x', ...aesLocals] },
  body: [
    setTables,
    set('x', op('i32x4.splat', get('word'))),
    toNibbles('x'),
    substituteBytes('x'),
    op('i32x4.extract_lane 0', xor(get('x'), every(SUMMAND))),
  ],
})

const substitute = (word: Wat): Wat => set('word', call('substituteWord', word))

/** The constant of the next round (FIPS 197 §5.2): twice as much, in the field of AES. */
const doubleConstant: Wat = block(
  set('constant', op('i32.shl', get('constant'), i32(1))),
  when(op('i32.and', get('constant'), i32(0x100)), set('constant', op('i32.xor', get('constant'), i32(0x11b)))),
)

/**
 * Expands the key of `keyLength` bytes, 16 or 32, that is where the round keys will be (FIPS 197 §5.2), and returns where the last round key
 * is. A word is that before it, in some places through the S-box, and added to it the one so many bytes before.
 */
const expandKey = define('expandKey', {
  params: ['keyLength'],
  result: 'i32',
  locals: { i32: ['before', 'last', 'word', 'phase', 'constant'] },
  body: [
    // There are as many rounds as the key has words, and six.
    set('last', sum('i32', i32(layout.roundKeys + 6 * BLOCK_LENGTH), op('i32.mul', get('keyLength'), i32(BLOCK_LENGTH / WORD_LENGTH)))),
    set('before', i32(layout.roundKeys)),
    set('word', load('i32.load', from(sum('i32', get('keyLength'), i32(-WORD_LENGTH)), layout.roundKeys))),
    set('constant', i32(1)),
    loopWhile(
      below(sum('i32', get('before'), get('keyLength')), sum('i32', get('last'), i32(BLOCK_LENGTH))),
      set('phase', op('i32.rem_u', op('i32.sub', get('before'), i32(layout.roundKeys)), get('keyLength'))),
      when(
        op('i32.eqz', get('phase')),
        substitute(op('i32.rotr', get('word'), i32(8))),
        set('word', op('i32.xor', get('word'), get('constant'))),
        doubleConstant,
      ),
      when(op('i32.eq', get('phase'), i32(BLOCK_LENGTH)), substitute(get('word'))),
      set('word', op('i32.xor', get('word'), load('i32.load', from(get('before'))))),
      store('i32.store', from(sum('i32', get('before'), get('keyLength'))), get('word')),
      set('before', sum('i32', get('before'), i32(WORD_LENGTH))),
    ),
    get('last'),
  ],
})

/**
 * Brings the round keys into the form in which rounds want them: as blocks are inside, and but for the first with the summand of the S-box,
 * which comes before each. MixColumns leaves it as it is, for 2 + 3 + 1 + 1 = 1.
 */
const convertRoundKeys = define('convertRoundKeys', {
  params: ['last'],
  locals: { i32: ['place'], v128: ['x', ...aesLocals] },
  body: [
    setTables,
    set('place', i32(layout.roundKeys)),
    loopWhile(
      below(get('place'), get('last')),
      set('x', load('v128.load', from(get('place')))),
      transpose('x'),
      toNibbles('x'),
      when(op('i32.ne', get('place'), i32(layout.roundKeys)), set('x', xor(get('x'), every(field.toNibbles(SUMMAND))))),
      store('v128.store', from(get('place')), get('x')),
      set('place', sum('i32', get('place'), i32(BLOCK_LENGTH))),
    ),
    store('v128.store', from(get('last')), xor(load('v128.load', from(get('last'))), every(SUMMAND))),
  ],
})

/** Makes tables, at `tables`, of the element that GHASH has come to. */
const tabulateHash = define('tabulateHash', {
  params: ['tables'],
  locals: { i32: ['byte'], v128: tabulateLocals },
  body: [set('hash', load('v128.load', at(layout.hash))), tabulate(layout.body)],
})

/** The functions of key schedules, innermost first. */
export const keyFunctions: Wat = block(substituteWord, expandKey, convertRoundKeys, tabulateHash)

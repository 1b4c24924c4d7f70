import { STRIDE_LENGTH } from '../src/layout.ts'
import { chachaLocals, columnRound, COUNTER, countBlocks, diagonalRound, loadState, setStateWord, xorText } from './chacha20.ts'
import { layout } from './memory.ts'
import { absorbBlock, loadPoly, polyLocals, preparePoly, storePoly, writeTag } from './poly1305.ts'
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
  loopTimes,
  loopWhile,
  op,
  repeat,
  set,
  store,
  sum,
} from '@seashell/test-support/wasm'
import { type Wat, when } from '@seashell/test-support/wasm'

const add = (...terms: Wat[]): Wat => sum('i32', ...terms)
const subtract = (a: Wat, b: Wat): Wat => op('i32.sub', a, b)
const minimum = (a: Wat, b: Wat): Wat => op('select', a, b, below(a, b))
const splat = (value: Wat): Wat => op('i32x4.splat', value)
const roundedDown = (length: Wat): Wat => op('i32.and', length, i32(-BLOCK_LENGTH))
const packetLength: Wat = subtract(get('end'), i32(layout.packet))

/** The block of Poly1305. */
const BLOCK_LENGTH = 16
const BODY = layout.packet + 4
/** How much of a body blocks 1 and 2 encrypt, which are made together with the one-time key. */
const FIRST_LENGTH = 128
/** `expand 32-byte k` (RFC 8439 §2.3), in the input words 0 to 3; 4 to 11 are the key. */
const CONSTANTS = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574] as const
const KEY = 4
/** The low half of the nonce, which is the sequence number as a big-endian uint64, in the last of the input words. */
const SEQUENCE = 15

/** The words of a number from the last byte to the first. */
function byteSwapped(local: string): Wat {
  const everyOther = (bits: number, mask: number): Wat => op('i32.and', op('i32.rotl', get(local), i32(bits)), i32(mask))
  return op('i32.or', everyOther(8, 0x00ff00ff), everyOther(24, 0xff00ff00))
}

/** Makes the first four blocks of keystream: one under the key of the packet length, and three under that of the body. */
const start = define('start', {
  params: ['sequence'],
  body: [
    ...CONSTANTS.map((constant, index) => setStateWord(index, splat(i32(constant)))),
    repeat(8, (index) => {
      const ofBody = load('v128.load32_splat', at(layout.bodyKey + 4 * index))
      return setStateWord(KEY + index, op('i32x4.replace_lane 0', ofBody, load('i32.load', at(layout.lengthKey + 4 * index))))
    }),
    setStateWord(COUNTER, '(v128.const i32x4 0 0 1 2)'),
    setStateWord(SEQUENCE, splat(byteSwapped('sequence'))),
    call('encrypt', i32(layout.keystream)),
  ],
})

/** Prepares for all further blocks, which are the body's. */
const goOn = define('goOn', {
  body: [
    repeat(8, (index) => setStateWord(KEY + index, load('v128.load32_splat', at(layout.bodyKey + 4 * index)))),
    setStateWord(COUNTER, '(v128.const i32x4 3 4 5 6)'),
  ],
})

const moveOn = (local: string, length: number): Wat => set(local, add(get(local), i32(length)))

/** So many double rounds of ChaCha20, of 10; in front of each stands what is to be done beside it. */
const doubleRounds = (count: number, beside: Wat = ''): Wat => loopTimes(count, 'rounds', beside, columnRound, diagonalRound)

/** Encrypts or decrypts the 256 bytes at `text`. */
const encrypt = define('encrypt', {
  params: ['text'],
  locals: { i32: ['rounds'], v128: chachaLocals },
  body: [loadState, doubleRounds(10), xorText, countBlocks],
})

/** Two blocks that Poly1305 absorbs: eight times two are as long as what ChaCha20 encrypts at once. */
const absorbTwo: Wat = block(absorbBlock(from(get('data'))), absorbBlock(from(get('data'), BLOCK_LENGTH)), moveOn('data', 2 * BLOCK_LENGTH))

/**
 * Encrypts or decrypts from `text` to `end`, 256 bytes at once, and lets Poly1305 absorb as many from `data`; returns the end of these. A
 * processor has different units for the vectors of the one and the numbers of the other, so that the two together take little longer than
 * one; but only where no branch is between them.
 */
const encryptAndAbsorb = define('encryptAndAbsorb', {
  params: ['text', 'data', 'end'],
  result: 'i32',
  locals: { i32: ['rounds'], i64: polyLocals, v128: chachaLocals },
  body: [
    loadPoly,
    loopWhile(
      below(get('text'), get('end')),
      loadState,
      doubleRounds(8, absorbTwo),
      doubleRounds(2),
      xorText,
      countBlocks,
      moveOn('text', STRIDE_LENGTH),
    ),
    storePoly,
    get('data'),
  ],
})

/** Makes Poly1305's multiplier. */
const prepare = define('prepare', { locals: { i64: polyLocals }, body: [preparePoly] })

/** Lets Poly1305 absorb whole blocks from `data` to `end`. */
const absorb = define('absorb', {
  params: ['data', 'end'],
  locals: { i64: polyLocals },
  body: [loadPoly, loopWhile(below(get('data'), get('end')), absorbBlock(from(get('data'))), moveOn('data', BLOCK_LENGTH)), storePoly],
})

/** Copies what follows the last whole block of the packet that ends at `end`, and the bit that Poly1305 has behind it. */
const keepLastBlock = define('keepLastBlock', {
  params: ['end'],
  locals: { i32: ['length'] },
  body: [
    set('length', op('i32.and', packetLength, i32(BLOCK_LENGTH - 1))),
    op('memory.copy', i32(layout.lastBlock), subtract(get('end'), get('length')), get('length')),
    store('i32.store8', from(get('length'), layout.lastBlock), i32(1)),
  ],
})

/** Absorbs what {@link keepLastBlock} kept, if anything, and writes the tag at `end`. */
const finish = define('finish', {
  params: ['end'],
  locals: { i64: polyLocals },
  body: [loadPoly, when(op('i32.and', packetLength, i32(BLOCK_LENGTH - 1)), absorbBlock(at(layout.lastBlock), 0)), writeTag],
})

/** Encrypts or decrypts the beginning of the body, with keystream that is there. */
const xorFirst: Wat = repeat(FIRST_LENGTH / 16, (index) => {
  const place = at(BODY + 16 * index)
  return store('v128.store', place, op('v128.xor', load('v128.load', place), load('v128.load', at(layout.keystream + 128 + 16 * index))))
})

const wipe: Wat = op('memory.fill', i32(0), i32(0), i32(layout.packet))
const whole: Wat = add(i32(layout.packet), roundedDown(packetLength))

/** Seals the packet whose body ends at `end`, and writes the tag there. Poly1305 follows, by one stride and what is encrypted first. */
const seal = define('seal', {
  params: ['sequence', 'end'],
  locals: { i32: ['text', 'data'] },
  body: [
    call('start', get('sequence')),
    call('prepare'),
    call('goOn'),
    store('i32.store', at(layout.packet), op('i32.xor', load('i32.load', at(layout.packet)), load('i32.load', at(layout.keystream)))),
    xorFirst,
    set('text', i32(BODY + FIRST_LENGTH)),
    when(below(get('text'), get('end')), call('encrypt', get('text'))),
    set('data', call('encryptAndAbsorb', add(get('text'), i32(STRIDE_LENGTH)), i32(layout.packet), get('end'))),
    call('absorb', get('data'), whole),
    call('keepLastBlock', get('end')),
    call('finish', get('end')),
    wipe,
  ],
})

/**
 * Opens the packet whose tag is at `end`: 1, and its body in clear; or 0, and then what is there is of no use and has to be wiped. Poly1305
 * goes ahead of the decryption, by the 128 bytes that are decrypted last, the 4 of the length, and 12 to the end of a block.
 */
const open = define('open', {
  params: ['sequence', 'end'],
  result: 'i32',
  locals: { i32: ['text', 'data', 'whole', 'authentic'] },
  body: [
    call('start', get('sequence')),
    call('prepare'),
    call('goOn'),
    call('keepLastBlock', get('end')),
    store('v128.store', at(layout.tag), load('v128.load', from(get('end')))),
    set('whole', whole),
    set('data', minimum(get('whole'), i32(layout.packet + 4 + FIRST_LENGTH + 12))),
    call('absorb', i32(layout.packet), get('data')),
    set('text', add(i32(BODY + FIRST_LENGTH), op('i32.and', subtract(get('whole'), get('data')), i32(-STRIDE_LENGTH)))),
    set('data', call('encryptAndAbsorb', i32(BODY + FIRST_LENGTH), get('data'), get('text'))),
    call('absorb', get('data'), get('whole')),
    loopWhile(below(get('text'), get('end')), call('encrypt', get('text')), moveOn('text', STRIDE_LENGTH)),
    call('finish', get('end')),
    set(
      'authentic',
      op('i32.eqz', op('v128.any_true', op('v128.xor', load('v128.load', at(layout.tag)), load('v128.load', from(get('end')))))),
    ),
    xorFirst,
    wipe,
    get('authentic'),
  ],
})

/** Decrypts a packet length, a big-endian number before and after. */
const readLength = define('readLength', {
  params: ['sequence', 'head'],
  result: 'i32',
  locals: { i32: ['keystream'] },
  body: [
    call('start', get('sequence')),
    set('keystream', load('i32.load', at(layout.keystream))),
    wipe,
    op('i32.xor', get('head'), byteSwapped('keystream')),
  ],
})

/** What JavaScript calls. */
const EXPORTED = ['seal', 'open', 'readLength']

/**
 * The module in WebAssembly's text format.
 *
 * @param alsoExported functions that only tests call
 */
export function moduleText(...alsoExported: readonly string[]): Wat {
  const functions = [start, goOn, prepare, encrypt, encryptAndAbsorb, absorb, keepLastBlock, finish, seal, open, readLength]
  return `(module (memory (export "memory") 1) ${exportFunctions([...EXPORTED, ...alsoExported])} ${block(...functions)})`
}

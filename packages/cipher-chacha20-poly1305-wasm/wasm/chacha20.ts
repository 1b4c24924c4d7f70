import { layout } from './memory.ts'
import { at, block, from, get, i32, load, op, type Place, repeat, set, store, tee, type Wat } from '@seashell/test-support/wasm'

/** The input word that counts blocks: the low half of a uint64, for SSH has the ChaCha20 with a nonce of 64 bits. */
export const COUNTER = 12

// ChaCha20 of four blocks at once: where the RFC has a word, there is a vector with that word of each of the four.

const word = (index: number): string => `x${index}`

/** The locals of type v128 that ChaCha20 works with: its sixteen words, and two for in between. */
export const chachaLocals: readonly string[] = [...Array.from({ length: 16 }, (_, index) => word(index)), 't', 'u']

/** The words that a quarter round is on: a, b, c and d. */
type Quarter = readonly [number, number, number, number]
type Member = 0 | 1 | 2 | 3

const columns: readonly Quarter[] = [0, 1, 2, 3].map((i): Quarter => [i, i + 4, i + 8, i + 12])
const diagonals: readonly Quarter[] = [0, 1, 2, 3].map((i): Quarter => [i, 4 + ((i + 1) % 4), 8 + ((i + 2) % 4), 12 + ((i + 3) % 4)])

/** The quarter rounds on the columns of the state (RFC 8439 §2.3). */
export const columnRound: Wat = round(columns)
/** The same on the diagonals. */
export const diagonalRound: Wat = round(diagonals)

/** Four quarter rounds (RFC 8439 §2.1), step by step together, since none waits for another. */
function round(quarters: readonly Quarter[]): Wat {
  // x += y; z = (z ^ x) <<< bits
  const step = (x: Member, y: Member, z: Member, bits: number): Wat =>
    block(
      ...quarters.flatMap((quarter) => [
        set(word(quarter[x]), op('i32x4.add', get(word(quarter[x])), get(word(quarter[y])))),
        set(word(quarter[z]), rotateLeft(op('v128.xor', get(word(quarter[z])), get(word(quarter[x]))), bits)),
      ]),
    )
  const [a, b, c, d] = [0, 1, 2, 3] as const
  return block(step(a, b, d, 16), step(c, d, b, 12), step(a, b, d, 8), step(c, d, b, 7))
}

/**
 * Rotates each of four words. By whole bytes that is one instruction, and not three: the order of the bytes is known now, and V8 keeps it in
 * a register (that of an `i8x16.shuffle` it makes again each time).
 */
function rotateLeft(value: Wat, bits: number): Wat {
  if (bits % 8 === 0) return op('i8x16.swizzle', value, `(v128.const i8x16 ${rotatedBytes(bits / 8).join(' ')})`)
  return op('v128.or', op('i32x4.shl', tee('t', value), i32(bits)), op('i32x4.shr_u', get('t'), i32(32 - bits)))
}

/** Where each byte of a vector comes from whose words are rotated by so many bytes; words are little-endian. */
function rotatedBytes(bytes: number): number[] {
  return Array.from({ length: 16 }, (_, index) => (index & ~3) + ((index - bytes) & 3))
}

const stateWord = (index: number): Place => at(layout.state + 16 * index)

/** Sets an input word of all four blocks. */
export const setStateWord = (index: number, value: Wat): Wat => store('v128.store', stateWord(index), value)

/** Moves the counters on by four blocks. */
export const countBlocks: Wat = setStateWord(COUNTER, op('i32x4.add', load('v128.load', stateWord(COUNTER)), op('i32x4.splat', i32(4))))

/** Reads the input words into the locals. */
export const loadState: Wat = repeat(16, (index) => set(word(index), load('v128.load', stateWord(index))))

/** Adds the input words, and encrypts or decrypts the 256 bytes at the local `text` with the four blocks that come of it. */
export const xorText: Wat = block(
  repeat(16, (index) => set(word(index), op('i32x4.add', get(word(index)), load('v128.load', stateWord(index))))),
  repeat(4, (group) => transposeAndXor(4 * group)),
)

/** Words `first` to `first + 3` of four blocks become the bytes of these words, block by block. */
function transposeAndXor(first: number): Wat {
  const [a, b, c, d] = [0, 1, 2, 3].map((index) => word(first + index)) as [string, string, string, string]
  const output = (index: number, value: Wat): Wat => {
    const place = from(get('text'), 64 * index + 4 * first)
    return store('v128.store', place, op('v128.xor', load('v128.load', place), value))
  }
  return block(
    set('t', interleave('low', 4, get(a), get(b))),
    set('u', interleave('low', 4, get(c), get(d))),
    output(0, interleave('low', 8, get('t'), get('u'))),
    output(1, interleave('high', 8, get('t'), get('u'))),
    set('t', interleave('high', 4, get(a), get(b))),
    set('u', interleave('high', 4, get(c), get(d))),
    output(2, interleave('low', 8, get('t'), get('u'))),
    output(3, interleave('high', 8, get('t'), get('u'))),
  )
}

/** Pieces of so many bytes, alternately from one half of one vector and the same half of another. */
function interleave(half: 'low' | 'high', pieceLength: 4 | 8, left: Wat, right: Wat): Wat {
  const start = half === 'low' ? 0 : 8
  const lanes = Array.from({ length: 16 }, (_, index) => {
    const piece = Math.floor(index / pieceLength)
    return start + Math.floor(piece / 2) * pieceLength + (index % pieceLength) + (piece % 2 === 0 ? 0 : 16)
  })
  return `(i8x16.shuffle ${lanes.join(' ')} ${left} ${right})`
}

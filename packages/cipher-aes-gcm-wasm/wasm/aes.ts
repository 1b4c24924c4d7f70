import { block, get, set, type Wat } from '@seashell/test-support/wasm'
import { doubledNibbles, inverses, nibblesOfByte, type Pair, scaledInverses, substituted, substitutedNibbles } from './s-box.ts'
import { bytes, highNibbles, lookUp, lowNibbles, NIBBLES, permute, setNibbles, xor } from './vectors.ts'

// AES (FIPS 197), forwards only. A block is a vector; inside, its bytes stand row by row instead of column by column, so that MixColumns is on
// whole words, and each byte is the two nibbles that the S-box wants.

const places: readonly number[] = Array.from({ length: 16 }, (_, place) => place)

/** Row by row becomes column by column, and the other way around. */
const transposed: readonly number[] = places.map((place) => 4 * (place % 4) + Math.floor(place / 4))

/** ShiftRows: row r moves by r columns. */
const shiftedRows: readonly number[] = places.map((place) => {
  const [row, column] = [Math.floor(place / 4), place % 4]
  return 4 * row + ((column + row) % 4)
})

/** The tables that all rounds want, and are in locals for that. */
const tables: Readonly<Record<string, readonly number[]>> = {
  inverses,
  scaledInverses,
  substitutedP: substitutedNibbles[0],
  substitutedQ: substitutedNibbles[1],
  doubledP: doubledNibbles[0],
  doubledQ: doubledNibbles[1],
}

/** The locals of type v128 that AES works with, besides those of blocks. */
export const aesLocals: readonly string[] = [...Object.keys(tables), NIBBLES, 'j', 'p', 'q', 'roundKey']

/** Fills the locals that are tables. */
export const setTables: Wat = block(...Object.entries(tables).map(([local, table]) => set(local, bytes(table))), setNibbles)

/** The sum of what two tables have. */
const lookUpBoth = (first: Wat, second: Wat, p: Wat, q: Wat): Wat => xor(lookUp(first, p), lookUp(second, q))
const lookUpPair = ([first, second]: Pair, p: Wat, q: Wat): Wat => lookUpBoth(bytes(first), bytes(second), p, q)
const nextRow = (vector: string): Wat => `(i8x16.shuffle 4 5 6 7 8 9 10 11 12 13 14 15 0 1 2 3 ${get(vector)} ${get(vector)})`

/** The order of rows and columns that a block comes in, or that it has inside, becomes the other. */
export const transpose = (vector: string): Wat => set(vector, permute(transposed, get(vector)))

/** Bytes become the nibbles that the S-box wants. */
export const toNibbles = (vector: string): Wat => set(vector, lookUpPair(nibblesOfByte, lowNibbles(get(vector)), highNibbles(get(vector))))

/** The part of the S-box that is not linear: p and q from i and k, as `s-box.ts` has it. */
const invert = (vector: string): Wat =>
  block(
    set('p', lowNibbles(get(vector))),
    set(vector, highNibbles(get(vector))),
    set('j', xor(get(vector), get('p'))),
    set('q', lookUp(get('scaledInverses'), get('p'))),
    set('p', xor(get('q'), lookUp(get('inverses'), get(vector)))),
    set('q', xor(get('q'), lookUp(get('inverses'), get('j')))),
    set('p', xor(get('j'), lookUp(get('inverses'), get('p')))),
    set('q', xor(get(vector), lookUp(get('inverses'), get('q')))),
  )

/** SubBytes, from nibbles to bytes, but for its summand. */
export const substituteBytes = (vector: string): Wat => block(invert(vector), set(vector, lookUpPair(substituted, get('p'), get('q'))))

/**
 * SubBytes, ShiftRows, MixColumns and AddRoundKey, on nibbles. A row becomes 2·s + 3·s′ + s″ + s‴, where s′ is the row after s; that is
 * 2·s + (2·s + s + (s + s′)′)′.
 */
export const round = (vector: string): Wat =>
  block(
    set(vector, permute(shiftedRows, get(vector))),
    invert(vector),
    set(vector, lookUpBoth(get('substitutedP'), get('substitutedQ'), get('p'), get('q'))),
    set('p', lookUpBoth(get('doubledP'), get('doubledQ'), get('p'), get('q'))),
    set('j', xor(get(vector), nextRow(vector))),
    set('q', xor(get('p'), get('roundKey'))),
    set('p', xor(get('p'), get(vector), nextRow('j'))),
    set(vector, xor(get('q'), nextRow('p'))),
  )

/** SubBytes and ShiftRows of the last round; what comes of it are the bytes of a block, in the order in which a block comes. */
export const lastRound = (vector: string): Wat =>
  block(set(vector, permute(shiftedRows, get(vector))), substituteBytes(vector), transpose(vector))

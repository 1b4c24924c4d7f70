import { get, i32, op, type Wat } from '@seashell/test-support/wasm'

/** A vector that is known now, of 16 bytes. */
export const bytes = (values: readonly number[]): Wat => `(v128.const i8x16 ${values.join(' ')})`

/** The same byte 16 times. */
export const every = (byte: number): Wat => bytes(Array.from({ length: 16 }, () => byte))

/** The sum in a field of characteristic 2. */
export const xor = (...vectors: readonly Wat[]): Wat => vectors.reduce((sum, each) => op('v128.xor', sum, each))

/** For each byte of `indexes` that byte of `table`, and 0 where there is none. No address depends on them. */
export const lookUp = (table: Wat, indexes: Wat): Wat => op('i8x16.swizzle', table, indexes)

/** Bytes of a vector in another order. */
export const permute = (order: readonly number[], vector: Wat): Wat => lookUp(vector, bytes(order))

/** The local that nibbles are cut out with. */
export const NIBBLES = 'nibbles'
export const setNibbles: Wat = `(local.set $${NIBBLES} ${every(0x0f)})`

/** The low nibble of each byte, and the high one. */
export const lowNibbles = (vector: Wat): Wat => op('v128.and', vector, get(NIBBLES))
export const highNibbles = (vector: Wat): Wat => op('v128.and', op('i16x8.shr_u', vector, i32(4)), get(NIBBLES))

/** Each byte moves to the next place, and the last byte of another vector to the first. */
export const shiftIn = (vector: Wat, other: Wat): Wat =>
  `(i8x16.shuffle ${Array.from({ length: 16 }, (_, index) => 15 + index).join(' ')} ${other} ${vector})`

/** 16 zeros. */
export const zero: Wat = every(0)

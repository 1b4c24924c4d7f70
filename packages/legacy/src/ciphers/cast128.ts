import { readUint32, writeUint32 } from '@seashell/core/wire'
import type { BlockCipher } from './block-cipher.ts'
import { castBoxes } from './cast128-boxes.ts'

const ROUNDS = 16

/**
 * How a word is mixed in the key schedule (RFC 2144 §2.4): the word it begins with, four bytes that are looked up in S5 to S8, and a fifth,
 * whose box is S7, S8, S5 and S6 for the first to the fourth word. The bytes of the first word are of the old sixteen, as all fifth ones are;
 * those of the others are of the new.
 */
const MIX_TO_Z = ['0 dfce 8', '2 0213 a', '3 7654 9', '1 a9b8 b']
const MIX_TO_X = ['2 5746 0', '0 0213 2', '1 7654 1', '3 a9b8 3']

/** The bytes that make each subkey, looked up in S5 to S8 and once more in S5, S6, S7 and S8 for the first to the fourth (RFC 2144 §2.4). */
const SUBKEYS = [
  ['89762', 'ab546', 'cd329', 'ef10c'],
  ['32cd8', '10efd', '76893', '54ab7'],
  ['32cd9', '10efc', '76892', '54ab6'],
  ['89763', 'ab547', 'cd328', 'ef10d'],
]

/**
 * CAST-128 (RFC 2144).
 *
 * @param key 16 bytes
 */
export function createCast128(key: Uint8Array): BlockCipher {
  const boxes = readBoxes()
  const subkeys = expandKey(key, boxes)
  return {
    encryptBlock: (block) => transform(subkeys, boxes, block, (step) => step),
    decryptBlock: (block) => transform(subkeys, boxes, block, (step) => ROUNDS - 1 - step),
    destroy: () => subkeys.fill(0),
  }
}

let words: Uint32Array | undefined

/** All boxes behind each other, S1 first. */
function readBoxes(): Uint32Array {
  return (words ??= Uint32Array.from(castBoxes.join(' ').trim().split(/\s+/), (word) => Number.parseInt(word, 16)))
}

/** The 16 masking subkeys, then the 16 rotation subkeys. */
function expandKey(key: Uint8Array, boxes: Uint32Array): Uint32Array {
  const subkeys = new Uint32Array(2 * ROUNDS)
  let x = new Uint8Array(key)
  for (let group = 0; group < subkeys.length / 4; group += 2) {
    const z = mix(MIX_TO_Z, x, boxes)
    subkeys.set(subkeysFrom(SUBKEYS[group % 4]!, z, boxes), group * 4)
    x.fill(0)
    x = mix(MIX_TO_X, z, boxes)
    subkeys.set(subkeysFrom(SUBKEYS[(group + 1) % 4]!, x, boxes), group * 4 + 4)
    z.fill(0)
  }
  x.fill(0)
  return subkeys
}

function mix(recipes: readonly string[], old: Uint8Array, boxes: Uint32Array): Uint8Array<ArrayBuffer> {
  const mixed = new Uint8Array(16)
  for (const [index, recipe] of recipes.entries()) {
    const [source, bytes, last] = recipe.split(' ') as [string, string, string]
    const looked = lookUp(bytes, index === 0 ? old : mixed, boxes) ^ lookUpIn(4 + ((index + 2) % 4), last, old, boxes)
    writeUint32(mixed, index * 4, readUint32(old, Number(source) * 4) ^ looked)
  }
  return mixed
}

function subkeysFrom(recipes: readonly string[], bytes: Uint8Array, boxes: Uint32Array): number[] {
  return recipes.map((recipe, index) => lookUp(recipe.slice(0, 4), bytes, boxes) ^ lookUpIn(4 + index, recipe.slice(4), bytes, boxes))
}

/** Four bytes, one in each of S5 to S8. */
function lookUp(positions: string, bytes: Uint8Array, boxes: Uint32Array): number {
  return Array.from(positions).reduce((word, position, index) => word ^ lookUpIn(4 + index, position, bytes, boxes), 0)
}

function lookUpIn(box: number, position: string, bytes: Uint8Array, boxes: Uint32Array): number {
  return boxes[box * 256 + bytes[Number.parseInt(position, 16)]!]!
}

function transform(subkeys: Uint32Array, boxes: Uint32Array, block: Uint8Array, roundOf: (step: number) => number): void {
  let left = readUint32(block, 0)
  let right = readUint32(block, 4)
  for (let step = 0; step < ROUNDS; step++) {
    const round = roundOf(step)
    const next = left ^ feistel(round % 3, subkeys[round]!, subkeys[ROUNDS + round]! & 31, right, boxes)
    left = right
    right = next
  }
  writeUint32(block, 0, right)
  writeUint32(block, 4, left)
}

/** The three sorts of round (RFC 2144 §2.2). */
function feistel(sort: number, mask: number, rotation: number, half: number, boxes: Uint32Array): number {
  const masked = sort === 0 ? mask + half : sort === 1 ? mask ^ half : mask - half
  const word = (masked << rotation) | (masked >>> (32 - rotation))
  const a = boxes[word >>> 24]!
  const b = boxes[256 + ((word >>> 16) & 0xff)]!
  const c = boxes[512 + ((word >>> 8) & 0xff)]!
  const d = boxes[768 + (word & 0xff)]!
  if (sort === 0) return ((a ^ b) - c + d) | 0
  return sort === 1 ? (a - b + c) ^ d : (((a + b) ^ c) - d) | 0
}

import { concatBytes, readUint32, writeUint32 } from '@seashell/core/wire'
import type { SeededNumbers } from './random.ts'

/** What mutation draws from besides chance. */
export interface Material {
  /** Other inputs, to cross with. */
  readonly others: readonly Uint8Array[]
  /** Words that the code under test compares with. */
  readonly words: readonly Uint8Array[]
  /** Two values that a run has compared: where the one stands in the input, the other is worth a try. */
  readonly compared: readonly (readonly [Uint8Array, Uint8Array])[]
  /** The longest input to make, in bytes. */
  readonly maxLength: number
}

type Mutator = (data: Uint8Array, numbers: SeededNumbers, material: Material) => Uint8Array

/** Lengths and counts at which parsers break. */
const EDGES = [0, 1, 2, 4, 7, 8, 16, 31, 32, 64, 127, 128, 255, 256, 4095, 32_767, 32_768, 65_535, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]
const MAX_STACKED = 6

/** Makes another input of one: a few small changes, one on top of the other. The original stays as it is. */
export function mutate(original: Uint8Array, numbers: SeededNumbers, material: Material): Uint8Array {
  let data = original
  for (let count = 1 + numbers.below(MAX_STACKED); count > 0; count--) data = numbers.pick(mutators)(data, numbers, material)
  return data.length > material.maxLength ? data.slice(0, material.maxLength) : data
}

const mutators: readonly Mutator[] = [
  flipBit,
  setByte,
  setByte,
  addToByte,
  setUint32,
  fixLength,
  remove,
  remove,
  insertRandom,
  copyWithin,
  repeat,
  cross,
  cross,
  insertWord,
  overwriteWord,
  replaceCompared,
  replaceCompared,
  resizeString,
]

function flipBit(data: Uint8Array, numbers: SeededNumbers): Uint8Array {
  return changed(data, numbers, (byte) => byte ^ (1 << numbers.below(8)))
}

function setByte(data: Uint8Array, numbers: SeededNumbers): Uint8Array {
  return changed(data, numbers, () => numbers.below(256))
}

function addToByte(data: Uint8Array, numbers: SeededNumbers): Uint8Array {
  return changed(data, numbers, (byte) => byte + numbers.below(33) - 16)
}

function changed(data: Uint8Array, numbers: SeededNumbers, change: (byte: number) => number): Uint8Array {
  if (data.length === 0) return Uint8Array.of(change(0))
  const copy = data.slice()
  const place = numbers.below(data.length)
  copy[place] = change(copy[place]!)
  return copy
}

function setUint32(data: Uint8Array, numbers: SeededNumbers): Uint8Array {
  if (data.length < 4) return data
  const copy = data.slice()
  const place = numbers.below(data.length - 3)
  const near = readUint32(data, place) + numbers.below(9) - 4
  const left = data.length - place - 4 + numbers.below(3) - 1
  writeUint32(copy, place, numbers.pick([numbers.pick(EDGES), near, left]) >>> 0)
  return copy
}

/** Makes the four bytes somewhere the length of all that follows, or of a part. */
function fixLength(data: Uint8Array, numbers: SeededNumbers): Uint8Array {
  if (data.length < 4) return data
  const copy = data.slice()
  const place = numbers.below(data.length - 3)
  const left = data.length - place - 4
  writeUint32(copy, place, numbers.below(2) === 0 ? left : numbers.below(left + 1))
  return copy
}

function remove(data: Uint8Array, numbers: SeededNumbers): Uint8Array {
  const [start, end] = range(data, numbers)
  return splice(data, start, end, new Uint8Array(0))
}

function insertRandom(data: Uint8Array, numbers: SeededNumbers): Uint8Array {
  const place = numbers.below(data.length + 1)
  return splice(
    data,
    place,
    place,
    Uint8Array.from({ length: 1 + numbers.below(16) }, () => numbers.below(256)),
  )
}

function copyWithin(data: Uint8Array, numbers: SeededNumbers): Uint8Array {
  const [start, end] = range(data, numbers)
  const place = numbers.below(data.length + 1)
  return splice(data, place, numbers.below(2) === 0 ? place : Math.min(data.length, place + end - start), data.subarray(start, end))
}

/** What takes more than linear time shows with many of the same. */
function repeat(data: Uint8Array, numbers: SeededNumbers, { maxLength }: Material): Uint8Array {
  const [start, end] = range(data, numbers)
  if (end === start) return data
  const room = Math.max(0, maxLength - data.length)
  const times = Math.min(numbers.pick([1, 2, 4, 16, 64, 1024]), Math.floor(room / (end - start)))
  return splice(data, end, end, concatBytes(...Array.from({ length: times }, () => data.subarray(start, end))))
}

function cross(data: Uint8Array, numbers: SeededNumbers, { others }: Material): Uint8Array {
  if (others.length === 0) return data
  const other = numbers.pick(others)
  const [start, end] = range(other, numbers)
  const place = numbers.below(data.length + 1)
  return numbers.below(2) === 0
    ? splice(data, place, data.length, other.subarray(start))
    : splice(data, place, place, other.subarray(start, end))
}

function insertWord(data: Uint8Array, numbers: SeededNumbers, { words }: Material): Uint8Array {
  const place = numbers.below(data.length + 1)
  return words.length === 0 ? data : splice(data, place, place, numbers.pick(words))
}

function overwriteWord(data: Uint8Array, numbers: SeededNumbers, { words }: Material): Uint8Array {
  if (words.length === 0) return data
  const word = numbers.pick(words)
  const place = numbers.below(data.length + 1)
  return splice(data, place, Math.min(data.length, place + word.length), word)
}

function replaceCompared(data: Uint8Array, numbers: SeededNumbers, { compared }: Material): Uint8Array {
  if (compared.length === 0) return data
  const [left, right] = numbers.pick(compared)
  const [from, to] = numbers.below(2) === 0 ? [left, right] : [right, left]
  const place = find(data, from)
  if (place < 0) return data
  const replaced = splice(data, place, place + from.length, to)
  // Most text stands behind its length.
  if (place >= 4 && readUint32(data, place - 4) === from.length) writeUint32(replaced, place - 4, to.length)
  return replaced
}

/** Finds a string of the wire format and gives it another length, its prefix included. */
function resizeString(data: Uint8Array, numbers: SeededNumbers): Uint8Array {
  if (data.length < 5) return data
  const start = numbers.below(data.length - 4)
  for (let place = start; place + 4 < data.length && place < start + 64; place++) {
    const length = readUint32(data, place)
    if (length === 0 || length > data.length - place - 4) continue
    const next = Uint8Array.from({ length: numbers.below(2 * length + 2) }, (_, index) => data[place + 4 + (index % length)]!)
    const resized = splice(data, place + 4, place + 4 + length, next)
    writeUint32(resized, place, next.length)
    return resized
  }
  return data
}

function range(data: Uint8Array, numbers: SeededNumbers): [number, number] {
  const start = numbers.below(data.length + 1)
  const longest = Math.min(data.length - start, numbers.pick([1, 4, 16, 64, data.length]))
  return [start, start + numbers.below(longest + 1)]
}

function splice(data: Uint8Array, start: number, end: number, middle: Uint8Array): Uint8Array {
  return concatBytes(data.subarray(0, start), middle, data.subarray(end))
}

function find(data: Uint8Array, part: Uint8Array): number {
  for (let place = data.indexOf(part[0]!); place >= 0; place = data.indexOf(part[0]!, place + 1)) {
    if (part.every((byte, index) => data[place + index] === byte)) return place
  }
  return -1
}

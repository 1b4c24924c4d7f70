import { readUint32, writeUint32 } from '@seashell/core/wire'
import type { BlockCipher } from './block-cipher.ts'
import { KEY_CHOICE, KEY_SHIFTS, ROUND_CHOICE, substitutions } from './des-tables.ts'

const ROUNDS = 16

/**
 * Triple DES (FIPS 46-3): encrypts, decrypts, encrypts, each with a key of its own. The parity bits of the keys do not count.
 *
 * @param key 24 bytes: three keys behind each other
 */
export function createTripleDes(key: Uint8Array): BlockCipher {
  const [first, second, third] = [0, 8, 16].map((start) => expandKey(key.subarray(start, start + 8))) as [Subkeys, Subkeys, Subkeys]
  const encryption = [first, reversed(second), third]
  const decryption = [reversed(third), second, reversed(first)]
  const boxes = substitutions()
  return {
    encryptBlock: (block) => transform(encryption, boxes, block),
    decryptBlock: (block) => transform(decryption, boxes, block),
    destroy() {
      for (const subkeys of [...encryption, ...decryption]) subkeys.fill(0)
    },
  }
}

/** Eight times six bits for each of the sixteen rounds. */
type Subkeys = Uint8Array

function expandKey(key: Uint8Array): Subkeys {
  const bitOf = (position: number): number => (key[(position - 1) >> 3]! >> ((8 - position) & 7)) & 1
  const chosen = KEY_CHOICE.map((position) => bitOf(position))
  const subkeys = new Uint8Array(ROUNDS * 8)
  let shift = 0
  for (let round = 0; round < ROUNDS; round++) {
    shift += KEY_SHIFTS[round]!
    for (const [index, position] of ROUND_CHOICE.entries()) {
      // Both halves of 28 bits are rotated, each on its own.
      const half = position > 28 ? 28 : 0
      const bit = chosen[half + ((position - 1 - half + shift) % 28)]!
      subkeys[round * 8 + Math.floor(index / 6)]! |= bit << (5 - (index % 6))
    }
  }
  return subkeys
}

/** The same in the other order, with which DES decrypts. */
function reversed(subkeys: Subkeys): Subkeys {
  return subkeys.map((_, index) => subkeys[(ROUNDS - 1 - (index >> 3)) * 8 + (index & 7)]!)
}

/** Three times DES; the last permutation of one and the first of the next undo each other. */
function transform(stages: readonly Subkeys[], boxes: Uint32Array, block: Uint8Array): void {
  let [left, right] = permuteFirst(readUint32(block, 0), readUint32(block, 4))
  for (const subkeys of stages) {
    for (let round = 0; round < ROUNDS; round++) {
      const next = left ^ feistel(right, subkeys, round * 8, boxes)
      left = right
      right = next
    }
    // The halves are not exchanged in the last round.
    const kept = left
    left = right
    right = kept
  }
  ;[left, right] = permuteLast(left, right)
  writeUint32(block, 0, left)
  writeUint32(block, 4, right)
}

/** Each box is given four bits of the half and one more on either side; the permutation P is in the boxes already. */
function feistel(half: number, subkeys: Subkeys, offset: number, boxes: Uint32Array): number {
  // One place to the right, so that the first box's bits stand together; the last one's need one place to the left.
  const turned = (half >>> 1) | (half << 31)
  return (
    boxes[((turned >>> 26) & 63) ^ subkeys[offset]!]! |
    boxes[64 | (((turned >>> 22) & 63) ^ subkeys[offset + 1]!)]! |
    boxes[128 | (((turned >>> 18) & 63) ^ subkeys[offset + 2]!)]! |
    boxes[192 | (((turned >>> 14) & 63) ^ subkeys[offset + 3]!)]! |
    boxes[256 | (((turned >>> 10) & 63) ^ subkeys[offset + 4]!)]! |
    boxes[320 | (((turned >>> 6) & 63) ^ subkeys[offset + 5]!)]! |
    boxes[384 | (((turned >>> 2) & 63) ^ subkeys[offset + 6]!)]! |
    boxes[448 | ((((half << 1) | (half >>> 31)) & 63) ^ subkeys[offset + 7]!)]!
  )
}

/** The initial permutation IP, as exchanges of bits between the halves. */
function permuteFirst(high: number, low: number): [left: number, right: number] {
  let [left, right] = exchange(high, low, 4, 0x0f0f_0f0f)
  ;[left, right] = exchange(left, right, 16, 0x0000_ffff)
  ;[right, left] = exchange(right, left, 2, 0x3333_3333)
  ;[right, left] = exchange(right, left, 8, 0x00ff_00ff)
  return exchange(left, right, 1, 0x5555_5555)
}

/** Its inverse. */
function permuteLast(first: number, second: number): [left: number, right: number] {
  let [left, right] = exchange(first, second, 1, 0x5555_5555)
  ;[right, left] = exchange(right, left, 8, 0x00ff_00ff)
  ;[right, left] = exchange(right, left, 2, 0x3333_3333)
  ;[left, right] = exchange(left, right, 16, 0x0000_ffff)
  return exchange(left, right, 4, 0x0f0f_0f0f)
}

/** Exchanges the bits of b that the mask names with those of a that stand so many places higher. */
function exchange(a: number, b: number, shift: number, mask: number): [a: number, b: number] {
  const difference = ((a >>> shift) ^ b) & mask
  return [a ^ (difference << shift), b ^ difference]
}

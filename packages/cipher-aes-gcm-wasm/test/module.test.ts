import { fromHex, type GcmVector, gcmVectors, seededRandom, toHex, wycheproof } from '@seashell/test-support'
import { compile, moduleSource } from '@seashell/test-support/wasm'
import { describe, expect, it } from 'vitest'
import { layout } from '../wasm/memory.ts'
import { moduleText } from '../wasm/module.ts'

/** What the module calls inside, which tests export to have AES and GHASH alone. */
interface Internals {
  readonly memory: WebAssembly.Memory
  readonly substituteWord: (word: number) => number
  readonly expandKey: (keyLength: number) => number
  readonly makeSchedule: (keyLength: number) => number
  readonly crypt: (text: number, end: number, last: number) => void
  readonly absorb: (data: number, end: number) => void
}

const { bytes, substituteWord, expandKey, makeSchedule, crypt, absorb } = await instance()

describe('the module in src', () => {
  it('is what the text in wasm/ compiles to', async () => {
    const source = moduleSource('@seashell/cipher-aes-gcm-wasm', await compile(moduleText()))
    await expect(source).toMatchFileSnapshot('../src/module-hex.ts')
  })
})

describe('AES in the module', () => {
  it('has the S-box of FIPS 197 §5.1.1, for all 256 bytes', () => {
    for (let byte = 0; byte < 256; byte++) {
      const word = substituteWord(byte | ((byte ^ 0x53) << 8) | (0xff000000 - (byte << 24)))
      const expected = [byte, byte ^ 0x53, 0, 255 - byte].map(sBox)
      expect(toHex(new Uint8Array(Int32Array.of(word).buffer)), `for ${byte}`).toBe(toHex(Uint8Array.from(expected)))
    }
    // The standard's own example.
    expect(sBox(0x53)).toBe(0xed)
  })

  it.each([
    ['A.1', '2b7e151628aed2a6abf7158809cf4f3c', 'd014f9a8c9ee2589e13f0cc8b6630ca6'],
    ['A.3', '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4', 'fe4890d1e6188d0b046df344706c631e'],
  ])('expands the key of FIPS 197 %s', (_, key, lastRoundKey) => {
    bytes.fill(0)
    bytes.set(fromHex(key), layout.roundKeys)
    const last = expandKey(key.length / 2)
    expect(toHex(bytes.subarray(last, last + 16))).toBe(lastRoundKey)
  })

  it.each([
    ['C.1', 16, '69c4e0d86a7b0430d8cdb78070b4c55a'],
    ['C.3', 32, '8ea2b7ca516745bfeafc49904b496089'],
  ])('encrypts the block of FIPS 197 %s', (_, keyLength, encrypted) => {
    const key = Uint8Array.from({ length: keyLength }, (_each, index) => index)
    const found = countAndEncrypt(schedule(key), fromHex('00112233445566778899aabbccddeeff'), new Uint8Array(16))
    expect(toHex(found)).toBe(encrypted)
  })

  it.each([
    [
      'F.5.1',
      '2b7e151628aed2a6abf7158809cf4f3c',
      '874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee',
    ],
    [
      'F.5.5',
      '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4',
      '601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c52b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6',
    ],
  ])('counts as in NIST SP 800-38A %s', (_, key, encrypted) => {
    const text =
      '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710'
    expect(toHex(countAndEncrypt(schedule(fromHex(key)), fromHex('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'), fromHex(text)))).toBe(encrypted)
  })
})

describe('GHASH in the module', () => {
  it('is that of NIST SP 800-38D §6.3 and §6.4, bit by bit, for any number of blocks, full and empty ones too', () => {
    const random = seededRandom('ghash')
    for (let round = 0; round < 200; round++) {
      const { hashKey } = schedule(random(round % 2 === 0 ? 16 : 32))
      const data = extreme(random(1 + (round % 7)), random)
      expect(toHex(ghash(data)), `of ${toHex(data)} under ${toHex(hashKey)}`).toBe(toHex(slowGhash(hashKey, data)))
    }
  })
})

describe('AES-GCM of the two', () => {
  it.each(gcmVectors)('gives the answer of test case $number of its specification', (vector) => {
    expect(gcm(vector)).toEqual({ sealed: vector.sealed, tag: vector.tag })
  })

  const vectors = wycheproof<
    { ivSize: number; tagSize: number; keySize: number },
    { key: string; iv: string; aad: string; msg: string; ct: string; tag: string }
  >('aes_gcm_test.json')

  it.runIf(vectors)('agrees with Project Wycheproof on every valid text, and on no forged one', () => {
    const groups = vectors?.testGroups.filter(({ ivSize, tagSize, keySize }) => ivSize === 96 && tagSize === 128 && keySize !== 192) ?? []
    const tests = groups.flatMap((group) => group.tests)
    expect(tests.length).toBeGreaterThan(100)
    for (const { tcId, result, key, iv, aad, msg, ct, tag } of tests) {
      const found = gcm({ key, nonce: iv, ad: aad, text: msg })
      expect(found.sealed === ct && found.tag === tag, `case ${tcId}, ${result}`).toBe(result === 'valid')
    }
  })
})

/** FIPS 197 §5.1.1: the inverse by trial, then equation (5.2) bit by bit. */
function sBox(byte: number): number {
  const inverse =
    Array.from({ length: 256 }, (_, candidate) => candidate).find((candidate) => remainder(product(byte, candidate)) === 1) ?? 0
  const bit = (index: number): number => (inverse >> (index % 8)) & 1
  const bits = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => bit(i) ^ bit(i + 4) ^ bit(i + 5) ^ bit(i + 6) ^ bit(i + 7) ^ ((0x63 >> i) & 1))
  return bits.reduce((sum, value, index) => sum | (value << index), 0)
}

function product(a: number, b: number): number {
  return [0, 1, 2, 3, 4, 5, 6, 7].reduce((sum, index) => ((b >> index) & 1 ? sum ^ (a << index) : sum), 0)
}

function remainder(polynomial: number): number {
  for (let degree = 14; degree >= 8; degree--) if ((polynomial >> degree) & 1) polynomial ^= 0x11b << (degree - 8)
  return polynomial
}

interface Prepared {
  readonly last: number
  readonly hashKey: Uint8Array
}

/** Leaves the schedule of a key in the module's memory. */
function schedule(key: Uint8Array): Prepared {
  bytes.fill(0)
  bytes.set(key, layout.roundKeys)
  const last = makeSchedule(key.length)
  return { last, hashKey: countAndEncrypt({ last }, new Uint8Array(16), new Uint8Array(16)) }
}

/** Counter mode from a block on. */
function countAndEncrypt({ last }: Pick<Prepared, 'last'>, counterBlock: Uint8Array, text: Uint8Array): Uint8Array {
  bytes.set(counterBlock, layout.counterBlock)
  bytes.subarray(layout.counterBlock + 12, layout.counterBlock + 16).reverse()
  bytes.set(text, layout.body)
  crypt(layout.body, layout.body + text.length, last)
  return bytes.slice(layout.body, layout.body + text.length)
}

function ghash(data: Uint8Array): Uint8Array {
  bytes.set(data, layout.body)
  absorb(layout.body, layout.body + data.length)
  return bytes.slice(layout.hash, layout.hash + 16)
}

/** NIST SP 800-38D §7.1 with a nonce of 12 bytes. */
function gcm({ key, nonce, ad, text }: Pick<GcmVector, 'key' | 'nonce' | 'ad' | 'text'>): { sealed: string; tag: string } {
  const prepared = schedule(fromHex(key))
  const counterBlock = (counter: number): Uint8Array => Uint8Array.of(...fromHex(nonce), 0, 0, 0, counter)
  const sealed = countAndEncrypt(prepared, counterBlock(2), fromHex(text))
  const lengths = new DataView(new ArrayBuffer(16))
  lengths.setUint32(4, ad.length * 4)
  lengths.setUint32(12, text.length * 4)
  const hash = ghash(Uint8Array.of(...padded(fromHex(ad)), ...padded(sealed), ...new Uint8Array(lengths.buffer)))
  return { sealed: toHex(sealed), tag: toHex(countAndEncrypt(prepared, counterBlock(1), hash)) }
}

function padded(data: Uint8Array): Uint8Array {
  const blocks = new Uint8Array(Math.ceil(data.length / 16) * 16)
  blocks.set(data)
  return blocks
}

/** A block for each seed: all zeros, all ones, of one bit, or random. */
function extreme(seeds: Uint8Array, random: (length: number) => Uint8Array): Uint8Array {
  const blocks = new Uint8Array(16 * seeds.length)
  seeds.forEach((seed, index) => {
    const kinds = [new Uint8Array(16), new Uint8Array(16).fill(0xff), oneBit(seed >> 1), random(16)]
    blocks.set(kinds[seed % 4]!, 16 * index)
  })
  return blocks
}

const oneBit = (index: number): Uint8Array => new Uint8Array(16).with(index >> 3, 0x80 >> (index & 7))

function slowGhash(hashKey: Uint8Array, data: Uint8Array): Uint8Array {
  let hash = 0n
  for (let offset = 0; offset < data.length; offset += 16)
    hash = slowProduct(hash ^ toNumber(data.subarray(offset, offset + 16)), toNumber(hashKey))
  return fromHex(hash.toString(16).padStart(32, '0'))
}

/** Algorithm 1 of NIST SP 800-38D. */
function slowProduct(x: bigint, y: bigint): bigint {
  let [z, v] = [0n, y]
  for (let bit = 127n; bit >= 0n; bit--) {
    if ((x >> bit) & 1n) z ^= v
    v = (v >> 1n) ^ (v & 1n ? 0xe1n << 120n : 0n)
  }
  return z
}

const toNumber = (block: Uint8Array): bigint => BigInt(`0x${toHex(block)}`)

async function instance() {
  const module = await compile(moduleText('substituteWord', 'expandKey', 'crypt', 'absorb'))
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(module)))
  const internals = exports as unknown as Internals
  return { ...internals, bytes: new Uint8Array(internals.memory.buffer) }
}

import { seededRandom, toHex } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { decodePolynomial, decodeRounded, decodeSmall, encodePolynomial, encodeRounded, encodeSmall } from '../src/encoding.ts'
import { decodeMixedRadix, encodeMixedRadix } from '../src/mixed-radix.ts'
import {
  multiplyModulo3,
  multiplyModuloQ,
  reciprocalModulo3,
  reciprocalOf3TimesModuloQ,
  reduceModulo3,
  reduceModuloQ,
} from '../src/ring.ts'
import { forceWeight, randomShort, randomSmall, weight } from '../src/sampling.ts'
import { sortInt32 } from '../src/sort.ts'

const power = (exponent: number) => new Int8Array(761).fill(1, exponent, exponent + 1)
const weightOf = (polynomial: Int8Array) => polynomial.filter((coefficient) => coefficient !== 0).length

describe('numbers', () => {
  it('modulo 3: the nearest to zero, of each that comes', () => {
    for (let value = -2295; value <= 2295; value++) expect(nearestToZero(value, reduceModulo3(value), 3), `${value}`).toBe(true)
  })

  it('modulo q: the nearest to zero, of a sample of all and of the limits', () => {
    const wrong: number[] = []
    for (let value = -14_000_000; value <= 14_000_000; value += 7) if (!nearestToZero(value, reduceModuloQ(value), 4591)) wrong.push(value)
    for (const limit of [-14_000_000, 14_000_000, -2296, -2295, 2295, 2296]) {
      if (!nearestToZero(limit, reduceModuloQ(limit), 4591)) wrong.push(limit)
    }
    expect(wrong).toEqual([])
  })
})

describe('polynomials', () => {
  it('are multiplied modulo x^761 − x − 1', () => {
    expect(multiplyModulo3(power(300), power(400))).toEqual(power(700))
    expect(multiplyModulo3(power(400), power(500))).toEqual(power(139).fill(1, 139, 141)) // x^900 = x^139 · (x + 1)
    expect(multiplyModuloQ(Int16Array.from(power(760)).fill(2295, 760), power(760))).toEqual(
      new Int16Array(761).fill(2295, 759, 760).fill(2295, 760, 761),
    )
  })

  it('times their reciprocals are 1', () => {
    const random = seededRandom('reciprocals')
    for (let round = 0; round < 3; round++) {
      const small = randomSmall(random)
      expect(multiplyModulo3(reciprocalModulo3(small)!, small)).toEqual(power(0))
      const short = randomShort(random)
      const third = multiplyModuloQ(reciprocalOf3TimesModuloQ(short), short)
      expect(third.map((coefficient) => reduceModuloQ(3 * coefficient))).toEqual(Int16Array.from(power(0)))
    }
  })

  it('have no reciprocal where there is none', () => {
    expect(reciprocalModulo3(new Int8Array(761))).toBeUndefined()
  })
})

describe('random polynomials', () => {
  it('are small, each coefficient as often as the others', () => {
    const random = seededRandom('small')
    const counts = [0, 0, 0]
    for (let round = 0; round < 20; round++) for (const coefficient of randomSmall(random)) counts[coefficient + 1]!++
    // 15220 coefficients: a third of them is 5073, give or take five standard deviations of 58.
    for (const count of counts) expect(Math.abs(count - 5073)).toBeLessThan(290)
  })

  it('are short: of weight 286, with both signs, at all places', () => {
    const random = seededRandom('short')
    const places = new Set<number>()
    let ones = 0
    for (let round = 0; round < 20; round++) {
      const polynomial = randomShort(random)
      expect(weightOf(polynomial)).toBe(286)
      for (const [place, coefficient] of polynomial.entries()) if (coefficient !== 0) places.add(place)
      ones += polynomial.filter((coefficient) => coefficient === 1).length
    }
    expect(places.size).toBe(761)
    expect(Math.abs(ones - 2860)).toBeLessThan(190)
  })

  it('keep their weight or are replaced', () => {
    const short = randomShort(seededRandom('weight'))
    const fixed = new Int8Array(761).fill(1, 0, weight)
    expect(forceWeight(short)).toEqual(short)
    for (const other of [new Int8Array(761), new Int8Array(761).fill(-1), new Int8Array(761).fill(1, 0, weight + 1)]) {
      expect(forceWeight(other)).toEqual(fixed)
    }
  })
})

describe('the sorting network', () => {
  it.each([0, 1, 2, 3, 5, 8, 100, 761, 1024])('sorts %i numbers', (length) => {
    const view = new DataView(seededRandom(`sort ${length}`)(length * 4).buffer)
    const values = Int32Array.from({ length }, (_, index) => view.getInt32(index * 4))
    const expected = values.toSorted()
    sortInt32(values)
    expect(values).toEqual(expected)
  })

  // What sorts all arrangements of zeros and ones sorts everything (Knuth's zero-one principle).
  it('sorts all arrangements of ten zeros and ones, and the limits', () => {
    for (let arrangement = 0; arrangement < 1024; arrangement++) {
      const values = Int32Array.from({ length: 10 }, (_, index) => (arrangement >> index) & 1)
      const expected = values.toSorted()
      sortInt32(values)
      expect(values).toEqual(expected)
    }
    const limits = Int32Array.of(0x7fff_ffff, -0x8000_0000, 0, -1, 1, 0x7fff_ffff, -0x8000_0000)
    sortInt32(limits)
    expect([...limits]).toEqual([-0x8000_0000, -0x8000_0000, -1, 0, 1, 0x7fff_ffff, 0x7fff_ffff])
  })
})

describe('encodings', () => {
  it('of mixed radices are those of arithmetic by hand', () => {
    // 5 + 100·7 = 705 = 0x2c1 below 100·100, which is below 2^14 and stays; then the last number's bytes.
    expect(toHex(encodeMixedRadix(Int32Array.of(5, 7), Int32Array.of(100, 100)))).toBe('c102')
    // 3 + 4591·2 = 9185 = 0x23e1 of 4591·4591 loses a byte, and 0x23 of 82334 another; 0 of 322 takes two bytes.
    expect(toHex(encodeMixedRadix(Int32Array.of(3, 2), Int32Array.of(4591, 4591)))).toBe('e1230000')
    expect(decodeMixedRadix(new Uint8Array([0xe1, 0x23, 0, 0]), Int32Array.of(4591, 4591))).toEqual(Int32Array.of(3, 2))
  })

  it.each([-2295, 0, 2295])('keep polynomials of %i', (coefficient) => {
    const polynomial = new Int16Array(761).fill(coefficient)
    const bytes = encodePolynomial(polynomial)
    expect(bytes).toHaveLength(1158)
    expect(decodePolynomial(bytes)).toEqual(polynomial)
  })

  it('keep what comes, or the multiple of 3 nearest to it', () => {
    const polynomial = Int16Array.from({ length: 761 }, (_, index) => ((index * 1237) % 4591) - 2295)
    expect(decodePolynomial(encodePolynomial(polynomial))).toEqual(polynomial)
    const rounded = encodeRounded(polynomial)
    expect(rounded).toHaveLength(1007)
    expect(decodeRounded(rounded)).toEqual(polynomial.map((coefficient) => 3 * Math.round(coefficient / 3)))
    const small = randomSmall(seededRandom('encode'))
    expect(encodeSmall(small)).toHaveLength(191)
    expect(decodeSmall(encodeSmall(small))).toEqual(small)
  })

  it('give numbers in range, whatever the bytes are', () => {
    for (const bytes of [new Uint8Array(1158).fill(0xff), seededRandom('noise')(1158)]) {
      expect(decodePolynomial(bytes).every((coefficient) => Math.abs(coefficient) <= 2295)).toBe(true)
      const rounded = decodeRounded(bytes.subarray(0, 1007))
      expect(rounded.every((coefficient) => Math.abs(coefficient) <= 2295 && coefficient % 3 === 0)).toBe(true)
    }
  })
})

function nearestToZero(value: number, result: number, radix: number): boolean {
  return Math.abs(result) <= (radix - 1) / 2 && (value - result) % radix === 0
}

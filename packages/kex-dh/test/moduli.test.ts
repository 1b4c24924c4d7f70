import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { modpGroup14, parseModuli } from '../src/index.ts'

const p = modpGroup14.prime.toString(16)
const line = `20260101000000 2 6 100 2047 2 ${p.toUpperCase()}`
const lineOf = (bits: number): string => `0 2 6 100 ${bits - 1} 2 ${(2n ** BigInt(bits - 1) + 1n).toString(16)}`
const comment = '# Time Type Tests Tries Size Generator Modulus'

describe('parseModuli', () => {
  it('reads comments, empty lines and moduli', () => {
    const [group, ...more] = parseModuli(`${comment}\n\n  # indented\r\n${line}\r\n`)
    expect(group).toEqual({ prime: modpGroup14.prime, primeLength: 256, generator: 2n, exponentLength: 64 })
    expect(Object.isFrozen(group)).toBe(true)
    expect(more).toEqual([])
    expect(parseModuli(`${line}\n\t${line}`)).toHaveLength(2)
  })

  it('gives longer exponents to groups above 4096 bits, as to groups 17 and 18', () => {
    expect(parseModuli([2048, 4096, 6144, 8192].map((bits) => lineOf(bits)).join('\n')).map((group) => group.exponentLength)).toEqual([
      64, 64, 80, 80,
    ])
  })

  it('reads generator and modulus as hexadecimal numbers', () => {
    expect(parseModuli(`0 2 6 100 2047 1f ${p}`)[0]?.generator).toBe(31n)
  })

  it.each([
    ['unstructured', `0 1 6 100 2047 2 ${p}`],
    ['Sophie-Germain primes', `0 4 6 100 2047 2 ${p}`],
    ['not tested', `0 2 0 0 2047 2 ${p}`],
    ['known to be composite', `0 2 7 100 2047 2 ${p}`],
  ])('leaves out moduli that are %s', (_, text) => {
    expect(parseModuli(text)).toEqual([])
  })

  it.each([
    ['six fields', `0 2 6 100 2047 ${p}`],
    ['eight fields', `${line} 1`],
    ['a size that is no number', `0 2 6 100 x 2 ${p}`],
    ['a modulus that is no number', '0 2 6 100 2047 2 0x17'],
    ['a negative generator', `0 2 6 100 2047 -2 ${p}`],
    ['a size that is not that of the modulus', `0 2 6 100 2048 2 ${p}`],
    ['a modulus of 16 385 bits', `0 2 6 100 16384 2 1${'0'.repeat(4095)}1`],
    ['an even modulus', `0 2 6 100 2047 2 ${p.slice(0, -1)}e`],
    ['the generator 0', `0 2 6 100 2047 0 ${p}`],
    ['the generator 1', `0 2 6 100 2047 1 ${p}`],
    ['the generator p−1', `0 2 6 100 2047 ${p.slice(0, -1)}e ${p}`],
  ])('refuses %s, and names the line', (_, text) => {
    expect(() => parseModuli(`${comment}\n${line}\n${text}\n`)).toThrow(
      expect.objectContaining({ code: 'ARGUMENT', fault: 'caller', message: expect.stringContaining('line 3 of the moduli') }),
    )
  })

  const installed = '/etc/ssh/moduli'
  it.runIf(existsSync(installed))('reads the file that this machine has, all of it', () => {
    const text = readFileSync(installed, 'utf8')
    const lines = text.split('\n').filter((one) => one !== '' && !one.startsWith('#'))
    expect(parseModuli(text)).toHaveLength(lines.length)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesPattern } from '../src/wire/index.ts'

/** What a pattern means, word for word; it takes exponential time. */
function means(pattern: string, text: string): boolean {
  if (pattern === '') return text === ''
  const rest = pattern.slice(1)
  if (pattern.startsWith('*')) return means(rest, text) || (text !== '' && means(pattern, text.slice(1)))
  return text !== '' && (pattern.startsWith('?') || pattern[0] === text[0]) && means(rest, text.slice(1))
}

describe('a pattern (ssh_config(5))', () => {
  it.each([
    ['example.org', 'example.org', true],
    ['example.org', 'example.org.', false],
    ['example.org', 'xexample.org', false],
    ['example.org', 'example-org', false],
    ['Example.org', 'example.org', false],
    ['*.example.org', 'a.b.example.org', true],
    ['*.example.org', 'example.org', false],
    ['192.168.0.?', '192.168.0.7', true],
    ['192.168.0.?', '192.168.0.17', false],
    ['192.168.0.?', '192.168.0.', false],
    ['*', '', true],
    ['?', '', false],
    ['', '', true],
    ['', 'a', false],
    ['a**b', 'ab', true],
    ['*ab', 'aab', true],
    ['*a*b', 'aabac', false],
    ['!a', 'a', false],
    ['!a', '!a', true],
    ['[ab].(c)$', '[ab].(c)$', true],
    ['?', '*', true],
    ['a', '*', false],
  ])('%j and %j: %s', (pattern, text, fits) => {
    expect(matchesPattern(pattern, text)).toBe(fits)
  })

  it('means what it says, whatever it is', () => {
    const [pattern, text] = [fc.stringMatching(/^[ab*?]{0,8}$/), fc.stringMatching(/^[ab]{0,8}$/)]
    fc.assert(
      fc.property(pattern, text, (a, b) => matchesPattern(a, b) === means(a, b)),
      { numRuns: 1000 },
    )
  })

  it('is decided although it has hundreds of stars', () => {
    const text = 'a'.repeat(2000)
    expect(matchesPattern(`${'*a'.repeat(500)}b`, text)).toBe(false)
    expect(matchesPattern(`${'*a'.repeat(500)}*`, text)).toBe(true)
  })
})

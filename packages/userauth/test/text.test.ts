import { describe, expect, it } from 'vitest'
import { printable } from '../src/index.ts'

describe('printable', () => {
  it.each([
    ['plain text, in any script', 'Grüße, 世界 🐚', 'Grüße, 世界 🐚'],
    ['tabs and lines', 'a\tb\r\nc\n', 'a\tb\nc\n'],
    ['a lone carriage return, which overwrites a line', 'yes\rno', 'yes\uFFFDno'],
    ['escape sequences', '\u001B[31mred\u001B]0;title\u0007', '\uFFFD[31mred\uFFFD]0;title\uFFFD'],
    ['C1 controls, DEL and NUL', '\u009B\u0085\u007F\u0000', '\uFFFD\uFFFD\uFFFD\uFFFD'],
    ['overrides of direction', 'txt.\u202Eexe\u2069', 'txt.\uFFFDexe\uFFFD'],
  ])('%s', (_what, text, shown) => {
    expect(printable(text)).toBe(shown)
  })
})

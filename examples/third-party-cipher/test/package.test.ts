import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}

describe('the package', () => {
  it('needs at run time its primitive, and of SeaShell core alone', () => {
    const { dependencies } = JSON.parse(read('../package.json')) as { dependencies: object }
    expect(Object.keys(dependencies)).toEqual(['@noble/ciphers', '@seashell/core'])
  })

  it('is put through the whole kit in thirteen lines, as the README says', () => {
    expect(read('conformance.test.ts').trimEnd().split('\n')).toHaveLength(13)
    expect(read('../README.md')).toContain('in thirteen lines')
  })
})

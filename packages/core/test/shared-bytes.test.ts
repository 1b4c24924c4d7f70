import { describe, expect, it } from 'vitest'
import { sharedBytes } from '../src/shared-bytes.ts'

describe('bytes that connections share', () => {
  it('are one array for all who ask for the same, and a copy for the first', () => {
    const bytes = Uint8Array.of(1, 2, 3)
    const kept = sharedBytes(bytes)
    expect(kept).toStrictEqual(bytes)
    expect(kept.buffer).not.toBe(bytes.buffer)
    bytes[0] = 9
    expect(kept).toStrictEqual(Uint8Array.of(1, 2, 3))
    expect(sharedBytes(Uint8Array.of(1, 2, 3))).toBe(kept)
  })

  it('are those that were asked for last: peers that say something else each time do not fill memory', () => {
    const kept = sharedBytes(Uint8Array.of(4, 5, 6))
    for (let index = 0; index < 16; index++) sharedBytes(Uint8Array.of(7, index))
    const again = sharedBytes(Uint8Array.of(4, 5, 6))
    expect(again).not.toBe(kept)
    expect(again).toStrictEqual(kept)
  })

  it('are not longer than 4096: nor do peers that say much', () => {
    expect(sharedBytes(new Uint8Array(4096))).toBe(sharedBytes(new Uint8Array(4096)))
    expect(sharedBytes(new Uint8Array(4097))).not.toBe(sharedBytes(new Uint8Array(4097)))
  })
})

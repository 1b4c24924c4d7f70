import { fromHex, toHex } from '@seashell/test-support'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeTerminalModes, encodeTerminalModes, terminalModeOpcodes } from '../src/terminal-modes.ts'

describe('terminal modes', () => {
  // Opcodes and form: RFC 4254 §8; IUTF8: RFC 8160 §2.
  const bytes = fromHex('01 00000003  03 0000007f  2a 00000001  35 00000000  80 00009600  81 00009600  00')
  const modes = { VINTR: 3, VERASE: 127, IUTF8: 1, ECHO: 0, TTY_OP_ISPEED: 38_400, TTY_OP_OSPEED: 38_400 }

  it('have the bytes that the RFC gives them', () => {
    expect(toHex(encodeTerminalModes(modes))).toBe(toHex(bytes))
    expect(decodeTerminalModes(bytes)).toEqual(modes)
    expect(toHex(encodeTerminalModes({}))).toBe('00')
  })

  it('without a name stand under their number', () => {
    expect(decodeTerminalModes(fromHex('2b 00000005 9f 00000006 00'))).toEqual({ 43: 5, 159: 6 })
    expect(toHex(encodeTerminalModes({ 43: 5, 159: 6 }))).toBe('2b000000059f0000000600')
  })

  it('end at TTY_OP_END, at an opcode that is not defined, or with the string', () => {
    expect(decodeTerminalModes(fromHex('01 00000003 00 02 00000004'))).toEqual({ VINTR: 3 })
    expect(decodeTerminalModes(fromHex('01 00000003 a0 02'))).toEqual({ VINTR: 3 })
    expect(decodeTerminalModes(fromHex('01 00000003'))).toEqual({ VINTR: 3 })
    expect(decodeTerminalModes(fromHex(''))).toEqual({})
  })

  it('cut short inside a value are malformed', () => {
    for (let length = 1; length < 5; length++)
      expect(() => decodeTerminalModes(bytes.subarray(0, length))).toThrow(expect.objectContaining({ code: 'MALFORMED', fault: 'peer' }))
  })

  it('that are none cannot be written', () => {
    const none: Record<string, number>[] = [
      { 0: 1 },
      { 160: 1 },
      { ECHO: -1 },
      { ECHO: 2 ** 32 },
      { NOTHING: 1 },
      { valueOf: 1 },
      { 1.5: 1 },
    ]
    for (const wrong of none) expect(() => encodeTerminalModes(wrong)).toThrow(expect.objectContaining({ code: 'ARGUMENT' }))
  })

  it('survive the way there and back, and any bytes are read or malformed', () => {
    const name = fc.constantFrom(...Object.keys(terminalModeOpcodes))
    const any = fc.dictionary(name, fc.integer({ min: 0, max: 0xffff_ffff }))
    fc.assert(
      fc.property(any, (some) => {
        expect(decodeTerminalModes(encodeTerminalModes(some))).toEqual({ ...some })
      }),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (some) => {
        try {
          decodeTerminalModes(some)
        } catch (error) {
          expect(error).toMatchObject({ code: 'MALFORMED' })
        }
      }),
    )
  })
})

import { invalidArgument } from '@seashell/core'
import { WireReader, WireWriter } from '@seashell/core/wire'

const opcodes = {
  VINTR: 1,
  VQUIT: 2,
  VERASE: 3,
  VKILL: 4,
  VEOF: 5,
  VEOL: 6,
  VEOL2: 7,
  VSTART: 8,
  VSTOP: 9,
  VSUSP: 10,
  VDSUSP: 11,
  VREPRINT: 12,
  VWERASE: 13,
  VLNEXT: 14,
  VFLUSH: 15,
  VSWTCH: 16,
  VSTATUS: 17,
  VDISCARD: 18,
  IGNPAR: 30,
  PARMRK: 31,
  INPCK: 32,
  ISTRIP: 33,
  INLCR: 34,
  IGNCR: 35,
  ICRNL: 36,
  IUCLC: 37,
  IXON: 38,
  IXANY: 39,
  IXOFF: 40,
  IMAXBEL: 41,
  IUTF8: 42,
  ISIG: 50,
  ICANON: 51,
  XCASE: 52,
  ECHO: 53,
  ECHOE: 54,
  ECHOK: 55,
  ECHONL: 56,
  NOFLSH: 57,
  TOSTOP: 58,
  IEXTEN: 59,
  ECHOCTL: 60,
  ECHOKE: 61,
  PENDIN: 62,
  OPOST: 70,
  OLCUC: 71,
  ONLCR: 72,
  OCRNL: 73,
  ONOCR: 74,
  ONLRET: 75,
  CS7: 90,
  CS8: 91,
  PARENB: 92,
  PARODD: 93,
  TTY_OP_ISPEED: 128,
  TTY_OP_OSPEED: 129,
} as const

/** The terminal modes that have a name: name to opcode (RFC 4254 §8; IUTF8: RFC 8160). */
export const terminalModeOpcodes: Readonly<typeof opcodes> = /* @__PURE__ */ Object.freeze(opcodes)

/** A terminal mode that has a name. */
export type TerminalModeName = keyof typeof opcodes

/**
 * Terminal modes: name to value, a uint32; flags are 0 or 1, characters their code or 255 for none, speeds bits per second. An opcode
 * without a name, 1–159, stands under its number.
 *
 * @example
 * ```ts
 * import type { TerminalModes } from '@seashell/connection'
 *
 * const modes: TerminalModes = { VINTR: 3, ECHO: 1, TTY_OP_ISPEED: 38_400, TTY_OP_OSPEED: 38_400 }
 * ```
 */
export type TerminalModes = { readonly [Mode in TerminalModeName | number]?: number }

const TTY_OP_END = 0
// Opcodes from here on are not defined, and what follows them cannot be read (RFC 4254 §8).
const FIRST_UNDEFINED = 160

/**
 * The modes as `pty-req` carries them (RFC 4254 §8).
 *
 * @throws SSHError `ARGUMENT` for a name or number that is no mode, or a value that is no uint32
 */
export function encodeTerminalModes(modes: TerminalModes): Uint8Array {
  const writer = new WireWriter()
  for (const [key, value] of Object.entries(modes)) {
    const opcode = Object.hasOwn(opcodes, key) ? opcodes[key as TerminalModeName] : Number(key)
    if (!Number.isInteger(opcode) || opcode <= TTY_OP_END || opcode >= FIRST_UNDEFINED)
      throw invalidArgument(`expected the name of a terminal mode or an opcode from 1 to 159; got ${key}`)
    if (value !== undefined) writer.writeByte(opcode).writeUint32(value)
  }
  return writer.writeByte(TTY_OP_END).finish()
}

/**
 * Reads the modes of `pty-req`. They end with TTY_OP_END, at an opcode that is not defined, or, as some clients have it, without either.
 *
 * @throws SSHError `MALFORMED` where a value is cut short
 */
export function decodeTerminalModes(bytes: Uint8Array): TerminalModes {
  const names = new Map<number, string>(Object.entries(opcodes).map(([name, opcode]) => [opcode, name]))
  const modes: Record<string, number> = {}
  const reader = new WireReader(bytes, 'the terminal modes')
  while (reader.remainingLength > 0) {
    const opcode = reader.readByte()
    if (opcode === TTY_OP_END || opcode >= FIRST_UNDEFINED) break
    modes[names.get(opcode) ?? opcode] = reader.readUint32()
  }
  return modes
}

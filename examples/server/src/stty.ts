import type { TerminalModes } from '@seashell/connection'

/** Modes that are characters: RFC 4254's name to stty's. The others are flags, of the same name in lower case. */
const CHARACTERS: Readonly<Record<string, string>> = {
  VINTR: 'intr',
  VQUIT: 'quit',
  VERASE: 'erase',
  VKILL: 'kill',
  VEOF: 'eof',
  VEOL: 'eol',
  VEOL2: 'eol2',
  VSTART: 'start',
  VSTOP: 'stop',
  VSUSP: 'susp',
  VREPRINT: 'rprnt',
  VWERASE: 'werase',
  VLNEXT: 'lnext',
}

/** Flags that stty(1) of Linux and of BSD know. */
const FLAGS = new Set(
  `IGNPAR PARMRK INPCK ISTRIP INLCR IGNCR ICRNL IXON IXANY IXOFF ISIG ICANON ECHO ECHOE ECHOK ECHONL NOFLSH TOSTOP IEXTEN ECHOCTL ECHOKE
   OPOST ONLCR OCRNL ONOCR ONLRET`.split(/\s+/),
)

const DISABLED = 255

/** Arguments that make stty(1) set terminal modes (RFC 4254 §8). Speeds and framing are left out: a pseudo-terminal has no line. */
export function sttyArguments(modes: TerminalModes): readonly string[] {
  return Object.entries(modes).flatMap(([mode, value]) => {
    if (value === undefined) return []
    if (FLAGS.has(mode)) return `${value === 0 ? '-' : ''}${mode.toLowerCase()}`
    const character = CHARACTERS[mode]
    return character === undefined || value > DISABLED ? [] : [character, characterText(value)]
  })
}

/** A character as stty reads it: `^C`, `^?`, `x`, or `undef`. */
function characterText(value: number): string {
  if (value === DISABLED || value === 0) return 'undef'
  if (value < 32) return `^${String.fromCharCode(value + 64)}`
  if (value === 127) return '^?'
  return value < 127 ? String.fromCharCode(value) : `0x${value.toString(16)}`
}

import { selectAlgorithms } from '@seashell/core'
import { decodeUtf8Lossy, encodeAscii, equalBytes } from '@seashell/core/wire'
import { decodeTerminalModes, encodeTerminalModes } from '@seashell/connection'
import { modpGroup14, parseModuli } from '@seashell/kex-dh'
import { attempt, expect } from '../invariants.ts'
import type { Target } from '../target.ts'

const defaults = ['chacha20-poly1305@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr']
const names = [...defaults, 'aes256-cbc', 'none', 'a'.repeat(64)]

/** OpenSSH's list syntax. */
export const selectExpressions: Target = {
  name: 'select-algorithms',
  maxLength: 512,
  seeds: () => ['aes128-ctr,none', '+aes256-cbc', '-aes128-ctr, chacha20*', '^aes*', 'a?s*ctr', '*a*a*-*', ''].map(encodeAscii),
  run(data) {
    const before = [...names]
    const chosen = attempt(() => selectAlgorithms(defaults, decodeUtf8Lossy(data), names), { codes: ['ARGUMENT'], faults: ['caller'] })
    expect(names.join() === before.join(), 'the arguments are not changed')
    if (chosen === undefined) return 'refused'
    const { value } = chosen
    expect(value.length > 0 && new Set(value).size === value.length, 'a list has names, each once')
    expect(
      value.every((name) => names.includes(name)),
      'only what may be chosen is chosen',
    )
    // By a list of its names the same list is chosen.
    expect(selectAlgorithms(defaults, value.join(','), names).join() === value.join(), 'a choice can be written as a list')
    return 'accepted'
  },
}

/** The file of moduli(5). */
export const moduli: Target = {
  name: 'moduli',
  share: 0.3,
  mutations: 1000,
  seeds: () => [
    encodeAscii(`# Time Type Tests Tries Size Generator Modulus\n20230101000000 2 6 100 2047 2 ${modpGroup14.prime.toString(16)}\n`),
    encodeAscii('20230101000000 2 6 100 7 2 E3\r\n\n20230101000000 1 6 100 7 2 E3\n20230101000000 2 4 100 7 5 FB\n'),
  ],
  run(data) {
    const parsed = attempt(() => parseModuli(decodeUtf8Lossy(data)), { codes: ['ARGUMENT'], faults: ['caller'] })
    if (parsed === undefined) return 'refused'
    for (const { prime, generator } of parsed.value) {
      expect(prime % 2n === 1n && prime < 1n << 16_384n, 'a modulus is odd, and of at most 16384 bits')
      expect(generator > 1n && generator < prime - 1n, 'a generator is between 1 and p-1')
    }
    return 'accepted'
  },
}

/** The modes that `pty-req` carries (RFC 4254 §8). */
export const terminalModes: Target = {
  name: 'terminal-modes',
  share: 0.3,
  maxLength: 1024,
  seeds: () => [
    encodeTerminalModes({ VINTR: 3, ECHO: 1, TTY_OP_ISPEED: 38_400, TTY_OP_OSPEED: 38_400, 77: 5 }),
    Uint8Array.of(1, 0, 0, 0, 3, 160, 1),
    Uint8Array.of(53, 0, 0),
  ],
  run(data) {
    const decoded = attempt(() => decodeTerminalModes(data), { codes: ['MALFORMED'], faults: ['peer'] })
    if (decoded === undefined) return 'refused'
    const encoded = encodeTerminalModes(decoded.value)
    expect(encoded.length <= data.length + 1, 'modes are not written longer than they were')
    expect(equalBytes(encodeTerminalModes(decodeTerminalModes(encoded)), encoded), 'modes are read as they were written')
    return 'accepted'
  },
}

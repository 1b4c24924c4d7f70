import { parseAuthorizedKeys } from '@seashell/keys'
import type { AuthorizedKeyOptions } from '@seashell/keys'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encrypted } from './fixtures.ts'

const key = encrypted.publicLine

function options(text: string): AuthorizedKeyOptions {
  const { entries, problems } = parseAuthorizedKeys(`${text} ${key}`)
  expect(problems).toEqual([])
  return entries[0]!.options
}

function problem(line: string): string {
  const { entries, problems } = parseAuthorizedKeys(line)
  expect(entries).toEqual([])
  expect(problems).toHaveLength(1)
  expect([problems[0]!.error.code, problems[0]!.error.fault]).toEqual(['KEY', 'caller'])
  return problems[0]!.error.message
}

describe('lines', () => {
  it('are keys, with and without options; comments and empty lines are skipped', () => {
    const file = `# comment\n\n${key}\r\n  \t\n\trestrict ${key}\n  # another\ncommand="a b # c" ${key}`
    const { entries, problems } = parseAuthorizedKeys(file)
    expect(problems).toEqual([])
    expect(entries.map(({ line, keyFormat, comment }) => [line, keyFormat, comment])).toEqual([
      [3, 'ssh-ed25519', 'encrypted@example'],
      [5, 'ssh-ed25519', 'encrypted@example'],
      [7, 'ssh-ed25519', 'encrypted@example'],
    ])
    expect(entries.map((entry) => [entry.options.permitPty, entry.options.command])).toEqual([
      [true, undefined],
      [false, undefined],
      [true, 'a b # c'],
    ])
  })

  it('that are wrong are reported by number, and lose no other', () => {
    const { entries, problems } = parseAuthorizedKeys(Buffer.from(`nonsense\n${key}\nssh-ed25519 AAAAbad\n${key}\nfrobnicate ${key}\n`))
    expect(entries.map(({ line }) => line)).toEqual([2, 4])
    expect(problems.map(({ line, error }) => [line, error.message])).toEqual([
      [1, 'line 1: expected options and a key; found no end of the options'],
      [3, 'line 3: expected a public key in base64; found something else'],
      [5, 'line 5: expected an option that sshd knows; found "frobnicate"'],
    ])
  })

  it('may be none', () => {
    expect(parseAuthorizedKeys('')).toEqual({ entries: [], problems: [] })
  })
})

describe('options', () => {
  it('permit everything where there are none', () => {
    expect(parseAuthorizedKeys(key).entries[0]!.options).toEqual({
      certAuthority: false,
      touchRequired: true,
      verifyRequired: false,
      permitAgentForwarding: true,
      permitPortForwarding: true,
      permitPty: true,
      permitUserRc: true,
      permitX11Forwarding: true,
      environment: new Map(),
      permitOpen: [],
      permitListen: [],
    })
  })

  it('take away one thing each, whatever the case', () => {
    for (const [text, field] of [
      ['no-agent-forwarding', 'permitAgentForwarding'],
      ['No-Port-Forwarding', 'permitPortForwarding'],
      ['NO-PTY', 'permitPty'],
      ['no-user-rc', 'permitUserRc'],
      ['no-X11-forwarding', 'permitX11Forwarding'],
      ['no-touch-required', 'touchRequired'],
    ] as const) {
      expect(options(text)).toEqual({ ...options('touch-required'), [field]: false })
    }
  })

  it('take effect in their order', () => {
    expect(options('restrict')).toMatchObject({
      permitAgentForwarding: false,
      permitPortForwarding: false,
      permitPty: false,
      permitUserRc: false,
      permitX11Forwarding: false,
    })
    expect(options('restrict,pty,X11-forwarding')).toMatchObject({
      permitPty: true,
      permitX11Forwarding: true,
      permitPortForwarding: false,
    })
    expect(options('pty,restrict')).toMatchObject({ permitPty: false })
  })

  it('carry values in quotes, in which a quote stands behind a backslash', () => {
    expect(options(String.raw`command="echo \"a, b\" \\n \x"`).command).toBe(String.raw`echo "a, b" \\n \x`)
    expect(options('command=""').command).toBe('')
    expect(options('from="10.0.0.0/8,!10.1.*,*.example",principals="a,b",tunnel="1"')).toMatchObject({
      from: ['10.0.0.0/8', '!10.1.*', '*.example'],
      principals: ['a', 'b'],
      tunnel: '1',
    })
    expect(options('permitopen="a:1",permitopen="[::1]:*",permitlisten="8080",cert-authority,verify-required')).toMatchObject({
      permitOpen: ['a:1', '[::1]:*'],
      permitListen: ['8080'],
      certAuthority: true,
      verifyRequired: true,
    })
  })

  it('set variables, of two with one name the first', () => {
    expect([...options('environment="A=1",environment="B_2=x=y",environment="A=2",environment="C="').environment]).toEqual([
      ['A', '1'],
      ['B_2', 'x=y'],
      ['C', ''],
    ])
  })

  it('end a key in time, the earliest of several', () => {
    expect(options('expiry-time="20300102Z"').expiryTime).toEqual(new Date('2030-01-02T00:00:00Z'))
    expect(options('expiry-time="203001020304Z"').expiryTime).toEqual(new Date('2030-01-02T03:04:00Z'))
    expect(options('expiry-time="20300102030405utc"').expiryTime).toEqual(new Date('2030-01-02T03:04:05Z'))
    expect(options('expiry-time="20300102"').expiryTime).toEqual(new Date(2030, 0, 2))
    expect(options('expiry-time="20310102Z",expiry-time="20300102Z",expiry-time="20320102Z"').expiryTime?.getUTCFullYear()).toBe(2030)
    expect(options('expiry-time="20240229Z"').expiryTime).toEqual(new Date('2024-02-29T00:00:00Z'))
  })

  it('that are wrong take the whole line out', () => {
    const wrong = [
      'frobnicate',
      'no-restrict',
      'no-no-pty',
      'toString',
      '__proto__',
      'constructor="x"',
      'pty="x"',
      'command',
      'no-command="x"',
      'command=x',
      'command="x',
      'command="x"y',
      'command="a",command="b"',
      'from="a",from="b"',
      'pty,',
      ',pty',
      'pty,,pty',
      '"pty"',
      String.raw`command="x\"`,
      String.raw`command="a\",environment="A=b\",tunnel="c"`,
      'environment="=1"',
      'environment="A"',
      'environment="A-B=1"',
      'environment=" A=1"',
      'expiry-time="2030"',
      'expiry-time="20300230Z"',
      'expiry-time="203013010000"',
      'expiry-time="20300101240000Z"',
      'expiry-time=""',
      'expiry-time="00000000"',
      'expiry-time="20300102 "',
      'principals="a",principals="a"',
      'tunnel="1",tunnel="2"',
      '\0pty',
    ]
    for (const text of wrong) expect(problem(`${text} ${key}`), text).toMatch(/^line 1: expected /)
  })

  it('take their time in proportion to the length of the line', () => {
    const long = 100_000
    problem(`command="${'\\'.repeat(long)} ${key}`)
    problem(`command="${'\\"'.repeat(long)} ${key}`)
    problem(`${'"a b"'.repeat(long)} ${key}`)
    problem(`${'pty,'.repeat(long)} ${key}`)
    problem(`x${' '.repeat(long)}y`)
    expect(options(`${'pty,'.repeat(long)}no-pty`).permitPty).toBe(false)
  })
})

describe('any text', () => {
  it('gives entries and problems, and never throws', () => {
    const piece = fc.constantFrom(key, 'command="', '"', '\\', ',', ' ', '\n', 'pty', 'AAAA', '\0', '#', 'ssh-ed25519', 'expiry-time="2030')
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 30 }), (pieces) => {
        const { problems } = parseAuthorizedKeys(pieces.join(''))
        for (const { line, error } of problems) expect(error.message.startsWith(`line ${line}: `)).toBe(true)
      }),
    )
  })
})

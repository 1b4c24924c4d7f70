import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import { defaultAlgorithms } from '@seashell/ssh'
import { buildExamples } from '@seashell/interop'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Arguments, parseArguments } from '../src/arguments.ts'
import { parseForward } from '../src/forwarding.ts'
import { failure, type Folder, makeFolder } from './support.ts'

const algorithms = defaultAlgorithms()
const parse = (...argv: string[]): Arguments => {
  const args = parseArguments(argv, algorithms)
  return args ?? expect.fail('expected arguments')
}

const settings = (...options: string[]): Arguments['settings'] => parse(...options.flatMap((option) => ['-o', option]), 'host').settings

describe('the command line', () => {
  test('is a host, and nothing else', () => {
    expect(parse('example.org')).toEqual({
      destination: { host: 'example.org', port: 22, user: userInfo().username },
      command: undefined,
      identities: undefined,
      settings: { choices: {}, knownHostsFile: join(homedir(), '.ssh', 'known_hosts'), strictHostKeyChecking: 'ask' },
      forwards: [],
      forwardingOnly: false,
      terminal: 'auto',
      verbose: false,
    })
  })

  test.each([
    ['alice@example.org', 'alice', 'example.org'],
    ['alice@corp@example.org', 'alice@corp', 'example.org'],
    ['[::1]', userInfo().username, '::1'],
    ['alice@[fe80::1%eth0]', 'alice', 'fe80::1%eth0'],
    ['alice@::1', 'alice', '::1'],
  ])('understands %s', (text, user, host) => {
    expect(parse(text).destination).toMatchObject({ user, host })
  })

  test('has options together and apart, up to the host; the rest is the command', () => {
    const args = parse('-vN', '-p2222', '-l', 'bob', '-i', '~/key', '-i', 'other', 'alice@host')
    expect(args).toMatchObject({ verbose: true, forwardingOnly: true, destination: { port: 2222, user: 'bob', host: 'host' } })
    expect(args.identities).toEqual([join(homedir(), 'key'), 'other'])
    expect(parse('host', 'ls', '-l', '--', '-p').command).toBe('ls -l -- -p')
    expect(parse('host', '--', 'ls').command).toBe('ls')
    expect(parse('--', 'host', '-v')).toMatchObject({ command: '-v', verbose: false })
  })

  test.each([
    [[], 'auto'],
    [['-t'], 'wanted'],
    [['-tt'], 'forced'],
    [['-t', '-t'], 'forced'],
    [['-T'], 'never'],
    [['-T', '-t'], 'never'],
  ])('%j: the terminal is %s', (options, terminal) => {
    expect(parse(...options, 'host').terminal).toBe(terminal)
  })

  test.each([
    [[], '[user@]HOST'],
    [['-z', 'host'], "unknown option '-z'"],
    [['--port', '1', 'host'], "unknown option '--port'"],
    [['-p'], 'argument missing'],
    [['-p', '0', 'host'], 'expected a port'],
    [['-p', '65536', 'host'], 'expected a port'],
    [['-p', '', 'host'], 'expected a port'],
    [['@host'], 'expected [user@]HOST'],
    [['alice@'], 'expected [user@]HOST'],
    [['-N', 'host', 'ls'], '-N'],
    [['-o', 'Cipher', 'host'], 'expected Key=Value'],
    [['-o', 'Cipher=aes128-ctr', 'host'], 'there are KexAlgorithms, HostKeyAlgorithms, Ciphers, MACs, Compression,'],
    [['-o', 'Ciphers=rot13', 'host'], '-o Ciphers: unknown algorithm "rot13"; there are '],
    [['-c', 'aes128-ctr,rot13', 'host'], 'rot13'],
    [['-c', '', 'host'], 'Ciphers'],
    [['-m', '+rot13', 'host'], '-o MACs'],
    [['-o', 'KexAlgorithms=-*', 'host'], 'leaves no algorithm'],
    [['-o', 'HostKeyAlgorithms=ssh-dss', 'host'], 'ssh-dss'],
    [['-o', 'Compression=maybe', 'host'], 'yes or no'],
    [['-o', 'StrictHostKeyChecking=off', 'host'], 'accept-new'],
    [['-o', 'RekeyLimit=1T', 'host'], 'K, M or G'],
    [['-o', 'RekeyLimit=15', 'host'], 'from 16 up'],
    [['-o', 'ConnectTimeout=0', 'host'], 'seconds'],
    [['-o', 'ConnectTimeout=soon', 'host'], 'seconds'],
    [['-L', '1:host', 'host'], '-L 1:host'],
    [['-L', '0:host:1', 'host'], 'expected a port'],
    [['-L', '1:::1:2', 'host'], '-L'],
  ])('%j is not understood', (argv, message) => {
    expect(() => parse(...argv)).toThrow(message)
  })
})

describe('-o', () => {
  test('takes Key=Value and Key Value, in any case of the key', () => {
    expect(settings('userknownhostsfile=~/hosts', 'PASSWORDFILE /a b', 'ConnectTimeout = 3')).toMatchObject({
      knownHostsFile: join(homedir(), 'hosts'),
      passwordFile: '/a b',
      connectTimeout: 3000,
    })
  })

  test('counts the first of two, and the short forms before all', () => {
    expect(settings('Ciphers=aes128-ctr', 'Ciphers=aes256-ctr', 'MACs=hmac-sha2-256').choices).toEqual({
      ciphers: ['aes128-ctr'],
      macs: ['hmac-sha2-256'],
    })
    expect(parse('-o', 'Ciphers=aes128-ctr', '-c', 'aes256-ctr', 'host').settings.choices.ciphers).toEqual(['aes256-ctr'])
  })

  test.each([
    ['16', 16],
    ['4K', 4096],
    ['1M', 1_048_576],
    ['2g', 2_147_483_648],
  ])('RekeyLimit=%s is %i bytes', (value, bytes) => {
    expect(settings(`RekeyLimit=${value}`).rekeyBytes).toBe(bytes)
  })

  test("knows OpenSSH's list syntax", () => {
    expect(settings('Ciphers=aes*-ctr').choices.ciphers).toEqual(['aes128-ctr', 'aes192-ctr', 'aes256-ctr'])
    expect(settings('KexAlgorithms=^ecdh-sha2-nistp521').choices.keyExchanges?.[0]).toBe('ecdh-sha2-nistp521')
    expect(settings('MACs=-*-etm@openssh.com,umac-*').choices.macs).toEqual(['hmac-sha2-256', 'hmac-sha2-512', 'hmac-sha1'])
  })

  test('compresses where it is told, and offers it last otherwise', () => {
    expect(settings('Compression=yes').choices.compressions?.[0]).toBe('zlib@openssh.com')
    expect(parse('-C', 'host').settings.choices.compressions?.[0]).toBe('zlib@openssh.com')
    expect(settings('Compression=no').choices.compressions?.[0]).toBe('none')
    expect(algorithms.compressions.defaults[0]).toBe('none')
  })
})

describe('-L', () => {
  test.each([
    ['8080:web:80', '127.0.0.1', 8080, 'web', 80],
    ['0.0.0.0:8080:web:80', '0.0.0.0', 8080, 'web', 80],
    [':8080:web:80', undefined, 8080, 'web', 80],
    ['*:8080:web:80', undefined, 8080, 'web', 80],
    ['[::1]:8080:[2001:db8::1]:80', '::1', 8080, '2001:db8::1', 80],
    ['localhost:1:192.0.2.1:65535', 'localhost', 1, '192.0.2.1', 65_535],
  ])('understands %s', (text, bind, port, host, targetPort) => {
    expect(parseForward(text)).toEqual({ bind, port, target: { host, port: targetPort } })
  })
})

describe('the program', () => {
  let folder: Folder
  beforeAll(buildExamples, 240_000)
  beforeAll(async () => {
    folder = await makeFolder()
  })
  afterAll(() => folder.remove())

  test('--help tells all options on standard output', async () => {
    const { code, stdout, stderr } = await folder.run(['--help'])
    expect([code, stderr]).toEqual([0, ''])
    for (const word of ['-p', '-L', 'RekeyLimit', 'accept-new', 'HOST']) expect(stdout.toString()).toContain(word)
  })

  test('what it does not understand: 255 and one line, before anything is connected to', async () => {
    expect(await folder.run([])).toMatchObject(failure('expected [user@]HOST'))
    expect(await folder.run(['-o', 'Foo=1', 'host'])).toMatchObject(failure('-o Foo'))
    expect(await folder.run(['-c', 'rot13', 'host'])).toMatchObject(failure('rot13'))
  })
})

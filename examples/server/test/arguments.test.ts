import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Fixture, peers, prepare, runProgram, startServer } from './server.ts'

let fixture: Fixture
let good: string[]

beforeAll(async () => {
  fixture = await prepare()
  good = ['--port', '0', '--host-key', fixture.hostKey.path, '--authorized-keys', `${fixture.folder}/authorized_keys`]
}, 300_000)

afterAll(() => fixture.remove())

test.each<[what: string, args: string[], says: RegExp]>([
  ['an unknown flag', ['--bogus'], /unknown option '--bogus'/],
  ['an argument too many', ['extra'], /too many arguments/],
  ['a port that is none', ['--port', '65536'], /--port "65536": expected a number from 0 to 65535/],
  ['a port that is no number', ['--port', 'ssh'], /--port "ssh"/],
  ['a host key that is not there', ['--host-key', '/nonexistent/key'], /\/nonexistent\/key: ENOENT/],
  ['authorized keys that are not there', ['--authorized-keys', '/nonexistent/keys'], /\/nonexistent\/keys: ENOENT/],
  ['an empty name', ['--user', ''], /--user "": expected a name/],
  ['a name with control characters', ['--user', 'a\u001B[2Jb'], /--user .*expected a name/],
  ['a password without a name', ['--password', 'secret-word'], /--password: expected USER:PASSWORD/],
  ['an empty password', ['--password', 'alice:'], /--password: expected USER:PASSWORD/],
  ['a password of somebody else than the user', ['--user', 'alice', '--password', 'bob:x'], /different users/],
  ['an unknown key exchange', ['--kex', '+nothing'], /--kex "\+nothing": unknown algorithm "nothing"/],
  ['an unknown cipher', ['--ciphers', 'aes256-ctr,rot13'], /unknown algorithm "rot13"/],
  ['an unknown MAC', ['--macs', '^crc32'], /unknown algorithm "crc32"/],
  ['an unknown host key algorithm', ['--host-key-algorithms', 'ssh-foo'], /unknown algorithm "ssh-foo"/],
  ['an unknown compression', ['--compression', 'brotli'], /unknown algorithm "brotli"/],
  ['a list that leaves nothing', ['--ciphers', '-*'], /leaves no algorithm/],
  ['host key algorithms that no host key can sign with', ['--host-key-algorithms', 'rsa-*'], /no host key can sign with rsa-sha2-512/],
  ['too small a limit', ['--rekey-limit', '1'], /--rekey-limit "1": expected a number of bytes/],
  ['a limit that is no number', ['--rekey-limit', '1T'], /--rekey-limit "1T"/],
  ['no startups', ['--max-startups', '0'], /--max-startups "0"/],
  ['negative grace', ['--login-grace', '-1'], /--login-grace "-1"/],
  ['no tries', ['--max-auth-tries', '0'], /--max-auth-tries "0"/],
])('%s: one clear line, and exit code 2 before anything listens', async (_what, args, says) => {
  const { code, stdout, stderr } = await runProgram([...good, ...args])
  expect(stderr).toMatch(says)
  expect(stderr).toMatch(/^seashell-server: [^\n]+\n$/)
  expect(stderr).not.toContain('\u001B')
  expect(stderr).not.toContain('secret-word')
  expect(stdout).toBe('')
  expect(code).toBe(2)
})

test('a file that is no private key, or holds no key that may log in, is named', async () => {
  const garbage = await fixture.write('garbage', 'not a key\n')
  const authority = await fixture.write('authority', `cert-authority ${fixture.identity.publicKey}\n`)
  expect(await runProgram([...good, '--host-key', garbage])).toMatchObject({ code: 2, stderr: expect.stringContaining(garbage) })
  expect(await runProgram([...good, '--authorized-keys', garbage])).toMatchObject({ code: 2, stderr: expect.stringContaining('line 1') })
  expect(await runProgram([...good, '--authorized-keys', authority])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('certificates are not supported'),
  })
})

test('without a host key, or without anybody who could log in, it does not start', async () => {
  expect(await runProgram([])).toMatchObject({ code: 2, stderr: 'seashell-server: expected --host-key\n' })
  expect(await runProgram(['--host-key', fixture.hostKey.path])).toMatchObject({ code: 2, stderr: expect.stringContaining('--password') })
})

test('a port that is taken is said in one line, with exit code 1', async () => {
  const server = await startServer(fixture)
  try {
    const { code, stderr } = await runProgram([...good, '--port', String(server.port)])
    expect(stderr).toMatch(/^seashell-server: cannot listen on 127\.0\.0\.1 port \d+: [^\n]+\n$/)
    expect(code).toBe(1)
  } finally {
    await server.stop()
  }
})

test('--help tells of every flag, on standard output', async () => {
  const { code, stdout, stderr } = await runProgram(['--help'])
  const flags = 'port host-key authorized-keys user password kex ciphers macs host-key-algorithms compression'.split(' ')
  const limits = 'rekey-limit max-startups login-grace max-auth-tries allow-tcp-forwarding'.split(' ')
  for (const flag of [...flags, ...limits]) expect(stdout).toContain(`--${flag}`)
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120)
  expect(stderr).toBe('')
  expect(code).toBe(0)
})

test.each(peers.slice(0, 1))("lists are in OpenSSH's syntax, and what they leave is what is offered", async (peer) => {
  const server = await startServer(fixture, [
    '--ciphers',
    '^aes192-ctr',
    '--kex',
    'ecdh-*',
    '--macs',
    '-hmac-sha2-256*,hmac-sha1*,umac-*',
    '--rekey-limit',
    '4K',
  ])
  try {
    const offers = (config: string[]): Promise<{ code: number | null; stderr: string }> => server.ssh(peer, { command: 'true', config })
    expect((await offers(['Ciphers aes192-ctr'])).code).toBe(0)
    expect((await offers(['KexAlgorithms curve25519-sha256'])).stderr).toContain('Their offer: ecdh-sha2-nistp256,ecdh-sha2-nistp384')
    expect((await offers(['Ciphers aes192-ctr', 'MACs hmac-sha2-256'])).stderr).toMatch(/Their offer: hmac-sha2-512-etm\S*,hmac-sha2-512\b/)
    expect((await offers(['Ciphers aes128-cbc'])).stderr).toMatch(/Their offer: aes192-ctr,chacha20-poly1305@openssh.com,\S+/)
  } finally {
    await server.stop()
  }
})

import { join } from 'node:path'
import { generateKey } from '@seashell/interop'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Fixture, peers, prepare, type Server, startServer } from './server.ts'

let fixture: Fixture

beforeAll(async () => {
  fixture = await prepare()
}, 300_000)

afterAll(() => fixture.remove())

/** Starts a server whose file has the identity with these options. */
async function withOptions(options: string, run: (server: Server) => Promise<void>): Promise<void> {
  // Another key, so that the file is worth reading where ours is refused.
  const file = await fixture.write('with-options', `${options} ${fixture.identity.publicKey}\n${fixture.hostKey.publicKey}\n`)
  const server = await startServer(fixture, ['--authorized-keys', file, '--allow-tcp-forwarding'])
  try {
    await run(server)
  } finally {
    await server.stop()
  }
}

describe.each(peers)('ssh $version', (peer) => {
  let server: Server

  beforeAll(async () => {
    server = await startServer(fixture, ['--password', 'alice:correct horse'])
  })

  afterAll(() => server.stop())

  test.each([
    ['ed25519', []],
    ['ecdsa', ['-b', '256']],
    ['ecdsa', ['-b', '384']],
    ['ecdsa', ['-b', '521']],
    ['rsa', ['-b', '2048']],
  ] as const)('logs in with a key of type %s %j', async (type, args) => {
    const identity = await generateKey(peer, join(fixture.folder, `${type}${args.join('')}-${peer.version}`), type, args)
    const authorizedKeys = await fixture.write(`authorized-${type}${args.join('')}`, `${identity.publicKey}\n`)
    const other = await startServer(fixture, ['--authorized-keys', authorizedKeys])
    try {
      const result = await other.ssh(peer, { identity: identity.path, command: 'echo in' })
      expect(result).toMatchObject({ code: 0, stderr: '' })
      expect(result.stdout.toString()).toBe('in\n')
      expect((await other.ssh(peer, { command: 'echo in' })).stderr).toContain('Permission denied')
    } finally {
      await other.stop()
    }
  })

  test.each(['password', 'keyboard-interactive'])('logs in by %s who knows name and password, and nobody else', async (method) => {
    const config = [`PreferredAuthentications ${method}`]
    const [right, wrong, stranger] = await Promise.all([
      server.ssh(peer, { config, user: 'alice', password: 'correct horse', command: 'echo in' }),
      server.ssh(peer, { config, user: 'alice', password: 'correct horsf', command: 'echo in' }),
      server.ssh(peer, { config, user: 'bob', password: 'correct horse', command: 'echo in' }),
    ])
    expect(right).toMatchObject({ code: 0, stderr: '' })
    expect(right.stdout.toString()).toBe('in\n')
    for (const refused of [wrong, stranger]) {
      expect(refused.code).toBe(255)
      expect(refused.stdout.toString()).toBe('')
      expect(refused.stderr).toContain('Permission denied')
    }
    expect(server.log()).toContain(`${method} for "alice": success`)
    expect(server.log()).toContain(`${method} for "bob": refused`)
  })

  test("with a password, its user's is the one name for keys too", async () => {
    expect((await server.ssh(peer, { user: 'alice', command: 'true' })).code).toBe(0)
    expect((await server.ssh(peer, { user: 'bob', command: 'true' })).stderr).toContain('Permission denied')
  })

  test('what a peer sends reaches the log as text of one line, and no password does', async () => {
    await server.ssh(peer, {
      user: 'e\u001B[2Jve\u202E',
      password: 'hunter2',
      config: ['PreferredAuthentications password'],
      command: 'true',
    })
    await server.logged(/password for "e\uFFFD\[2Jve\uFFFD": refused/)
    expect(server.log()).not.toMatch(/(?!\n)[\p{Cc}\u202E]/u)
    expect(server.log()).not.toContain('hunter2')
    expect(server.log()).not.toContain('correct horse')
  })

  test('without --user and --password any name will do', async () => {
    const open = await startServer(fixture)
    try {
      expect((await open.ssh(peer, { user: 'whoever', command: 'true' })).code).toBe(0)
      const methods = await open.ssh(peer, {
        password: 'x',
        config: ['PreferredAuthentications password,keyboard-interactive'],
        command: 'true',
      })
      expect(methods.stderr).toContain('Permission denied (publickey)')
    } finally {
      await open.stop()
    }
  })

  test('--user is the one name', async () => {
    const strict = await startServer(fixture, ['--user', 'carol'])
    try {
      expect((await strict.ssh(peer, { user: 'carol', command: 'true' })).code).toBe(0)
      expect((await strict.ssh(peer, { user: 'carola', command: 'true' })).stderr).toContain('Permission denied')
    } finally {
      await strict.stop()
    }
  })
})

describe.each(peers.slice(0, 1))('the options of an authorized key', (peer) => {
  test('command: runs whatever was asked for, which it finds in SSH_ORIGINAL_COMMAND', async () => {
    await withOptions('command="echo \\"forced: $SSH_ORIGINAL_COMMAND\\""', async (server) => {
      expect((await server.ssh(peer, { command: 'rm -rf /nonexistent' })).stdout.toString()).toBe('forced: rm -rf /nonexistent\n')
      expect((await server.ssh(peer, {})).stdout.toString()).toBe('forced: \n')
    })
  })

  test('environment: reaches the program, and wins over what the client sends', async () => {
    await withOptions('environment="LC_WHO=server",environment="OTHER=a b"', async (server) => {
      const result = await server.ssh(peer, { config: ['SetEnv LC_WHO=client'], command: 'echo "$LC_WHO $OTHER"' })
      expect(result.stdout.toString()).toBe('server a b\n')
    })
  })

  test.each(['no-pty', 'restrict'])('%s: refuses a terminal', async (option) => {
    await withOptions(option, async (server) => {
      const result = await server.ssh(peer, { args: ['-tt'], command: 'tty' })
      expect(result.stderr).toContain('PTY allocation request failed')
      expect(result.stdout.toString()).not.toContain('/dev/')
    })
  })

  test('restrict,pty: permits a terminal', async () => {
    await withOptions('restrict,pty', async (server) => {
      expect((await server.ssh(peer, { args: ['-tt'], command: 'tty' })).stdout.toString()).toMatch(/^\/dev\/\S+\r\n$/)
    })
  })

  test.each([
    ['from="127.0.0.1"', true],
    ['from="192.0.2.7,127.0.0.*"', true],
    ['from="127.0.0.0/8"', true],
    ['from="::1/128,127.0.0.0/8"', true],
    ['from="192.0.2.0/24"', false],
    ['from="127.0.0.0/8,!127.0.0.1"', false],
    ['from="!192.0.2.1"', false],
    ['from="*,!evil.example.org"', false],
    ['expiry-time="20200101Z"', false],
    ['expiry-time="29990101Z"', true],
    ['cert-authority', false],
    ['principals="alice"', false],
    ['verify-required', false],
    ['permitopen="nowhere"', false],
    ['unknown-option', false],
  ])('%s: may log in: %s', async (options, letsIn) => {
    await withOptions(options, async (server) => {
      const result = await server.ssh(peer, { command: 'echo in' })
      expect(result.stdout.toString()).toBe(letsIn ? 'in\n' : '')
    })
  })

  test.each([
    ['no-port-forwarding', false],
    ['restrict', false],
    ['permitopen="127.0.0.1:1"', false],
    ['permitopen="localhost:*"', false],
    ['permitopen="127.0.0.1:*"', true],
    ['permitopen="192.0.2.1:22",permitopen="*:*"', true],
  ])('%s: may have a connection forwarded: %s', async (options, forwards) => {
    await withOptions(options, async (server) => {
      const result = await server.ssh(peer, { args: ['-W', `127.0.0.1:${server.port}`] })
      expect(result.stdout.toString()).toMatch(forwards ? /^SSH-2\.0-/ : /^$/)
      if (!forwards) expect(result.stderr).toContain('administratively prohibited')
    })
  })
})

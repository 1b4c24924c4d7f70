import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { connect as connectSocket } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { startSsh } from '@seashell/interop'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, type Fixture, isRunning, pause, peers, prepare, type Server, startServer } from './server.ts'

let fixture: Fixture
let server: Server

beforeAll(async () => {
  fixture = await prepare()
  server = await startServer(fixture)
}, 300_000)

afterAll(async () => {
  await server.stop()
  await fixture.remove()
})

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** A program that writes its process id into a file, and another where it is hung up. */
function mortal(name: string): { command: string; pid(): Promise<number>; hungUp(): boolean } {
  const [pidFile, hupFile] = [join(fixture.folder, `${name}.pid`), join(fixture.folder, `${name}.hup`)]
  return {
    command: `trap 'touch ${hupFile}; exit' HUP; echo $$ >${pidFile}; echo ready; while :; do sleep 0.05; done`,
    pid: async () => Number(await readFile(pidFile, 'utf8')),
    hungUp: () => existsSync(hupFile),
  }
}

describe.each(peers)('ssh $version', (peer) => {
  test('gets stdout and stderr apart and whole, and the exit status', async () => {
    const result = await server.ssh(peer, { command: 'seq 1 20000; seq 1 20000 >&2; exit 7' })
    const lines = Array.from({ length: 20_000 }, (_, index) => `${index + 1}\n`).join('')
    expect(result.stdout.toString()).toBe(lines)
    expect(result.stderr).toBe(lines)
    expect(result.code).toBe(7)
  })

  test('its input reaches the command, and so does the end of it', async () => {
    const result = await server.ssh(peer, { command: 'wc -c; cat; echo end', stdin: 'x'.repeat(300_000) })
    expect(result.stdout.toString()).toBe('300000\nend\n')
  })

  test('a command that reads nothing ends although its input does not fit anywhere', async () => {
    expect((await server.ssh(peer, { command: 'exec 0<&-; sleep 0.2; echo done', stdin: randomBytes(8 << 20) })).code).toBe(0)
  })

  test('is told of the signal that ended the command', async () => {
    const result = await server.ssh(peer, { args: ['-v'], command: 'kill -TERM $$' })
    expect(result.stderr).toContain('client_input_channel_req: channel 0 rtype exit-signal')
    expect(result.code).toBe(255)
  })

  test('harmless variables reach the command, others do not, and neither does what the server has', async () => {
    const config = ['SetEnv LANG=xx_YY.UTF-8 LC_SEASHELL=sea LD_PRELOAD=/evil.so PATH=/evil FOO=bar']
    const { stdout } = await server.ssh(peer, { config, command: 'env | sort; pwd' })
    const lines = stdout.toString().trim().split('\n')
    expect(lines).toEqual(expect.arrayContaining(['LANG=xx_YY.UTF-8', 'LC_SEASHELL=sea', `HOME=${homedir()}`, homedir()]))
    expect(lines.find((line) => line.startsWith('SSH_CONNECTION='))).toMatch(/=127\.0\.0\.1 \d+ 127\.0\.0\.1 \d+$/)
    expect(stdout.toString()).not.toMatch(/evil|FOO|NODE_ENV|VITEST/)
  })

  test('a shell without a terminal reads commands from its input', async () => {
    const result = await server.ssh(peer, { stdin: 'echo from the shell\nexit 5\n' })
    expect(result.stdout.toString()).toContain('from the shell\n')
    expect(result.code).toBe(5)
  })

  test('subsystems there are none', async () => {
    const result = await server.ssh(peer, { args: ['-s'], command: 'sftp' })
    expect(result.stderr).toContain('subsystem request failed')
    expect(result.code).toBe(255)
  })

  test('twenty sessions at once do not disturb each other', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => server.ssh(peer, { command: `cat; exit ${index}`, stdin: `session ${index}` })),
    )
    for (const [index, { code, stdout }] of results.entries()) {
      expect(code).toBe(index)
      expect(stdout.toString()).toBe(`session ${index}`)
    }
  })

  test('multiplexed sessions share a connection', async () => {
    const path = join(fixture.folder, `mux-${peer.version}`)
    const master = await startSsh(peer, { ...server.target(), args: ['-M', '-N', '-S', path] })
    await eventually(() => existsSync(path), 'expected the control socket')
    const connections = server.log().match(/ connected$/gm)?.length
    const bytes = randomBytes(1 << 20)
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, index) => server.ssh(peer, { args: ['-S', path], command: `cat; exit ${index}`, stdin: bytes })),
    )
    for (const [index, { code, stdout }] of results.entries()) {
      expect(code).toBe(index)
      expect(sha256(stdout)).toBe(sha256(bytes))
    }
    expect(server.log().match(/ connected$/gm)?.length).toBe(connections)
    await master.stop()
    await rm(path, { force: true })
  })

  test('what it started is hung up when it vanishes', async () => {
    const program = mortal(`vanishing-${peer.version}`)
    const ssh = await startSsh(peer, { ...server.target(), command: program.command })
    await once(ssh.child.stdout, 'data')
    ssh.child.kill('SIGKILL')
    await ssh.result
    await eventually(() => program.hungUp(), 'expected the program to get SIGHUP')
    await server.logged(/ended: the connection was lost|ended: [^\n]*lost/)
  })
})

describe.each(peers)('100 MiB each way with ssh $version, keys exchanged anew each MiB', (peer) => {
  const bytes = randomBytes(100 << 20)

  test.each([
    ['the server', ['--rekey-limit', '1M'], []],
    ['ssh', [], ['RekeyLimit 1M']],
  ])('by %s', { timeout: 120_000 }, async (_who, args, config) => {
    const rekeying = await startServer(fixture, args)
    try {
      const result = await rekeying.ssh(peer, { command: 'cat; exit 9', stdin: bytes, config, timeout: 110_000 })
      expect(result.code).toBe(9)
      expect(result.stdout.length).toBe(bytes.length)
      expect(sha256(result.stdout)).toBe(sha256(bytes))
      const exchanges = rekeying.log().match(/keys are in use, of exchange \d+/g)?.length ?? 0
      expect(exchanges).toBeGreaterThan(50)
    } finally {
      await rekeying.stop()
    }
  })
})

test.each(peers.slice(0, 1))('garbage on the port, and connections that break off, leave other sessions alone', async (peer) => {
  const session = await startSsh(peer, { ...server.target(), command: 'cat' })
  const [request, endings] = [randomBytes(200_000), [Buffer.alloc(0), Buffer.from('SSH-2.0-x\r\n'), Buffer.from('GET / HTTP/1.0\r\n\r\n')]]
  for (const bytes of [request, ...endings, Buffer.concat([endings[1]!, request]), Buffer.alloc(100_000, 10)]) {
    const socket = connectSocket({ host: '127.0.0.1', port: server.port }).on('error', () => {})
    socket.resume()
    await once(socket, 'connect')
    socket.write(bytes)
    await pause(20)
    socket.destroy()
  }
  session.child.stdin.end('still here')
  const { code, stdout } = await session.result
  expect(stdout.toString()).toBe('still here')
  expect(code).toBe(0)
})

test('signals reach the command and what it started, and how it ended comes back', async () => {
  await using connection = await server.connect()
  const session = await connection.exec('sleep 100 & sleep 100; echo never')
  session.signal('USR1')
  expect(await session.exit).toMatchObject({ signal: { name: 'USR1' } })
  const trapping = await connection.exec('trap "echo got it; exit 4" TERM; echo ready; while :; do sleep 0.05; done')
  expect(new TextDecoder().decode(await trapping.channel.read())).toBe('ready\n')
  trapping.signal('TERM')
  const { stdout, code } = await trapping.output()
  expect(new TextDecoder().decode(stdout)).toBe('got it\n')
  expect(code).toBe(4)
})

test('a client that closes its channel hangs up what runs in it, and the connection goes on', async () => {
  await using connection = await server.connect()
  const program = mortal('closed')
  const session = await connection.exec(program.command)
  await session.channel.read()
  await session.close()
  await eventually(() => program.hungUp(), 'expected the program to get SIGHUP')
  expect((await (await connection.exec('exit 6')).output()).code).toBe(6)
})

test('a client that does not read stops the command', async () => {
  await using connection = await server.connect()
  const counter = join(fixture.folder, 'counter')
  const session = await connection.exec(`while head -c 1048576 /dev/zero; do echo x >>${counter}; done`, { windowLength: 65_536 })
  const written = async (): Promise<number> => (await readFile(counter, 'utf8').catch(() => '')).length / 2
  await pause(500)
  const before = await written()
  await pause(500)
  expect(await written()).toBe(before)
  expect(before).toBeLessThan(20)
  await session.close()
})

test('a command that does not read stops the client', async () => {
  await using connection = await server.connect()
  const session = await connection.exec('sleep 100')
  const writing = session.write(new Uint8Array(64 << 20)).then(
    () => 'written',
    () => 'refused',
  )
  expect(await Promise.race([writing, pause(1000).then(() => 'waiting')])).toBe('waiting')
  expect(session.channel.queuedLength).toBeGreaterThan(32 << 20)
  session.channel.abort()
  expect(await writing).toBe('refused')
})

test.each(peers.slice(0, 1))('SIGTERM ends it with code 0, and hangs up what runs', async (peer) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const other = await startServer(fixture)
    const program = mortal(signal)
    const ssh = await startSsh(peer, { ...other.target(), command: program.command })
    await once(ssh.child.stdout, 'data')
    const exited = once(other.child, 'exit')
    other.child.kill(signal)
    expect(await exited).toEqual([0, null])
    expect((await ssh.result).code).not.toBe(0)
    await eventually(() => program.hungUp(), 'expected the program to get SIGHUP')
    const pid = await program.pid()
    await eventually(() => !isRunning(pid), 'expected the program to end')
  }
})

test('a command that is no UTF-8 is refused, for it would be another', async () => {
  await using connection = await server.connect()
  const session = await connection.exec(new Uint8Array([0x6c, 0x73, 0x20, 0xff]))
  const { code, stderr } = await session.output()
  expect(code).toBe(255)
  expect(new TextDecoder().decode(stderr)).toContain('expected a command in UTF-8')
})

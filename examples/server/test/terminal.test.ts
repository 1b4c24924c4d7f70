import { once } from 'node:events'
import { spawn } from '@lydell/node-pty'
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

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)

describe.each(peers)('ssh $version', (peer) => {
  /** ssh in a terminal of its own, as a person has it. */
  function atTerminal(args: readonly string[], size = { cols: 101, rows: 37 }): ReturnType<typeof spawn> {
    const options = [
      `Port=${server.port}`,
      'StrictHostKeyChecking=no',
      'UserKnownHostsFile=/dev/null',
      'IdentitiesOnly=yes',
      'IdentityAgent=none',
    ]
    const file = ['-F', 'none', '-i', fixture.identity.path, ...options.flatMap((option) => ['-o', option])]
    return spawn(peer.ssh, [...file, ...args], { ...size, name: 'vt220', env: { PATH: process.env['PATH'] } })
  }

  test('commands with a terminal run on one, of the size and type that the client has', async () => {
    const ssh = atTerminal([
      '-t',
      '127.0.0.1',
      'tty; stty size; echo $TERM; test -t 0 && test -t 1 && test -t 2 && echo all; tty </dev/tty; exit 4',
    ])
    let said = ''
    ssh.onData((data) => (said += data))
    const { exitCode } = await new Promise<{ exitCode: number }>((resolve) => ssh.onExit(resolve))
    expect(said).toMatch(/(\/dev\/\S+)\r\n37 101\r\nvt220\r\nall\r\n\/dev\/\S+\r\n/)
    expect(exitCode).toBe(4)
  })

  test('a shell is told of a new size, and of Ctrl-C', async () => {
    const ssh = atTerminal(['127.0.0.1'])
    let said = ''
    ssh.onData((data) => (said += data))
    const says = (pattern: RegExp): Promise<void> =>
      eventually(
        () => pattern.test(said),
        () => `expected ${pattern} in ${JSON.stringify(said)}`,
      )
    const exited = new Promise<{ exitCode: number }>((resolve) => ssh.onExit(resolve))
    ssh.write('stty size; echo TERM=$TERM\r')
    await says(/37 101\r\nTERM=vt220/)
    ssh.resize(90, 20)
    await pause(200)
    ssh.write('stty size\r')
    await says(/20 90\r\n/)
    ssh.write('echo start; sleep 100; echo "ended with $?"\r')
    await says(/start\r\n/)
    await pause(200)
    ssh.write('\u0003')
    await pause(200)
    ssh.write('echo code $?; exit 3\r')
    await says(/code 130/)
    expect((await exited).exitCode).toBe(3)
  })

  test('all of the output arrives, however busy the server is', async () => {
    const results = await Promise.all(Array.from({ length: 6 }, () => server.ssh(peer, { args: ['-tt'], command: 'seq 1 50000; exit 2' })))
    for (const { stdout, code } of results) {
      expect(stdout.toString()).toBe(Array.from({ length: 50_000 }, (_, index) => `${index + 1}\r\n`).join(''))
      expect(code).toBe(2)
    }
  })

  test('the end of its input is the end of the terminal', async () => {
    const result = await server.ssh(peer, { args: ['-tt'], command: 'stty -echo; cat; echo end', stdin: 'no line feed' })
    expect(result.stdout.toString()).toMatch(/no line feedend\r\n$/)
    const shell = await server.ssh(peer, { args: ['-tt'], stdin: 'echo to the sh""ell\n' })
    expect(shell.stdout.toString()).toContain('to the shell\r\n')
  })

  test('what runs on the terminal is hung up when the client vanishes', async () => {
    const ssh = await startSsh(peer, { ...server.target(), args: ['-tt'], command: 'sleep 1000 & echo $! $$; wait' })
    const [data] = (await once(ssh.child.stdout, 'data')) as [Buffer]
    const pids = data.toString().trim().split(' ').map(Number)
    expect(pids.map((pid) => isRunning(pid))).toEqual([true, true])
    ssh.child.kill('SIGKILL')
    await ssh.result
    await eventually(
      () => !pids.some((pid) => isRunning(pid)),
      () => `expected ${pids.join(', ')} to be gone`,
    )
  })
})

test('output that the client reads late is not lost, although the program is long gone', async () => {
  await using connection = await server.connect()
  const session = await connection.exec('seq 1 8000; exit 8', { pty: true, windowLength: 1024, maximumWindowLength: 1024 })
  await pause(1500)
  const { stdout, code } = await session.output()
  expect(text(stdout)).toBe(Array.from({ length: 8000 }, (_, index) => `${index + 1}\r\n`).join(''))
  expect(code).toBe(8)
})

test('modes of the terminal are those that the client asks for', async () => {
  await using connection = await server.connect()
  const modes = { ECHO: 0, ICRNL: 0, VINTR: 24, VQUIT: 255, TTY_OP_ISPEED: 9600 }
  const session = await connection.exec('stty -a', { pty: { modes, columns: 0, rows: 0, term: 'dumb' } })
  const { stdout, code } = await session.output()
  expect(code).toBe(0)
  expect(text(stdout)).toMatch(/rows 24; columns 80/)
  expect(text(stdout)).toMatch(/intr = \^X; quit = <undef>/)
  expect(text(stdout)).toMatch(/ -echo /)
  expect(text(stdout)).toMatch(/ -icrnl /)
})

test('a program that does not read its terminal stops its client, and nobody else', async () => {
  await using connection = await server.connect()
  const deaf = await connection.exec('stty raw -echo; echo ready; sleep 1000', { pty: true })
  expect(text(await deaf.channel.read())).toContain('ready')
  const writing = deaf.write(new Uint8Array(64 << 20)).then(
    () => 'written',
    () => 'refused',
  )
  await pause(500)
  const other = await connection.exec('echo alive')
  expect(text((await other.output()).stdout)).toBe('alive\n')
  expect(deaf.channel.queuedLength).toBeGreaterThan(32 << 20)
  deaf.channel.abort()
  expect(await writing).toBe('refused')
})

test('what is typed arrives in full where the program reads slowly', async () => {
  await using connection = await server.connect()
  const session = await connection.exec('stty raw -echo; echo ready; sleep 0.5; head -c 500000 | cksum', { pty: true })
  expect(text(await session.channel.read())).toContain('ready')
  const bytes = new Uint8Array(500_000).map((_, index) => index % 251)
  await session.write(bytes)
  const { stdout } = await session.output()
  const expected = await connection.exec('cksum')
  await expected.write(bytes)
  await expected.end()
  expect(text(stdout).trim()).toBe(text((await expected.output()).stdout).trim())
})

test("no program holds another's terminal", async () => {
  await using connection = await server.connect()
  const other = await connection.shell({ pty: true })
  for (const pty of [false, true]) {
    const session = await connection.exec('ls -l /proc/$$/fd', { pty })
    expect(text((await session.output()).stdout)).not.toContain('ptmx')
  }
  await other.close()
})

test('a terminal that nothing was started on is given back', async () => {
  await using connection = await server.connect()
  for (let round = 0; round < 50; round++) {
    const session = await connection.exec('tty', { pty: true })
    expect(text((await session.output()).stdout)).toMatch(/^\/dev\/pts\/\d\r\n$/)
    const channel = await connection.connection.openChannel('session')
    // What openssh sends as pty-req: a type, four sizes, no modes.
    const request = new Uint8Array([0, 0, 0, 1, 0x78, ...new Uint8Array(16), 0, 0, 0, 1, 0])
    expect(await channel.request('pty-req', request)).toBe(true)
    await channel.close()
  }
})

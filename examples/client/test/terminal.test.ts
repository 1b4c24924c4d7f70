import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { spawn, type IPty } from '@lydell/node-pty'
import { buildExamples, openSSHsToTest, findTestUser, generateKey, startSshd, type KeyFile, type Sshd } from '@seashell/interop'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { environment, type Folder, knownHostsOf, makeFolder, PROGRAM } from './support.ts'

const testUser = findTestUser()
const COLUMNS = 101
const ROWS = 31

beforeAll(buildExamples, 240_000)

/** A terminal, with the client in it. */
class Terminal {
  readonly #pty: IPty
  readonly #ended: Promise<number>
  shown = ''

  constructor(pty: IPty) {
    this.#pty = pty
    pty.onData((text) => {
      this.shown += text
    })
    this.#ended = new Promise((resolve) => {
      pty.onExit(({ exitCode }) => resolve(exitCode))
    })
  }

  /** Waits until this is on the screen, and forgets it and what was before it. */
  async sees(text: string | RegExp): Promise<string> {
    const find = (): number => (typeof text === 'string' ? this.shown.indexOf(text) : this.shown.search(text))
    await expect.poll(find, { timeout: 15_000, interval: 20, message: this.shown }).toBeGreaterThanOrEqual(0)
    const found = typeof text === 'string' ? text : (text.exec(this.shown)?.[0] ?? '')
    this.shown = this.shown.slice(find() + found.length)
    return found
  }

  types(text: string): void {
    this.#pty.write(text)
  }

  resize(columns: number, rows: number): void {
    this.#pty.resize(columns, rows)
  }

  kill(): void {
    this.#pty.kill('SIGKILL')
  }

  /** Sends the client a signal, as another process may. */
  signal(name: NodeJS.Signals): void {
    const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
    const rows = table.map((row) => row.trim().split(/\s+/).map(Number))
    for (const [pid, parent] of rows) if (pid !== undefined && parent === this.#pty.pid) process.kill(pid, name)
  }

  /** The exit code of the client. The settings of the terminal have to be afterwards what they were before. */
  async end(): Promise<number> {
    await this.#ended
    const settings = await this.sees(/settings were restored|settings differ/)
    expect(settings, this.shown).toBe('settings were restored')
    return Number(/client ended with (\d+)/.exec(await this.sees(/client ended with \d+/))?.[1])
  }
}

describe.each(openSSHsToTest())('on a terminal, with OpenSSH $version', (peer) => {
  let folder: Folder
  let identity: KeyFile
  let sshd: Sshd
  let target: string[]
  const terminals: Terminal[] = []

  beforeAll(async () => {
    folder = await makeFolder()
    identity = await generateKey(peer, join(folder.path, 'id'), 'ed25519')
    sshd = await startSshd(peer, { authorizedKeys: [identity.publicKey] })
    await folder.write('known_hosts', knownHostsOf(sshd))
    target = [...options('known_hosts'), `${sshd.user}@127.0.0.1`]
    // The client between two looks at the terminal.
    await folder.write(
      'frame.sh',
      `before=$(stty -g < /dev/tty)
"$@"
code=$?
test "$before" = "$(stty -g < /dev/tty)" && echo "settings were restored" || echo "settings differ"
echo "client ended with $code"
`,
    )
  })

  afterEach(() => {
    for (const terminal of terminals.splice(0)) terminal.kill()
  })

  afterAll(async () => {
    await sshd.stop()
    await folder.remove()
  })

  const options = (knownHosts: string): string[] => [
    `-p${sshd.port}`,
    `-i${identity.path}`,
    `-oUserKnownHostsFile=${join(folder.path, knownHosts)}`,
  ]

  /** Runs the client in a terminal, as a person's shell would. */
  function open(args: readonly string[], redirection = ''): Terminal {
    const argv = ['-c', `. "$0" ${redirection}`, join(folder.path, 'frame.sh'), process.execPath, PROGRAM, ...args]
    const pty = spawn('/bin/sh', argv, { name: 'xterm', cols: COLUMNS, rows: ROWS, cwd: folder.path, env: environment(folder.path) })
    const terminal = new Terminal(pty)
    terminals.push(terminal)
    return terminal
  }

  test('a shell: its prompt, our window, every key, its exit code', async () => {
    const terminal = open(target)
    terminal.types('stty size; echo $TERM; tty\r')
    await terminal.sees(`${ROWS} ${COLUMNS}\r\n`)
    await terminal.sees('xterm\r\n')
    await terminal.sees(/\/dev\/pts\/\d+\r\n/)
    terminal.resize(77, 22)
    terminal.types('sleep 0.3; stty size\r')
    await terminal.sees('22 77\r\n')
    terminal.types('sleep 60; echo not reached\r')
    await terminal.sees('sleep 60')
    await new Promise((resolve) => {
      setTimeout(resolve, 300)
    })
    terminal.types('\u0003')
    terminal.types('echo in$((40 + 2))terrupted; exit 9\r')
    await terminal.sees('in42terrupted')
    expect(await terminal.end()).toBe(9)
  })

  test('-t: a terminal for a command, in raw mode from end to end', async () => {
    const terminal = open(['-t', ...target, 'stty -opost; printf "a\\nb\\n"; stty sane; read answer; echo "<$answer>"; exit 3'])
    // No carriage return comes in where the program sent none.
    await terminal.sees('a\nb\n')
    terminal.types('yes\r')
    await terminal.sees('<yes>')
    expect(await terminal.end()).toBe(3)
  })

  test('a signal: the terminal is given back', async () => {
    const terminal = open(['-t', ...target, 'echo pid $PPID; read forever'])
    await terminal.sees(/pid \d+/)
    terminal.signal('SIGTERM')
    await terminal.sees('ended by SIGTERM')
    expect(await terminal.end()).toBe(255)
  })

  test('a server that goes away: the terminal is given back', async () => {
    const server = await startSshd(peer, { authorizedKeys: [identity.publicKey] })
    await folder.write('known_hosts_gone', knownHostsOf(server))
    const terminal = open([
      ...options('known_hosts_gone'),
      '-p',
      `${server.port}`,
      '-t',
      `${server.user}@127.0.0.1`,
      'echo up; read forever',
    ])
    await terminal.sees('up')
    await server.stop()
    expect(await terminal.end()).toBe(255)
  })

  test('an unknown host: its fingerprint is shown, and nothing but a clear answer is taken', async () => {
    const terminal = open([...options('new_hosts'), `${sshd.user}@127.0.0.1`, 'echo in'])
    const fingerprint = await terminal.sees(/SHA256:\S+/)
    await terminal.sees('(yes, no, or the fingerprint) ')
    terminal.types('maybe\r')
    await terminal.sees('(yes, no, or the fingerprint) ')
    terminal.types(`${fingerprint}\r`)
    await terminal.sees('added the ED25519 key')
    await terminal.sees('in\r\n')
    expect(await terminal.end()).toBe(0)
    expect(await readFile(join(folder.path, 'new_hosts'), 'utf8')).toMatch(/^\[127\.0\.0\.1\]:\d+ ssh-ed25519 /)
  })

  test.each(['no\r', '\u0004'])('an unknown host, and the answer is %j', async (answer) => {
    const terminal = open([...options('no_hosts'), `${sshd.user}@127.0.0.1`, 'echo in'])
    await terminal.sees('(yes, no, or the fingerprint) ')
    terminal.types(answer)
    await terminal.sees('you do not trust it')
    expect(await terminal.end()).toBe(255)
  })

  test('time that a person takes does not count as the silence of the server', async () => {
    const terminal = open([...options('slow_hosts'), '-oConnectTimeout=1', `${sshd.user}@127.0.0.1`, 'echo in'])
    await terminal.sees('(yes, no, or the fingerprint) ')
    await new Promise((resolve) => {
      setTimeout(resolve, 1500)
    })
    terminal.types('yes\r')
    await terminal.sees('in\r\n')
    expect(await terminal.end()).toBe(0)
  })

  describe.each(testUser === undefined ? [] : [testUser])('as $name', (user) => {
    let asking: Sshd
    beforeAll(async () => {
      asking = await startSshd(peer, { config: ['PasswordAuthentication yes', 'KbdInteractiveAuthentication no'] })
      await folder.write('known_hosts_asking', knownHostsOf(asking))
    })
    afterAll(() => asking.stop())

    const login = (redirection?: string): Terminal =>
      open(
        [`-p${asking.port}`, `-oUserKnownHostsFile=${join(folder.path, 'known_hosts_asking')}`, `${user.name}@127.0.0.1`, 'id -un; cat'],
        redirection,
      )

    test('a password is asked for again, without echo, and wherever our input comes from', async () => {
      await folder.write('input', 'from a file\n')
      const terminal = login(`< ${join(folder.path, 'input')}`)
      const prompt = `Password of ${user.name} at 127.0.0.1: `
      await terminal.sees(prompt)
      terminal.types('wrong\r')
      await terminal.sees('please try again')
      await terminal.sees(prompt)
      terminal.types('\u0015no, \u0015') // a line that is thought better of
      terminal.types(`${user.password}\r`)
      expect(await terminal.sees(new RegExp(`[^]*${user.name}\r\n`))).not.toContain(user.password)
      await terminal.sees('from a file')
      expect(await terminal.end()).toBe(0)
    })

    test('Ctrl+C at a password', async () => {
      const terminal = login()
      await terminal.sees('Password of')
      terminal.types('half\u0003')
      expect(await terminal.sees(/[^]*ended by SIGINT/)).not.toContain('half')
      expect(await terminal.end()).toBe(130)
    })
  })
})

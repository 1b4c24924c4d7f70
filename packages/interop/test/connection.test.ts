import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConnectionOptions, decodeTCPIPForward, encodeTCPIPForward, SSHConnection } from '@seashell/connection'
import { AlgorithmRegistry, type Signer, SSHClientTransport, SSHServerTransport, systemRandom } from '@seashell/core'
import { openSSHsToTest, generateKey, runSsh, type Sshd, type SshOptions, startSsh, startSshd } from '@seashell/interop'
import { createSigner, parsePrivateKey } from '@seashell/keys'
import { attachStream, connectSocket } from '@seashell/node'
import { compatible } from '@seashell/presets'
import { publicKey, UserAuthClient, UserAuthServer } from '@seashell/userauth'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const algorithms = new AlgorithmRegistry(compatible)
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const bulk = systemRandom(5_000_000)

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const peers = openSSHsToTest()

describe.each(peers)('against sshd $version', (peer) => {
  let folder: string
  let sshd: Sshd
  let key: Signer

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seashell-connection-'))
    const file = await generateKey(peer, join(folder, 'key'), 'ed25519')
    const { publicKeys } = algorithms
    key = createSigner(await parsePrivateKey(await readFile(file.path, 'utf8'), { publicKeys }), publicKeys)
    sshd = await startSshd(peer, { config: ['AcceptEnv LC_*'], authorizedKeys: [file.publicKey] })
  })
  afterAll(async () => {
    await sshd.stop()
    await rm(folder, { recursive: true })
  })

  async function login(options: ConnectionOptions = {}): Promise<SSHConnection> {
    const transport = new SSHClientTransport({ algorithms, verifyHostKey: () => true })
    attachStream(transport, await connectSocket({ host: '127.0.0.1', port: sshd.port }))
    await transport.secured
    const connection = new SSHConnection(options)
    const auth = new UserAuthClient({ user: sshd.user, service: connection, methods: [publicKey(key)] })
    transport.requestService(auth)
    await auth.authenticated
    return connection
  }

  it('commands get input and variables, give output, errors and a code', async () => {
    await using connection = await login()
    const session = await connection.exec('printf %s "$LC_TEST" >&2; cat; exit 42', { env: { LC_TEST: 'set' } })
    const writing = session.write(bulk).then(() => session.end())
    const { stdout, stderr, code } = await session.output()
    await writing
    expect([sha256(stdout), text(stderr), code]).toEqual([sha256(bulk), 'set', 42])
  })

  it('a command ended by a signal says which', async () => {
    await using connection = await login()
    const session = await connection.exec('kill -TERM $$')
    expect(await session.exit).toMatchObject({ signal: { name: 'TERM', coreDumped: false } })
  })

  it('a signal of ours reaches the command', async () => {
    await using connection = await login()
    const session = await connection.exec('echo ready; exec sleep 30')
    await session.channel.read()
    session.signal('KILL')
    // Before OpenSSH 9.8 root's sessions have no privilege separation, without which sshd passes on no signals, and says so in its log.
    if (process.getuid?.() === 0 && Number.parseFloat(peer.version) < 9.8) {
      await expect.poll(() => sshd.log()).toContain('signalling requires privilege separation')
    } else {
      expect(await session.exit).toMatchObject({ signal: { name: 'KILL' } })
    }
    session.channel.abort()
  })

  it('a shell on a terminal has its type, size and modes', async () => {
    await using connection = await login()
    const session = await connection.shell({ pty: { term: 'vt100', columns: 97, rows: 31, modes: { ECHO: 0, VINTR: 7 } } })
    await session.write('echo "<$TERM $(stty size) $(stty -a | tr -d "\\n")>"; exit 3\n')
    const { stdout, code } = await session.output()
    expect(text(stdout)).toContain('<vt100 31 97')
    expect(text(stdout)).toMatch(/intr = \^G;.* -echo /)
    expect(code).toBe(3)
  })

  it('a terminal changes its size', async () => {
    await using connection = await login()
    const session = await connection.exec('echo ready; read line; stty size', { pty: true })
    await session.channel.read()
    session.resize(111, 22)
    await session.write('\n')
    expect(text((await session.output()).stdout)).toContain('22 111')
  })

  it('a subsystem starts', async () => {
    await using connection = await login()
    const session = await connection.subsystem('sftp')
    await session.write(new Uint8Array([0, 0, 0, 5, 1, 0, 0, 0, 3]))
    expect((await session.channel.read())?.[4]).toBe(2)
    await expect(connection.subsystem('nothing')).rejects.toMatchObject({ code: 'CHANNEL' })
  })

  it('a reader that stops holds the command back, and loses nothing', async () => {
    await using connection = await login({ windowLength: 50_000 })
    const session = await connection.exec('head -c 3000000 /dev/zero; exit 9', { discardStderr: true })
    await expect.poll(() => session.channel.receiveWindowLength).toBe(0)
    const { stdout, code } = await session.output()
    expect([stdout.length, code]).toEqual([3_000_000, 9])
  })

  it('connections are forwarded, there and back', async () => {
    const echo = createServer((socket) => socket.pipe(socket))
    const port = await portOf(echo)
    const arrivals: number[] = []
    await using connection = await login({
      async onForwardedTCPIP(request, ends) {
        arrivals.push(ends.port)
        const channel = request.accept()
        await channel.readable.pipeTo(channel.writable)
      },
    })
    const channel = await connection.openDirectTCPIP({ host: '127.0.0.1', port })
    void channel.write(bulk).then(() => channel.end())
    const chunks: Uint8Array[] = []
    for await (const chunk of channel) chunks.push(chunk)
    expect(sha256(Buffer.concat(chunks))).toBe(sha256(bulk))
    await channel.closed
    await expect(connection.openDirectTCPIP({ host: '127.0.0.1', port: 1 })).rejects.toMatchObject({ openFailureReason: 2 })

    const reply = await connection.globalRequest('tcpip-forward', encodeTCPIPForward({ host: '127.0.0.1', port: 0 }))
    const forwarded = new DataView(reply.data.buffer, reply.data.byteOffset).getUint32(0)
    const socket = connect(forwarded, '127.0.0.1')
    socket.end('through')
    const [back] = (await once(socket, 'data')) as [Buffer]
    expect([back.toString(), arrivals]).toEqual(['through', [forwarded]])
    echo.close()
  })

  it('many channels at once', async () => {
    await using connection = await login()
    const codes = await Promise.all(
      Array.from({ length: 10 }, async (_value, index) => (await (await connection.exec(`exit ${index}`)).exit).code),
    )
    expect(codes).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })
})

describe.each(peers)('ssh $version against our server', (peer) => {
  let hostKey: Signer
  beforeAll(async () => {
    const { publicKeys } = algorithms
    const definition = publicKeys.get('ssh-ed25519')
    hostKey = createSigner(await definition.privateKeys!.generate(systemRandom), [definition])
  })

  async function serve(
    options: ConnectionOptions | ((connection: () => SSHConnection) => ConnectionOptions),
  ): Promise<{ port: number; stop: () => void; endings: unknown[] }> {
    const endings: unknown[] = []
    const getService = (): UserAuthServer =>
      new UserAuthServer({
        methods: { none: () => true },
        services: {
          'ssh-connection': () => {
            const connection: SSHConnection = new SSHConnection(typeof options === 'function' ? options(() => connection) : options)
            connection.closed.then(
              () => endings.push('good'),
              (error: unknown) => endings.push(error),
            )
            return connection
          },
        },
      })
    const listener = createServer((socket) => attachStream(new SSHServerTransport({ algorithms, hostKeys: [hostKey], getService }), socket))
    return { port: await portOf(listener), stop: () => listener.close(), endings }
  }

  async function run(
    options: ConnectionOptions,
    ssh: Partial<SshOptions>,
  ): Promise<{ code: number | null; stdout: Buffer; stderr: string; endings: unknown[] }> {
    const { port, stop, endings } = await serve(options)
    const result = await runSsh(peer, { port, hostKeys: 'any', user: 'alice', ...ssh })
    stop()
    await new Promise((resolve) => setTimeout(resolve, 50))
    return { ...result, endings }
  }

  it('runs a command with input, output, errors and code', async () => {
    const { code, stdout, stderr, endings } = await run(
      {
        onSession: (session) => ({
          env: () => true,
          async exec(command) {
            await session.writeStderr(`${command} ${session.env.get('LC_X')}`)
            for await (const chunk of session) await session.write(chunk)
            return 17
          },
        }),
      },
      { command: 'the command', stdin: bulk, config: ['SetEnv LC_X=yes'] },
    )
    expect([code, sha256(stdout)]).toEqual([17, sha256(bulk)])
    expect(stderr).toContain('the command yes')
    expect(endings).toEqual(['good'])
  })

  it('gets everything that was written before an exit that nobody waited for', async () => {
    const onSession: ConnectionOptions['onSession'] = (session) => ({
      exec() {
        void session.write(bulk)
        return 3
      },
    })
    const { code, stdout } = await run({ onSession }, { command: 'x' })
    expect([code, sha256(stdout)]).toEqual([3, sha256(bulk)])
  })

  it('is told of a signal', async () => {
    const { code } = await run(
      { onSession: (session) => ({ exec: () => void session.exitSignal('TERM', { message: 'gone' }) }) },
      { command: 'x' },
    )
    expect(code).toBe(255)
  })

  it('gets a terminal, and its modes arrive by name', async () => {
    let modes: unknown
    const { code, stdout } = await run(
      {
        onSession: (session) => ({
          pty: (terminal) => ((modes = terminal.modes), true),
          async shell() {
            await session.write(`hello ${session.terminal?.term}`)
            return 0
          },
        }),
      },
      { args: ['-tt'] },
    )
    expect(code).toBe(0)
    expect(stdout.toString()).toMatch(/^hello/)
    expect(modes).toEqual({}) // this ssh has no terminal of its own
  })

  it('is refused a subsystem that is not there', async () => {
    const { code, stderr } = await run({ onSession: () => ({}) }, { args: ['-s'], command: 'nothing' })
    expect(code).toBe(255)
    expect(stderr).toContain('subsystem request failed')
  })

  it('forwards a connection', async () => {
    const { code, stdout } = await run(
      {
        async onDirectTCPIP(request, ends) {
          const channel = request.accept()
          await channel.write(`${ends.host}:${ends.port} `)
          for await (const chunk of channel) await channel.write(chunk)
          await channel.end()
        },
      },
      { args: ['-W', 'example.org:80'], stdin: 'payload' },
    )
    expect([code, stdout.toString()]).toEqual([0, 'example.org:80 payload'])
  })

  it('listens with our server, and rekeys meanwhile', async () => {
    const listeners: Server[] = []
    const { port, stop } = await serve((connection) => ({
      globalRequests: {
        async 'tcpip-forward'(request) {
          const address = decodeTCPIPForward(request.payload)
          let actual = 0
          const forward = async (socket: Socket): Promise<void> => {
            const channel = await connection().openForwardedTCPIP({
              host: address.host,
              port: actual,
              originatorHost: '127.0.0.1',
              originatorPort: socket.remotePort ?? 0,
            })
            socket.on('data', (data) => void channel.write(data))
            socket.on('end', () => void channel.end())
            for await (const chunk of channel) socket.write(chunk)
            socket.end()
          }
          const listener = createServer({ allowHalfOpen: true }, (socket) => void forward(socket))
          listeners.push(listener)
          actual = await portOf(listener)
          const data = new Uint8Array(4)
          new DataView(data.buffer).setUint32(0, actual)
          request.reply(true, data)
        },
      },
    }))
    const echo = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket))
    const echoPort = await portOf(echo)
    const ssh = await startSsh(peer, {
      port,
      hostKeys: 'any',
      user: 'alice',
      config: ['RekeyLimit 1M'],
      args: ['-N', '-R', `0:127.0.0.1:${echoPort}`],
    })
    while (listeners[0]?.address() == null) await new Promise((resolve) => setTimeout(resolve, 20))
    await new Promise((resolve) => setTimeout(resolve, 200))
    const socket = connect({ port: (listeners[0].address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true })
    socket.end(bulk)
    const chunks: Buffer[] = []
    for await (const chunk of socket) chunks.push(chunk as Buffer)
    expect(sha256(Buffer.concat(chunks))).toBe(sha256(bulk))
    await ssh.stop()
    await ssh.result
    for (const server of [...listeners, echo]) server.close()
    stop()
  })
})

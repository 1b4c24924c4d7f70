import { createHash, randomBytes } from 'node:crypto'
import { createServer as createTCPServer } from 'node:net'
import type { Channel } from '@seashell/connection'
import { AlgorithmRegistry } from '@seashell/core'
import { fingerprint, formatPrivateKey, generatePrivateKey, KnownHosts } from '@seashell/keys'
import { compatible } from '@seashell/presets'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect, type ConnectOptions, createServer, type HostKeyQuestion, type ServerOptions, type SSHServer } from '../src/index.ts'

const algorithms = new AlgorithmRegistry(compatible)
const ed25519 = algorithms.publicKeys.get('ssh-ed25519')
const host = '127.0.0.1'
const hostKey = await generatePrivateKey(ed25519)
const userKey = await generatePrivateKey(ed25519)

/** What the command `bulk` writes, and how often. */
const BULK = randomBytes(1024 * 1024)
const BULK_TURNS = 48

const serverOptions: ServerOptions = {
  hostKeys: [await formatPrivateKey(hostKey)],
  auth: {
    password: ({ password }, { user }) => user === 'alice' && password === 'correct horse',
    publicKey: ({ publicKey }) => fingerprint(publicKey) === fingerprint(userKey.publicKey),
  },
  onSession: (session) => ({
    async exec(command) {
      if (command === 'sha256') {
        const hash = createHash('sha256')
        for await (const chunk of session) hash.update(chunk)
        await session.write(hash.digest('hex'))
        return 0
      }
      if (command === 'bulk') {
        for (let turn = 0; turn < BULK_TURNS; turn++) await session.write(BULK)
        return 0
      }
      await session.write(`out: ${command}`)
      await session.writeStderr(`err: ${command}`)
      return 7
    },
  }),
}

let server: SSHServer
let port: number
beforeAll(async () => {
  server = await createServer(serverOptions)
  ;({ port } = await server.listen())
})
afterAll(() => server.close())

function knownHosts(): KnownHosts {
  const known = new KnownHosts()
  known.add(host, port, hostKey.publicKey)
  return known
}

async function readIntoBuffer(channel: Channel, take: (bytes: Uint8Array) => void): Promise<void> {
  const buffer = new Uint8Array(65_536)
  for (let length; (length = await channel.readInto(buffer)) > 0;) take(buffer.subarray(0, length))
}

function options(changes: Partial<ConnectOptions> = {}): ConnectOptions {
  return { host, port, user: 'alice', password: 'correct horse', knownHosts: knownHosts(), ...changes }
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

function nobodyIsToBeAsked(): boolean {
  return expect.fail('nobody is to be asked')
}

describe('connect() and createServer()', () => {
  it('run a command with a password: stdout, stderr and code apart and whole', async () => {
    await using client = await connect(options())
    const session = await client.exec('ls')
    const { stdout, stderr, code } = await session.output()
    expect([text(stdout), text(stderr), code]).toEqual(['out: ls', 'err: ls', 7])
  })

  it('log in with a private key, as its file has it', async () => {
    await using client = await connect(options({ password: undefined, privateKeys: [await formatPrivateKey(userKey)] }))
    expect(client.describe()).toMatchObject({
      authenticated: true,
      strictKeyExchange: true,
      negotiated: {
        keyExchange: { name: 'mlkem768x25519-sha256', postQuantum: true },
        clientToServer: { cipher: { name: 'chacha20-poly1305@openssh.com' } },
      },
    })
  })

  it.each([
    ['into memory of the caller’s', readIntoBuffer],
    ['where it lies', (channel: Channel, take: (bytes: Uint8Array) => void) => channel.readEach(take)],
  ])('read bulk %s without leaving any of their own to the garbage collector', async (_, read) => {
    await using client = await connect(options({ choices: { ciphers: 'aes256-gcm@openssh.com' } }))
    const session = await client.exec('bulk')
    const [received, sent] = [createHash('sha256'), createHash('sha256')]
    const before = process.memoryUsage().arrayBuffers
    let most = 0
    await read(session.channel, (bytes) => {
      received.update(bytes)
      most = Math.max(most, process.memoryUsage().arrayBuffers - before)
    })
    for (let turn = 0; turn < BULK_TURNS; turn++) sent.update(BULK)
    expect(received.digest('hex')).toBe(sent.digest('hex'))
    // An array for each packet comes to 24 MiB and more before a collection; this is what is on its way.
    expect(most).toBeLessThan(16 * 1024 * 1024)
  })

  it('carry 5 MiB to a command with keys exchanged every 256 KiB', async () => {
    await using client = await connect(
      options({ rekey: { bytes: 262_144 }, choices: { ciphers: 'aes256-ctr', compressions: 'zlib@openssh.com' } }),
    )
    const data = randomBytes(5 * 1024 * 1024)
    const session = await client.exec('sha256')
    await session.write(data)
    await session.end()
    const { stdout } = await session.output()
    expect(text(stdout)).toBe(createHash('sha256').update(data).digest('hex'))
    expect(client.describe().keyExchanges).toBeGreaterThan(10)
  })

  it('run sessions at the same time on one connection', async () => {
    await using client = await connect(options())
    const outputs = await Promise.all([1, 2, 3, 4, 5].map(async (n) => await (await client.exec(`echo ${n}`)).output()))
    expect(outputs.map(({ stdout }) => text(stdout))).toEqual([1, 2, 3, 4, 5].map((n) => `out: echo ${n}`))
  })

  it('refuse a wrong password, and say what was tried', async () => {
    await expect(connect(options({ password: 'wrong' }))).rejects.toMatchObject({ name: 'SSHError', code: 'AUTHENTICATION' })
  })

  it('tell of each attempt to log in', async () => {
    const attempts: unknown[] = []
    const privateKeys = [await formatPrivateKey(await generatePrivateKey(ed25519)), await formatPrivateKey(userKey)]
    await using client = await connect(options({ privateKeys, onAttempt: ({ method, outcome }) => attempts.push([method, outcome]) }))
    expect(client.describe().authenticated).toBe(true)
    expect(attempts).toEqual([
      ['publickey', 'refused'],
      ['publickey', 'success'],
    ])
  })

  it('refuse an unknown host key where nobody is there to decide', async () => {
    await expect(connect(options({ knownHosts: new KnownHosts() }))).rejects.toMatchObject({
      code: 'HOST_KEY',
      message: expect.stringContaining(fingerprint(hostKey.publicKey)),
    })
  })

  it('ask about an unknown host key, and go by the answer', async () => {
    const asked: HostKeyQuestion[] = []
    const decide = (answer: boolean) => (question: HostKeyQuestion) => {
      asked.push(question)
      return answer
    }
    await using client = await connect(options({ knownHosts: new KnownHosts(), verifyHostKey: decide(true) }))
    expect(client.describe().authenticated).toBe(true)
    await expect(connect(options({ knownHosts: new KnownHosts(), verifyHostKey: decide(false) }))).rejects.toMatchObject({
      code: 'HOST_KEY',
    })
    expect(asked).toMatchObject([{ host, port, typeName: 'ED25519', bits: 256, fingerprint: fingerprint(hostKey.publicKey) }, { host }])
  })

  it('refuse a changed host key without asking', async () => {
    const known = new KnownHosts()
    known.add(host, port, userKey.publicKey)
    await expect(connect(options({ knownHosts: known, verifyHostKey: nobodyIsToBeAsked }))).rejects.toMatchObject({
      code: 'HOST_KEY',
      message: expect.stringContaining('not the one that is known'),
    })
  })

  it('name an algorithm that does not exist', async () => {
    await expect(connect(options({ choices: { ciphers: 'rot13' } }))).rejects.toMatchObject({
      code: 'ARGUMENT',
      message: expect.stringContaining('rot13'),
    })
    await expect(createServer({ ...serverOptions, choices: { macs: ['rot13'] } })).rejects.toMatchObject({ code: 'UNKNOWN_ALGORITHM' })
  })

  it('show both lists where nothing is in common', async () => {
    await using other = await createServer({ ...serverOptions, choices: { ciphers: 'aes128-ctr' } })
    const listener = await other.listen()
    const known = new KnownHosts()
    known.add(host, listener.port, hostKey.publicKey)
    await expect(connect(options({ port: listener.port, knownHosts: known, choices: { ciphers: 'aes256-ctr' } }))).rejects.toMatchObject({
      message: expect.stringMatching(/aes256-ctr.*aes128-ctr/),
    })
  })

  it('give up on a silent server in time', async () => {
    const silent = createTCPServer(() => {})
    await new Promise<void>((resolve) => silent.listen(0, host, resolve))
    const address = silent.address() as { port: number }
    await expect(connect(options({ port: address.port, timeout: 200 }))).rejects.toMatchObject({ code: 'TIMEOUT' })
    silent.close()
  })

  it('give up in the time that a signal of the caller gives', async () => {
    const silent = createTCPServer(() => {})
    await new Promise<void>((resolve) => silent.listen(0, host, resolve))
    const address = silent.address() as { port: number }
    await expect(connect(options({ port: address.port, signal: AbortSignal.timeout(200) }))).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: `the connection to ${host} did not stand in time`,
    })
    silent.close()
  })

  it('give up when told to', async () => {
    const signal = AbortSignal.abort(new Error('changed my mind'))
    await expect(connect(options({ signal }))).rejects.toMatchObject({ code: 'ABORTED' })
  })

  it('say so where nobody listens', async () => {
    const closed = createTCPServer(() => {})
    await new Promise<void>((resolve) => closed.listen(0, host, resolve))
    const address = closed.address() as { port: number }
    await new Promise((resolve) => closed.close(resolve))
    await expect(connect(options({ port: address.port }))).rejects.toMatchObject({ code: 'CONNECTION_LOST', fault: 'local' })
  })

  it('close a connection beyond maxStartups at once, and serve again when there is room', async () => {
    await using small = await createServer({ ...serverOptions, maxStartups: 1, limits: { authenticationTime: 300 } })
    const listener = await small.listen()
    const known = new KnownHosts()
    known.add(host, listener.port, hostKey.publicKey)
    const { connect: dial } = await import('node:net')
    const idle = dial(listener.port, host)
    idle.on('error', () => {})
    await new Promise((resolve) => idle.once('data', resolve))
    const changes = { port: listener.port, knownHosts: known }
    await expect(connect(options(changes))).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    idle.destroy()
    await expect.poll(() => [...small.connections].length).toBe(0)
    await using client = await connect(options(changes))
    expect(client.describe().authenticated).toBe(true)
  })

  it('count towards maxStartups only who has not logged in', async () => {
    const turnedAway: unknown[] = []
    const onConnection = (connection: unknown): void => void (connection ?? turnedAway.push(connection))
    await using small = await createServer({ ...serverOptions, maxStartups: 1, onConnection })
    const listener = await small.listen()
    const known = new KnownHosts()
    known.add(host, listener.port, hostKey.publicKey)
    const changes = { port: listener.port, knownHosts: known }
    const clients = []
    for (let count = 0; count < 3; count++) clients.push(await connect(options(changes)))
    expect([[...small.connections].length, turnedAway]).toEqual([3, []])
    for (const client of clients) await client.close()
    await using client = await connect(options(changes))
    expect(client.describe().authenticated).toBe(true)
  })

  it('tell a client that the server closes', async () => {
    const closing = await createServer(serverOptions)
    const listener = await closing.listen()
    const known = new KnownHosts()
    known.add(host, listener.port, hostKey.publicKey)
    const client = await connect(options({ port: listener.port, knownHosts: known }))
    await closing.close()
    expect(await client.closed).toMatchObject({ code: 'DISCONNECTED', reasonCode: 11 })
  })
})

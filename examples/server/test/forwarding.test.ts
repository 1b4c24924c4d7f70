import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server as NetServer, type Socket } from 'node:net'
import { startSsh } from '@seashell/interop'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, type Fixture, pause, peers, prepare, type Server, startServer } from './server.ts'

let fixture: Fixture
let server: Server
let echo: NetServer
let echoPort: number
const accepted = new Set<Socket>()

beforeAll(async () => {
  fixture = await prepare()
  server = await startServer(fixture, ['--allow-tcp-forwarding'])
  echo = createServer({ allowHalfOpen: true }, (socket) => {
    accepted.add(socket)
    socket.on('close', () => accepted.delete(socket)).on('error', () => {})
    socket.pipe(socket)
  })
  echoPort = await listen(echo)
}, 300_000)

afterAll(async () => {
  echo.close()
  for (const socket of accepted) socket.destroy()
  await server.stop()
  await fixture.remove()
})

async function listen(listener: NetServer): Promise<number> {
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  return (listener.address() as AddressInfo).port
}

async function freePort(): Promise<number> {
  const listener = createServer()
  const port = await listen(listener)
  listener.close()
  return port
}

/** Waits until the echo server has no connections. */
function idle(): Promise<void> {
  return eventually(() => accepted.size === 0, 'expected the connections to end')
}

/** Sends bytes and the end, and returns all that comes back. */
async function roundTrip(port: number, bytes: Uint8Array): Promise<Buffer> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.end(bytes)
  await once(socket, 'end')
  return Buffer.concat(chunks)
}

describe.each(peers)('ssh $version', (peer) => {
  test('-L forwards many connections at once, each whole and to its end', async () => {
    const port = await freePort()
    const ssh = await startSsh(peer, { ...server.target(), args: ['-N', '-L', `127.0.0.1:${port}:127.0.0.1:${echoPort}`] })
    await eventually(() => canConnect(port), 'expected ssh to listen')
    const bytes = randomBytes(3 << 20)
    const answers = await Promise.all(Array.from({ length: 6 }, (_, index) => roundTrip(port, bytes.subarray(index))))
    for (const [index, answer] of answers.entries()) expect(answer.equals(bytes.subarray(index))).toBe(true)
    await ssh.stop()
    await idle()
  })

  test('-W speaks to what is there', async () => {
    const bytes = randomBytes(1 << 20)
    const result = await server.ssh(peer, { args: ['-W', `localhost:${echoPort}`], stdin: bytes })
    expect(result.stdout.equals(bytes)).toBe(true)
    expect(result.code).toBe(0)
  })

  test('nobody there: connect failed', async () => {
    const result = await server.ssh(peer, { args: ['-W', `127.0.0.1:${await freePort()}`] })
    expect(result.stderr).toContain('connect failed')
    expect(result.code).toBe(255)
  })

  test('without --allow-tcp-forwarding it is prohibited, and listening for the client always is', async () => {
    const strict = await startServer(fixture)
    try {
      const result = await strict.ssh(peer, { args: ['-W', `127.0.0.1:${echoPort}`] })
      expect(result.stderr).toContain('administratively prohibited')
      const remote = await server.ssh(peer, { args: ['-R', '0:127.0.0.1:1'], config: ['ExitOnForwardFailure yes'], command: 'true' })
      expect(remote.stderr).toContain('remote port forwarding failed')
    } finally {
      await strict.stop()
    }
  })
})

test('a channel that is closed, or whose connection is lost, ends the connection behind it; so it is the other way round', async () => {
  const client = await server.connect()
  const open = async (): Promise<Awaited<ReturnType<typeof client.openDirectTCPIP>>> => {
    const channel = await client.openDirectTCPIP({ host: '127.0.0.1', port: echoPort })
    await channel.write('hello')
    expect(new TextDecoder().decode(await channel.read())).toBe('hello')
    return channel
  }
  await (await open()).close()
  await idle()
  const broken = await open()
  for (const socket of accepted) socket.resetAndDestroy()
  expect(await broken.read().catch(() => undefined)).toBeUndefined()
  await broken.closed
  await open()
  client.transport.loseConnection()
  await client.closed
  await idle()
})

test('a client that does not read stops what sends to it', async () => {
  let sent = 0
  const source = createServer((socket) => {
    socket.on('error', () => {})
    const chunk = Buffer.alloc(65_536)
    const more = (): void => {
      do sent += chunk.length
      while (socket.write(chunk))
    }
    socket.on('drain', more)
    more()
  })
  const port = await listen(source)
  await using client = await server.connect()
  const channel = await client.openDirectTCPIP({ host: '127.0.0.1', port }, { windowLength: 65_536 })
  await pause(500)
  const before = sent
  await pause(500)
  expect(sent).toBe(before)
  channel.abort()
  source.close()
})

async function canConnect(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port }).on('error', () => {})
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

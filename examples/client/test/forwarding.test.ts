import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { buildExamples, openSSHsToTest, generateKey, startSshd, type KeyFile, type Sshd } from '@seashell/interop'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { failure, type Folder, knownHostsOf, makeFolder, type Running } from './support.ts'

const HOST = '127.0.0.1'
const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex')

beforeAll(buildExamples, 240_000)

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Sends, ends, and reads what comes back: the other side hears the end before it answers. */
async function exchange(port: number, data: string | Uint8Array): Promise<Buffer> {
  const socket = connect(port, HOST)
  socket.end(data)
  return await readAll(socket)
}

describe.each(openSSHsToTest())('-L through OpenSSH $version', (peer) => {
  let folder: Folder
  let identity: KeyFile
  let sshd: Sshd
  let target: string[]
  let service: Server
  const running: Running[] = []

  beforeAll(async () => {
    folder = await makeFolder()
    identity = await generateKey(peer, join(folder.path, 'id'), 'ed25519')
    sshd = await startSshd(peer, { authorizedKeys: [identity.publicKey] })
    const knownHosts = await folder.write('known_hosts', knownHostsOf(sshd))
    target = ['-p', `${sshd.port}`, '-i', identity.path, '-o', `UserKnownHostsFile=${knownHosts}`, `${sshd.user}@${HOST}`]
    // Answers only once it has heard everything.
    service = createServer({ allowHalfOpen: true }, (socket) => {
      const heard: Buffer[] = []
      socket.on('data', (chunk) => heard.push(chunk))
      socket.on('end', () => socket.end(Buffer.concat([Buffer.from('heard '), ...heard])))
      socket.on('error', () => {})
    }).listen(0, HOST)
    await once(service, 'listening')
  })

  afterEach(async () => {
    for (const { child, result } of running.splice(0)) {
      child.kill()
      await result.catch(() => {})
    }
  })

  afterAll(async () => {
    service.close()
    await sshd.stop()
    await folder.remove()
  })

  const servicePort = (): number => (service.address() as AddressInfo).port

  /** Runs it with `-N -v`, until it listens. */
  async function forward(...forwards: string[]): Promise<Running> {
    const client = folder.start(['-v', '-N', ...forwards.flatMap((each) => ['-L', each]), ...target], { keepOpen: true })
    running.push(client)
    await expect.poll(() => client.stderr().match(/listening on/g)?.length, { timeout: 10_000, interval: 20 }).toBe(forwards.length)
    return client
  }

  test('carries connections, several at once, and each side may end before the other', async () => {
    const port = await freePort()
    await forward(`${port}:${HOST}:${servicePort()}`)
    const answers = await Promise.all(['a', 'b', 'c'].map((text) => exchange(port, text)))
    expect(answers.map(String)).toEqual(['heard a', 'heard b', 'heard c'])
  })

  test('carries 32 MiB each way, whole', async () => {
    const port = await freePort()
    await forward(`${HOST}:${port}:localhost:${servicePort()}`)
    const bytes = randomBytes(32 * 1024 * 1024)
    const answer = await exchange(port, bytes)
    expect(sha256(answer.subarray('heard '.length))).toBe(sha256(bytes))
  })

  test('holds a sender back whose receiver does not read', async () => {
    const lazy = createServer((socket) => socket.pause().on('error', () => {})).listen(0, HOST)
    await once(lazy, 'listening')
    const port = await freePort()
    await forward(`${port}:${HOST}:${(lazy.address() as AddressInfo).port}`)
    const socket = connect(port, HOST).on('error', () => {})
    const chunk = new Uint8Array(1024 * 1024)
    let taken = 0
    for (let round = 0; round < 256; round++) socket.write(chunk, () => taken++)
    for (let before = -1; before !== taken;) {
      before = taken
      await new Promise((resolve) => {
        setTimeout(resolve, 500)
      })
    }
    expect(taken).toBeGreaterThan(0)
    expect(taken).toBeLessThan(128)
    socket.destroy()
    lazy.close()
  })

  test('listens where it is told, several times, as long as the command runs', async () => {
    const [first, second] = [await freePort(), await freePort()]
    const to = `${HOST}:${servicePort()}`
    const client = folder.start(['-v', '-L', `127.0.0.2:${first}:${to}`, '-L', `[${HOST}]:${second}:${to}`, ...target, 'cat'], {
      keepOpen: true,
    })
    running.push(client)
    await expect.poll(() => client.stderr(), { timeout: 10_000, interval: 20 }).toContain(`port ${second}, for`)
    const other = connect(first, '127.0.0.2').end('x')
    expect(String(await readAll(other))).toBe('heard x')
    expect(String(await exchange(second, 'y'))).toBe('heard y')
    await expect(exchange(first, 'z')).rejects.toThrow('ECONNREFUSED')
    client.child.stdin.end()
    expect((await client.result).code).toBe(0)
    await expect(exchange(second, 'z')).rejects.toThrow('ECONNREFUSED')
  })

  test('says so where the server cannot connect, and goes on', async () => {
    const [port, closed, other] = [await freePort(), await freePort(), await freePort()]
    const client = await forward(`${port}:${HOST}:${closed}`, `${other}:${HOST}:${servicePort()}`)
    expect(await exchange(port, 'x').catch((error: unknown) => error)).toSatisfy((end) => end instanceof Error || String(end) === '')
    await expect.poll(() => client.stderr(), { interval: 20 }).toMatch(new RegExp(`to ${HOST} port ${closed} failed: .*\n`))
    expect(String(await exchange(other, 'y'))).toBe('heard y')
  })

  test('cannot have a port that is taken', async () => {
    expect(await folder.run(['-N', '-L', `${servicePort()}:${HOST}:1`, ...target])).toMatchObject(failure('EADDRINUSE'))
  })

  test('runs nothing with -N, and ends with 255 when the server goes, or a signal comes', async () => {
    const client = await forward(`${await freePort()}:${HOST}:1`)
    client.child.kill('SIGINT')
    expect(await client.result).toMatchObject({ code: 255, stderr: expect.stringMatching(/seashell: ended by SIGINT\n$/) })
    const server = await startSshd(peer, { authorizedKeys: [identity.publicKey] })
    const knownHosts = await folder.write('known_hosts_gone', knownHostsOf(server))
    const args = [
      '-v',
      '-N',
      '-p',
      `${server.port}`,
      '-i',
      identity.path,
      '-o',
      `UserKnownHostsFile=${knownHosts}`,
      `${server.user}@${HOST}`,
    ]
    const other = folder.start(args, { keepOpen: true })
    await expect.poll(() => other.stderr(), { timeout: 10_000, interval: 20 }).toContain(': success')
    await server.stop()
    expect(await other.result).toMatchObject({ code: 255, stderr: expect.stringMatching(/seashell: [^\n]+\n$/) })
  })
})

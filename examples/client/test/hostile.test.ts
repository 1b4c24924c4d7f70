import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { WireWriter } from '@seashell/core/wire'
import { buildExamples, findOpenSSH, generateKey, startSshd } from '@seashell/interop'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { failure, type Folder, knownHostsOf, makeFolder } from './support.ts'

const HOST = '127.0.0.1'
const ESCAPES = '\u001B[2Jgone\u0007 \u009B31m\u202Eleft\r\nsecond line'
const UNSEEN = /(?!\n)[\p{Cc}\u202A-\u202E]/u

let folder: Folder
beforeAll(buildExamples, 240_000)
beforeAll(async () => {
  folder = await makeFolder()
})
afterAll(() => folder.remove())

describe('a server that is none', () => {
  const servers: Server[] = []
  const sockets = new Set<Socket>()
  afterEach(() => {
    for (const socket of sockets) socket.destroy()
    for (const server of servers.splice(0)) server.close()
  })

  async function serve(greet: (socket: Socket) => void): Promise<string[]> {
    const server = createServer((socket) => {
      sockets.add(socket.on('error', () => {}))
      greet(socket)
    }).listen(0, HOST)
    servers.push(server)
    await once(server, 'listening')
    return ['-p', `${(server.address() as AddressInfo).port}`, `someone@${HOST}`, 'true']
  }

  test('says nothing: ConnectTimeout ends the wait', async () => {
    const args = await serve(() => {})
    const begun = performance.now()
    expect(await folder.run(['-o', 'ConnectTimeout=1', ...args])).toMatchObject(failure('was silent for 1 s'))
    expect(performance.now() - begun).toBeLessThan(10_000)
  })

  test('says its name and nothing more: ConnectTimeout ends the wait', async () => {
    const args = await serve((socket) => socket.write('SSH-2.0-sleepy\r\n'))
    expect(await folder.run(['-o', 'ConnectTimeout=1', ...args])).toMatchObject(failure('was silent for 1 s'))
  })

  test('hangs up', async () => {
    const args = await serve((socket) => socket.end())
    expect(await folder.run(args)).toMatchObject(failure(''))
  })

  test('speaks another protocol', async () => {
    const args = await serve((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    expect(await folder.run(args)).toMatchObject(failure(''))
  })

  test('disconnects with escape sequences: they are made visible, in one line', async () => {
    const args = await serve((socket) => {
      socket.write('SSH-2.0-evil\r\n')
      const payload = new WireWriter().writeByte(1).writeUint32(2).writeString(ESCAPES).writeString('').finish()
      const padding = 16 - ((payload.length + 5) % 8)
      socket.write(
        new WireWriter()
          .writeUint32(payload.length + padding + 1)
          .writeByte(padding)
          .writeBytes(payload)
          .finish(),
      )
      socket.write(new Uint8Array(padding))
    })
    const { code, stderr } = await folder.run(args)
    expect({ code, stderr }).toMatchObject(failure('gone'))
    expect(stderr).toContain('second line')
    expect(stderr.trimEnd()).not.toMatch(UNSEEN)
  })

  test('has escape sequences in its name: -v makes them visible', async () => {
    const args = await serve((socket) => socket.end('SSH-2.0-\u001B[31mred\r\n'))
    const { code, stderr } = await folder.run(['-v', ...args])
    expect(code).toBe(255)
    expect(stderr).toContain('red')
    expect(stderr).not.toMatch(UNSEEN)
  })

  test('is not there', async () => {
    const server = createServer().listen(0, HOST)
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    expect(await folder.run(['-p', `${port}`, HOST, 'true'])).toMatchObject(failure('ECONNREFUSED'))
    expect(await folder.run(['no-such-host.invalid', 'true'])).toMatchObject(failure('no-such-host.invalid'))
  })
})

describe.each(findOpenSSH().slice(-1))('OpenSSH $version', (peer) => {
  test('has a banner with control characters: they are made visible, its lines stay', async () => {
    const identity = await generateKey(peer, join(folder.path, 'id'), 'ed25519')
    const banner = await folder.write('banner', `${ESCAPES}\n`)
    const sshd = await startSshd(peer, { authorizedKeys: [identity.publicKey], config: [`Banner ${banner}`] })
    try {
      const knownHosts = await folder.write('known_hosts', knownHostsOf(sshd))
      const args = ['-p', `${sshd.port}`, '-i', identity.path, '-o', `UserKnownHostsFile=${knownHosts}`, `${sshd.user}@${HOST}`, 'echo in']
      const { code, stdout, stderr } = await folder.run(args)
      expect([code, stdout.toString()]).toEqual([0, 'in\n'])
      expect(stderr).toMatch(/gone.*left\nsecond line\n$/)
      expect(stderr).not.toMatch(UNSEEN)
    } finally {
      await sshd.stop()
    }
  })
})

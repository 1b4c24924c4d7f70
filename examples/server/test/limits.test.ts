import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, type Fixture, pause, peers, prepare, type Server, startServer } from './server.ts'

let fixture: Fixture

beforeAll(async () => {
  fixture = await prepare()
}, 300_000)

afterAll(() => fixture.remove())

async function withServer(args: readonly string[], run: (server: Server) => Promise<void>): Promise<void> {
  const server = await startServer(fixture, args)
  try {
    await run(server)
  } finally {
    await server.stop()
  }
}

async function silent(server: Server): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: server.port }).on('error', () => {})
  await once(socket, 'connect')
  return socket
}

describe.each(peers)('ssh $version', (peer) => {
  test('beyond --max-startups a connection is closed at once; those who are in do not count', async () => {
    await withServer(['--max-startups', '2'], async (server) => {
      const inside = server.ssh(peer, { command: 'sleep 2; echo in' })
      await server.logged(/session 0: exec/)
      const sockets = [await silent(server), await silent(server)]
      // They are counted when they have been accepted.
      await eventually(() => server.log().match(/ connected$/gm)?.length === 3, 'expected three connections')
      const third = await silent(server)
      third.resume()
      await once(third, 'close')
      await server.logged(/closed at once/)
      expect((await server.ssh(peer, { command: 'true' })).code).toBe(255)
      sockets[0]?.destroy()
      await eventually(() => / ended/.test(server.log()), 'expected an end')
      expect((await server.ssh(peer, { command: 'echo room' })).stdout.toString()).toBe('room\n')
      sockets[1]?.destroy()
      expect((await inside).stdout.toString()).toBe('in\n')
    })
  })

  test('after --max-auth-tries wrong passwords it is over', async () => {
    await withServer(['--password', 'alice:right', '--max-auth-tries', '2'], async (server) => {
      const config = ['NumberOfPasswordPrompts 5', 'PreferredAuthentications password', 'PubkeyAuthentication no']
      const result = await server.ssh(peer, { user: 'alice', password: 'wrong', config, command: 'true' })
      expect(result.stderr).toContain('2 attempts to authenticate have failed')
      expect(server.log().match(/password for "alice": refused/g)).toHaveLength(2)
    })
  })

  test('--login-grace does not touch those who are in', async () => {
    await withServer(['--login-grace', '1'], async (server) => {
      expect((await server.ssh(peer, { command: 'sleep 2; echo still in' })).stdout.toString()).toBe('still in\n')
    })
  })
})

test('--login-grace ends a connection that says nothing, and one that stops in the middle', async () => {
  await withServer(['--login-grace', '1'], async (server) => {
    const begun = Date.now()
    const mute = await silent(server)
    const halting = await silent(server)
    halting.write('SSH-2.0-halting\r\n')
    await Promise.all([mute, halting].map((socket) => once(socket.resume(), 'close')))
    expect(Date.now() - begun).toBeGreaterThan(900)
    expect(Date.now() - begun).toBeLessThan(5000)
    await server.logged(/limit (?:keyExchange|authentication)Time/)
  })
})

test('--login-grace 0 sets no limit', async () => {
  await withServer(['--login-grace', '0'], async (server) => {
    const socket = await silent(server)
    socket.resume()
    await pause(500)
    expect(socket.readyState).toBe('open')
    socket.destroy()
  })
})

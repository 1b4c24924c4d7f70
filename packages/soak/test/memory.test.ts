import { connect as dial, type Socket } from 'node:net'
import { setTimeout as after } from 'node:timers/promises'
import { KnownHosts } from '@seashell/keys'
import { connect, type SSHClient } from '@seashell/ssh'
import { WireWriter } from '@seashell/core/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MeasuredServer } from '../src/memory/measured-server.ts'

const MiB = 1_048_576

let server: MeasuredServer
beforeAll(async () => {
  server = await MeasuredServer.start()
  // The first connection compiles what the others use.
  const { client } = await login()
  await client.close()
})
afterAll(async () => await server[Symbol.asyncDispose]())

async function login(): Promise<{ client: SSHClient; socket: Socket }> {
  const socket = dial(server.port, '127.0.0.1')
  const knownHosts = new KnownHosts()
  const client = await connect({ host: '127.0.0.1', user: 'alice', password: 'x', stream: socket, knownHosts, verifyHostKey: () => true })
  return { client, socket }
}

/** What a server went through while something happened. */
interface Watched {
  /** The most that it held more than before. */
  readonly most: number
  /** Why connections ended. */
  readonly ended: readonly string[]
}

/** Watches the server while something happens, which is told whether a connection has ended. */
async function watch(happening: (hasEnded: () => boolean) => Promise<void>): Promise<Watched> {
  const { heldLength } = await server.memory()
  const ended: string[] = []
  const over = new AbortController()
  let most = 0
  const watching = (async (): Promise<void> => {
    while (!over.signal.aborted) {
      const now = await server.memory()
      most = Math.max(most, now.heldLength - heldLength)
      ended.push(...now.ended)
      await after(20)
    }
  })()
  await happening(() => ended.length > 0)
  over.abort()
  await watching
  return { most, ended }
}

/** Waits until the server has no connection. */
async function emptied(): Promise<void> {
  await expect.poll(async () => (await server.memory()).connections, { timeout: 15_000 }).toBe(0)
}

describe('the memory of a server stays bounded', () => {
  it('with a peer that never reads: a program’s output waits within the stream and the window', async () => {
    const { client, socket } = await login()
    const session = await client.exec('talk')
    const { most } = await watch(async () => {
      socket.pause()
      await after(700)
    })
    // What a stream takes at once, 128 KiB, and a write of 64 KiB that waits; the window is 2 MiB.
    expect(most).toBeLessThan(2 * MiB)
    socket.destroy()
    await expect(session.exit).rejects.toThrow('the connection was lost')
    await emptied()
  })

  it('with a peer that asks and never reads: answers wait up to queuedLength, and it is sent away', async () => {
    const { client, socket } = await login()
    const ping = new WireWriter().writeString(new Uint8Array(30_000)).finish()
    const { most, ended } = await watch(async (hasEnded) => {
      socket.pause()
      // 192 is PING (OpenSSH PROTOCOL §1.9).
      for (let sent = 0; sent < 160 * MiB && !hasEnded(); sent += ping.length) {
        client.transport.sendPacket(192, ping)
        if (!client.transport.writable) await after(1)
      }
      // All that may be on its way before the server, which has other things to do, comes to it.
      await expect.poll(hasEnded, { timeout: 15_000 }).toBe(true)
    })
    // queuedLength of that server is 8 MiB; the batch that waits doubles, and for a moment the old one is there beside the new.
    expect(most).toBeLessThan(26 * MiB)
    expect(ended.join()).toContain('the limit queuedLength')
    socket.destroy()
    await emptied()
  })

  it('with a peer that never stops sending: a channel that nobody reads takes its window, and IGNORE takes nothing', async () => {
    const { client, socket } = await login()
    const session = await client.exec('listen')
    const { most } = await watch(async () => {
      void session.write(new Uint8Array(64 * MiB))
      for (let sent = 0; sent < 64 * MiB; sent += 32_000) {
        client.transport.sendIgnore(new Uint8Array(32_000))
        if (!client.transport.writable) await new Promise((resolve) => socket.once('drain', resolve))
      }
      await after(200)
    })
    expect(most).toBeGreaterThan(1.5 * MiB)
    // The window, 2 MiB, in the packets that it came in, and the reader's buffer.
    expect(most).toBeLessThan(8 * MiB)
    socket.destroy()
    await emptied()
  })

  it('with a peer that never stops sending what is no SSH', async () => {
    for (const text of ['SSH-2.0-flood\r\n', 'GET / HTTP/1.1\r\n', '']) {
      const socket = dial(server.port, '127.0.0.1')
      socket.on('error', () => {})
      socket.write(text)
      const { most } = await watch(async () => {
        for (let sent = 0; sent < 32 * MiB && !socket.destroyed; sent += 65_536)
          if (!socket.write(new Uint8Array(65_536).fill(1)))
            await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), after(50)])
      })
      expect(most).toBeLessThan(4 * MiB)
      socket.destroy()
      await emptied()
    }
  })

  it('with a hundred peers that send a byte a second, and they are sent away in time', async () => {
    const identifying = await server.drip(100, '', `SSH-2.0-${'x'.repeat(200)}`)
    expect(identifying.seconds).toBe(30)
    expect(identifying.heldLength / 100).toBeLessThan(256 * 1024)
    // A packet of 65,536 bytes begins, and will never be whole.
    const exchanging = await server.drip(100, 'SSH-2.0-slow\r\n', '\0\u0001\0\u0004')
    expect(exchanging.seconds).toBe(60)
    expect(exchanging.heldLength / 100).toBeLessThan(256 * 1024)
    report('a byte a second', exchanging.heldLength / 100)
  })

  it('with 1,000 connections that say nothing', async () => {
    const before = await server.memory()
    const sockets = Array.from({ length: 1000 }, () =>
      dial(server.port, '127.0.0.1')
        .on('error', () => {})
        .resume(),
    )
    await expect.poll(async () => (await server.memory()).connections, { timeout: 15_000 }).toBe(1000)
    const during = await server.memory()
    const [held, resident] = [during.heldLength - before.heldLength, during.residentLength - before.residentLength]
    report('a silent connection', held / 1000, resident / 1000)
    expect(held / 1000).toBeLessThan(64 * 1024)
    expect(resident / 1000).toBeLessThan(128 * 1024)
    for (const socket of sockets) socket.destroy()
    await emptied()
    expect((await server.memory()).heldLength - before.heldLength).toBeLessThan(4 * MiB)
  })

  it('with 200 users who are logged in and do nothing', async () => {
    // By then what runs for a login is compiled.
    await leave(await loginAll(60))
    await emptied()
    const before = await server.memory()
    const clients = await loginAll(200)
    const held = (await server.memory()).heldLength - before.heldLength
    report('an idle user', held / clients.length)
    // Node’s socket, the two KEXINITs and the keys are half of that. With lists, registries and closures for each of them it was three times as much.
    expect(held / clients.length).toBeLessThan(20 * 1024)
    await leave(clients)
    await emptied()
  })
})

async function loginAll(count: number): Promise<readonly SSHClient[]> {
  const clients: SSHClient[] = []
  while (clients.length < count) clients.push(...(await Promise.all(Array.from({ length: 10 }, async () => (await login()).client))))
  return clients
}

async function leave(clients: readonly SSHClient[]): Promise<void> {
  await Promise.all(clients.map((client) => client.close()))
}

function report(what: string, ...lengths: readonly number[]): void {
  console.log(`${what}: ${lengths.map((length) => `${(length / 1024).toFixed(1)} KiB`).join(' held, resident ')}`)
}

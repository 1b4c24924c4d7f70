import dns from 'node:dns'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { duplexPair, PassThrough } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { ByteStream } from '@seashell/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { attachStream, connectSocket, listen, type Listener, type StreamTransport } from '../src/index.ts'

/** Writes down what a stream does to its transport. */
class Recorder implements StreamTransport {
  stream: ByteStream | undefined
  readonly received: Uint8Array[] = []
  drains = 0
  readonly lost: Promise<unknown>
  #lose!: (reason: unknown) => void

  constructor() {
    this.lost = new Promise((resolve) => {
      this.#lose = resolve
    })
  }

  makeConnection(stream: ByteStream): void {
    this.stream = stream
  }
  dataReceived(data: Uint8Array): void {
    this.received.push(data.slice())
  }
  drained(): void {
    this.drains++
  }
  connectionLost(reason?: unknown): void {
    this.#lose(reason)
  }
}

const listeners: Listener[] = []
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await Promise.all(listeners.splice(0).map((listener) => listener.close()))
})

/** A connection over loopback: our end, attached, and the peer's socket. */
async function pair(): Promise<{ transport: Recorder; peer: Socket; socket: Socket }> {
  const accepted = new Promise<Socket>((resolve) => {
    void listen(resolve).then((listener) => {
      listeners.push(listener)
      sockets.push(connect(listener.port, '127.0.0.1'))
    })
  })
  const socket = await accepted
  const transport = new Recorder()
  attachStream(transport, socket)
  sockets.push(socket)
  return { transport, socket, peer: sockets[0]! }
}

describe('attachStream', () => {
  it('passes bytes both ways and knows both addresses', async () => {
    const { transport, peer } = await pair()
    peer.write('ping')
    await expect.poll(() => Buffer.concat(transport.received).toString()).toBe('ping')
    transport.stream!.write(new TextEncoder().encode('pong'))
    const [answer] = (await once(peer, 'data')) as [Buffer]
    expect(answer.toString()).toBe('pong')
    expect(transport.stream!.getPeer()).toEqual({ host: '127.0.0.1', port: peer.localPort })
    expect(transport.stream!.getHost()).toEqual({ host: '127.0.0.1', port: peer.remotePort })
  })

  it('says that the stream is full, and when it has drained', async () => {
    const { transport, peer } = await pair()
    peer.pause()
    const chunk = new Uint8Array(1_048_576)
    let written = 0
    while (transport.stream!.write(chunk) !== false && written < 64) written++
    expect(written).toBeLessThan(64)
    peer.resume()
    await expect.poll(() => transport.drains).toBeGreaterThan(0)
  })

  it('lends memory again as soon as what was in it is written, and not before', async () => {
    const { transport, peer } = await pair()
    const stream = transport.stream!
    const small = stream.allocate!(1000)
    stream.write(small.subarray(0, 10))
    expect(stream.allocate!(1000).buffer).toBe(small.buffer)
    // More than the system takes at once: what waits must stay as it is.
    const length = 1_000_000
    for (let value = 1; value <= 16; value++) stream.write(stream.allocate!(length).fill(value).subarray(0, length))
    const received = Array.from({ length: 17 }, () => 0)
    peer.on('data', (chunk: Uint8Array) => {
      for (const value of chunk) received[value]!++
    })
    await vi.waitUntil(() => received.slice(1).reduce((sum, count) => sum + count, 0) >= 16 * length, { timeout: 5000 })
    expect(received).toStrictEqual([10, ...Array.from({ length: 16 }, () => length)])
  })

  it('stops reading while paused', async () => {
    const { transport, peer, socket } = await pair()
    transport.stream!.pause!()
    expect(socket.isPaused()).toBe(true)
    peer.write('later')
    transport.stream!.resume!()
    await expect.poll(() => Buffer.concat(transport.received).toString()).toBe('later')
  })

  it('sends what was written before the end', async () => {
    const { transport, peer } = await pair()
    const chunks: Buffer[] = []
    peer.on('data', (chunk: Buffer) => chunks.push(chunk))
    transport.stream!.write(new Uint8Array(500_000))
    transport.stream!.loseConnection()
    await once(peer, 'close')
    expect(Buffer.concat(chunks).length).toBe(500_000)
    await transport.lost
  })

  it('tells of a broken connection, with the reason', async () => {
    const { transport, peer } = await pair()
    peer.resetAndDestroy()
    expect(await transport.lost).toMatchObject({ code: 'ECONNRESET' })
    expect(transport.stream!.write(new Uint8Array(1))).toBe(false)
  })

  it('works on any Duplex', async () => {
    const transport = new Recorder()
    const stream = new PassThrough()
    attachStream(transport, stream)
    transport.stream!.write(new Uint8Array([1, 2, 3]))
    await expect.poll(() => transport.received).toEqual([Buffer.from([1, 2, 3])])
    expect(transport.stream!.getPeer()).toEqual({ host: '', port: 0 })
    stream.destroy()
    await transport.lost
  })

  it('is told when the other side of a Duplex has ended, which leaves ours open', async () => {
    const [ours, theirs] = duplexPair()
    const transport = new Recorder()
    attachStream(transport, ours)
    theirs.resume().end('the last word')
    await transport.lost
    expect(Buffer.concat(transport.received).toString()).toBe('the last word')
  })
})

describe('connectSocket', () => {
  it('connects, and keeps what comes before there is a transport', async () => {
    const listener = await listen((socket) => socket.end('hello'))
    listeners.push(listener)
    const socket = await connectSocket({ host: '127.0.0.1', port: listener.port })
    sockets.push(socket)
    await delay(20)
    const recorder = new Recorder()
    attachStream(recorder, socket)
    expect(await recorder.lost).toBeUndefined()
    expect(Buffer.concat(recorder.received).toString()).toBe('hello')
  })

  it('stops reading while the transport has more than it can work on, and loses nothing', async () => {
    const sent = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => index % 251))
    const listener = await listen((socket) => socket.end(sent))
    listeners.push(listener)
    const socket = await connectSocket({ host: '127.0.0.1', port: listener.port })
    sockets.push(socket)
    const recorder = new Recorder()
    attachStream(recorder, socket)
    for (let turn = 0; turn < 5; turn++) {
      recorder.stream?.pause?.()
      await delay(5)
      const { length } = recorder.received
      await delay(5)
      expect(recorder.received).toHaveLength(length)
      recorder.stream?.resume?.()
      await delay(1)
    }
    expect(await recorder.lost).toBeUndefined()
    expect(sent.equals(Buffer.concat(recorder.received))).toBe(true)
  })

  it('reads for all sockets into the same memory, and mixes nothing up', async () => {
    const accepted: Socket[] = []
    const listener = await listen((socket) => accepted.push(socket))
    listeners.push(listener)
    const memory = new Set<ArrayBufferLike>()
    class Watcher extends Recorder {
      override dataReceived(data: Uint8Array): void {
        memory.add(data.buffer)
        super.dataReceived(data)
      }
    }
    const ends = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const [transport, socket] = [new Watcher(), await connectSocket({ host: '127.0.0.1', port: listener.port })]
        attachStream(transport, socket)
        sockets.push(socket)
        return { transport, port: socket.localPort }
      }),
    )
    await expect.poll(() => accepted.length).toBe(8)
    for (let turn = 0; turn < 100; turn++) for (const socket of accepted) socket.write(Buffer.alloc(5000, socket.remotePort! % 251))
    for (const { transport, port } of ends) {
      await expect.poll(() => transport.received.reduce((sum, { length }) => sum + length, 0)).toBe(500_000)
      expect(Buffer.concat(transport.received).equals(Buffer.alloc(500_000, port! % 251))).toBe(true)
    }
    expect(memory.size).toBe(1)
  })

  it('says why there is no connection', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    server.close()
    await once(server, 'close')
    await expect(connectSocket({ host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
      fault: 'local',
      message: expect.stringContaining('ECONNREFUSED'),
    })
  })

  it('says so for each address of a name', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    server.close()
    await once(server, 'close')
    const addresses = ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }))
    const lookup = vi
      .spyOn(dns, 'lookup')
      .mockImplementation(((_name: string, _options: unknown, found: (...args: unknown[]) => void) =>
        found(null, addresses)) as unknown as typeof dns.lookup)
    try {
      await expect(connectSocket({ host: 'two.example', port })).rejects.toMatchObject({
        message: expect.stringMatching(/ECONNREFUSED 127\.0\.0\.1.*ECONNREFUSED 127\.0\.0\.2/),
      })
    } finally {
      lookup.mockRestore()
    }
  })

  it('gives up on a signal, before and while it connects', async () => {
    const early = AbortSignal.abort()
    await expect(connectSocket({ host: '127.0.0.1', port: 9, signal: early })).rejects.toMatchObject({ code: 'ABORTED' })
    const controller = new AbortController()
    const connecting = connectSocket({ host: '127.0.0.1', port: 9, signal: controller.signal })
    controller.abort()
    await expect(connecting).rejects.toMatchObject({ code: 'ABORTED', fault: 'caller' })
  })

  it.each([0, 65_536, 1.5, Number.NaN])('refuses %s, which is no port', async (port) => {
    await expect(async () => await connectSocket({ host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'ARGUMENT' })
  })
})

describe('listen', () => {
  it('says that an address is taken', async () => {
    const first = await listen(() => {})
    listeners.push(first)
    await expect(listen(() => {}, { port: first.port })).rejects.toMatchObject({
      code: 'ARGUMENT',
      fault: 'local',
      message: expect.stringContaining('EADDRINUSE'),
    })
  })

  it('takes no further connections once closed, and leaves open ones alone', async () => {
    const { transport, peer } = await pair()
    const [listener] = listeners
    await listener!.close()
    await expect(connectSocket({ host: '127.0.0.1', port: listener!.port })).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    peer.write('still here')
    await expect.poll(() => Buffer.concat(transport.received).toString()).toBe('still here')
  })
})

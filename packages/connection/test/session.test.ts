import { WireWriter } from '@seashell/core/wire'
import { fromHex, seededRandom, toHex } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import * as messages from '../src/messages.ts'
import type { ConnectionOptions } from '../src/options.ts'
import { encodePty } from '../src/session-requests.ts'
import type { ServerSession, SessionHandlers } from '../src/session-server.ts'
import {
  confirmation,
  data,
  joinConnections,
  loneConnection,
  open,
  readAll,
  request,
  settle,
  text,
  uint32s,
} from './support/connections.ts'
import type { FakeTransport } from './support/fake-transport.ts'

/** A client and a server whose sessions can do this. */
function joinSessions(
  handlers: (session: ServerSession) => SessionHandlers,
  options: { server?: ConnectionOptions; client?: ConnectionOptions } = {},
): ReturnType<typeof joinConnections> {
  return joinConnections({ ...options.server, onSession: handlers }, options.client)
}

/** The types of the channel requests that were sent, with `?` where an answer was asked for. */
function requestTypes(transport: FakeTransport): string[] {
  return transport.sent
    .filter(({ messageNum }) => messageNum === messages.MSG_CHANNEL_REQUEST)
    .map(({ payload }) => {
      const length = payload[7]!
      return `${text(payload.subarray(8, 8 + length))}${payload[8 + length] === 1 ? '?' : ''}`
    })
}

describe('a program', () => {
  it('gets its command, variables and input; its output, errors and code come back', async () => {
    const { client } = joinSessions((session) => ({
      env: (name) => name.startsWith('LC_'),
      async exec(command) {
        const input = text(await readAll(session))
        await session.writeStderr('careful')
        await session.write(`${command} ${input} ${[...session.env].join(' ')}`)
        return 7
      },
    }))
    const session = await client.exec('cat -', { env: { LC_ALL: 'C', LD_PRELOAD: 'evil' } })
    await session.write('input')
    await session.end()
    const { code, signal, stdout, stderr } = await session.output()
    expect([code, signal, text(stdout), text(stderr)]).toEqual([7, undefined, 'cat - input LC_ALL,C', 'careful'])
  })

  it('asks for everything at once', async () => {
    const { client, clientTransport } = joinSessions(() => ({ exec: () => 0, pty: () => true }))
    await client.exec('x', { env: { A: '1', B: '2' }, pty: true })
    expect(requestTypes(clientTransport)).toEqual(['env', 'env', 'pty-req?', 'exec?'])
  })

  it('loses neither data nor code when it ends while nobody reads', async () => {
    const bytes = seededRandom('unread')(1_000_000)
    const { client } = joinSessions(
      (session) => ({
        exec() {
          void session.write(bytes)
          return 5
        },
      }),
      { client: { windowLength: 100_000, maximumPacketLength: 1000 } },
    )
    const session = await client.exec('x')
    await settle()
    const stdout = await readAll(session.stdout)
    expect(stdout.length).toBe(bytes.length)
    expect(toHex(stdout.subarray(-32))).toBe(toHex(bytes.subarray(-32)))
    expect(await session.exit).toEqual({ code: 5 })
  })

  it.each([
    ['exit-status, EOF, CLOSE', ['status', 'eof', 'close']],
    ['EOF, exit-status, CLOSE', ['eof', 'status', 'close']],
    ['exit-status, CLOSE', ['status', 'close']],
  ])('that ends with %s in one turn, unread, ends well', async (_, order) => {
    const { connection, transport } = loneConnection()
    const starting = connection.exec('x')
    transport.receive(messages.MSG_CHANNEL_OPEN_CONFIRMATION, confirmation())
    await settle()
    transport.receive(messages.MSG_CHANNEL_SUCCESS, uint32s(0))
    transport.receive(messages.MSG_CHANNEL_DATA, data('all of it'))
    for (const step of order) {
      if (step === 'status') transport.receive(messages.MSG_CHANNEL_REQUEST, request('exit-status', false, uint32s(3)))
      else transport.receive(step === 'eof' ? messages.MSG_CHANNEL_EOF : messages.MSG_CHANNEL_CLOSE, uint32s(0))
    }
    const session = await starting
    expect(await session.exit).toEqual({ code: 3 })
    expect(text(await readAll(session.stdout))).toBe('all of it')
    expect(transport.sent.filter(({ messageNum }) => messageNum === messages.MSG_CHANNEL_CLOSE)).toHaveLength(1)
  })

  it('that ends without a word has neither code nor signal', async () => {
    const { client } = joinSessions((session) => ({
      exec() {
        void session.channel.close()
      },
    }))
    const session = await client.exec('x')
    expect(await session.exit).toEqual({})
  })

  it('ended by a signal says which', async () => {
    const { client } = joinSessions((session) => ({
      exec() {
        void session.exitSignal('SEGV', { coreDumped: true, message: 'oh' })
      },
    }))
    const session = await client.exec('x')
    expect(await session.exit).toEqual({ signal: { name: 'SEGV', coreDumped: true, message: 'oh' } })
  })

  it('that throws ends with 255, and the application hears of it', async () => {
    const errors: unknown[] = []
    const handlers = { exec: () => Promise.reject(new Error('a bug')) }
    const { client } = joinSessions(() => handlers, { server: { onHandlerError: (error) => errors.push(error) } })
    const session = await client.exec('x')
    expect(await session.exit).toEqual({ code: 255 })
    expect(errors).toEqual([new Error('a bug')])
  })

  it('that ends with what is no code ends with 255', async () => {
    const { client } = joinSessions(() => ({ exec: () => -1 }))
    expect(await (await client.exec('x')).exit).toEqual({ code: 255 })
  })

  it('sends data, EOF, code and CLOSE in this order', async () => {
    const { transport } = serverSession((session) => ({
      exec() {
        void session.write('out')
        void session.exit(1)
        void session.exit(2)
        void session.exitSignal('KILL')
      },
    }))
    transport.receive(messages.MSG_CHANNEL_REQUEST, request('exec', true, new WireWriter().writeString('x').finish()))
    await settle()
    expect(transport.sent.map(({ messageNum }) => messageNum)).toEqual([91, 99, 94, 96, 98, 97])
    expect(toHex(transport.sent[4]!.payload)).toBe('000000460000000b657869742d7374617475730000000001')
  })

  it('whose output waits for the client keeps its code back behind it', async () => {
    const { transport } = loneConnection(
      {
        onSession: (session) => ({
          exec() {
            void session.write('output')
            return 4
          },
        }),
      },
      false,
    )
    transport.receive(messages.MSG_CHANNEL_OPEN, open('session', { windowLength: 2 }))
    transport.receive(messages.MSG_CHANNEL_REQUEST, request('exec', true, new WireWriter().writeString('x').finish()))
    await settle()
    expect(transport.sent.map(({ messageNum }) => messageNum)).toEqual([91, 99, 94])
    transport.receive(messages.MSG_CHANNEL_WINDOW_ADJUST, uint32s(0, 4))
    expect(transport.sent.map(({ messageNum }) => messageNum)).toEqual([91, 99, 94, 94, 96, 98, 97])
  })

  it('pipes through platform streams', async () => {
    const { client } = joinSessions((session) => ({
      async exec() {
        const errors = session.stderr.getWriter()
        await errors.write(new TextEncoder().encode('E'))
        await errors.close()
        await session.stdin.pipeTo(session.stdout)
        return 0
      },
    }))
    const session = await client.exec('cat')
    const writer = session.stdin.getWriter()
    await writer.write(new TextEncoder().encode('through'))
    await writer.close()
    const { stdout, stderr, code } = await session.output()
    expect([text(stdout), text(stderr), code]).toEqual(['through', 'E', 0])
  })

  it('that writes too much for memory is closed', async () => {
    const { client, server } = joinSessions((session) => ({
      async exec() {
        for (;;) await session.write(new Uint8Array(1000))
      },
    }))
    const session = await client.exec('yes')
    await expect(session.output({ limit: 5000 })).rejects.toMatchObject({ code: 'LIMIT' })
    await settle()
    await session.exit
    expect([client.channelCount, server.channelCount]).toEqual([0, 0])
  })
})

describe('starting', () => {
  it('a shell or a subsystem works as a command does', async () => {
    const { client } = joinSessions((session) => ({
      shell: () => 1,
      subsystems: { echo: async () => (await session.write((await session.channel.read())!), 2) },
    }))
    expect(await (await client.shell()).exit).toEqual({ code: 1 })
    const session = await client.subsystem('echo')
    await session.write('hi')
    expect(await session.output()).toMatchObject({ code: 2, stdout: new TextEncoder().encode('hi') })
    await expect(client.subsystem('toString')).rejects.toMatchObject({ code: 'CHANNEL', fault: 'peer' })
  })

  it('what the server has no handler for, or does not accept, is refused, and the channel closed', async () => {
    const accepted: unknown[] = []
    const { client } = joinSessions(() => ({ accept: async (program) => accepted.push(program) === 0, shell: () => 0 }))
    await expect(client.exec('x')).rejects.toMatchObject({ code: 'CHANNEL', fault: 'peer' })
    await expect(client.shell()).rejects.toMatchObject({ code: 'CHANNEL', fault: 'peer' })
    await settle()
    expect(accepted).toEqual([{ type: 'shell' }])
    expect(client.channelCount).toBe(0)
  })

  it('with a terminal that is refused fails', async () => {
    const { client } = joinSessions(() => ({ shell: () => undefined }))
    await expect(client.shell({ pty: true })).rejects.toThrow('no terminal')
  })

  it('with what cannot be sent leaves no channel behind', async () => {
    const { client, clientTransport } = joinSessions(() => ({ shell: () => 0 }))
    await expect(client.shell({ pty: { columns: -1 } })).rejects.toMatchObject({ code: 'ARGUMENT', fault: 'caller' })
    expect(clientTransport.sent).toHaveLength(0)
  })

  it('waits for variables to be decided about', async () => {
    const { client } = joinSessions((session) => ({
      env: async () => (await settle(), true),
      exec: () => session.env.size,
    }))
    const session = await client.exec('x', { env: { A: '1', B: '2', C: '3' } })
    expect(await session.exit).toEqual({ code: 3 })
  })

  it('happens once per channel', async () => {
    const started: string[] = []
    const { transport } = serverSession(() => ({ shell: () => void started.push('shell'), exec: () => void started.push('exec') }))
    transport.receive(messages.MSG_CHANNEL_REQUEST, request('shell', true))
    transport.receive(messages.MSG_CHANNEL_REQUEST, request('shell', true))
    transport.receive(messages.MSG_CHANNEL_REQUEST, request('exec', true, new WireWriter().writeString('x').finish()))
    await settle()
    expect(started).toEqual(['shell'])
    expect(transport.sent.map(({ messageNum }) => messageNum)).toEqual([91, 99, 100, 100])
  })

  it('does not happen on a channel that is closed by then', async () => {
    const started: string[] = []
    const { transport } = serverSession(() => ({ shell: () => void started.push('shell') }))
    transport.receive(messages.MSG_CHANNEL_REQUEST, request('shell', true))
    transport.receive(messages.MSG_CHANNEL_CLOSE, uint32s(0))
    await settle()
    expect(started).toEqual([])
  })

  it('is refused by a server without sessions, and by every client', async () => {
    const { client } = joinConnections()
    await expect(client.exec('x')).rejects.toMatchObject({ openFailureReason: 3 })
  })

  it('on a server whose handler throws closes the channel', async () => {
    const { client } = joinSessions(() => {
      throw new Error('a bug')
    })
    await expect(client.exec('x')).rejects.toMatchObject({ code: 'CHANNEL' })
  })

  it('keeps a bounded number of variables', async () => {
    const env = Object.fromEntries(Array.from({ length: 300 }, (_value, index) => [`V${index}`, 'x']))
    const { client } = joinSessions((session) => ({ env: () => true, exec: () => session.env.size }))
    expect(await (await client.exec('x', { env })).exit).toEqual({ code: 256 })
  })
})

describe('a terminal', () => {
  it('reaches the server, with its size and modes, and changes its size', async () => {
    const sizes: unknown[] = []
    const terminals: unknown[] = []
    const { client } = joinSessions((session) => ({
      pty: (terminal) => terminals.push(terminal) > 0,
      windowChange(size) {
        sizes.push(size, session.terminal?.columns)
        void session.exit(0)
      },
      shell() {},
    }))
    const session = await client.shell({ pty: { term: 'vt100', columns: 132, rows: 43, modes: { ECHO: 0 } } })
    session.resize(100, 50, 800, 600)
    await session.exit
    expect(terminals).toEqual([{ term: 'vt100', columns: 132, rows: 43, width: 0, height: 0, modes: { ECHO: 0 } }])
    expect(sizes).toEqual([{ columns: 100, rows: 50, width: 800, height: 600 }, 100])
  })

  it('is asked for in the bytes of the RFC', () => {
    // RFC 4254 §6.2: TERM, columns, rows, pixels, modes.
    const bytes = fromHex('00000005 7674313030 00000050 00000018 00000280 000001e0 00000006 350000000100')
    const terminal = { term: 'vt100', columns: 80, rows: 24, width: 640, height: 480, modes: { ECHO: 1 } }
    expect(toHex(encodePty(terminal))).toBe(toHex(bytes))
  })
})

describe('a running program', () => {
  it('gets signals and other requests', async () => {
    const seen: string[] = []
    const { client } = joinSessions((session) => ({
      exec() {},
      signal(name) {
        seen.push(name)
        void session.exitSignal(name)
      },
      request: (incoming) => incoming.reply(seen.push(incoming.type) > 0),
    }))
    const session = await client.exec('sleep')
    expect(await session.request('custom@example.org')).toBe(true)
    session.signal('TERM')
    expect(await session.exit).toMatchObject({ signal: { name: 'TERM' } })
    expect(seen).toEqual(['custom@example.org', 'TERM'])
  })

  it('is ended by the caller’s signal', async () => {
    let ended!: Promise<void>
    const { client } = joinSessions((session) => ({
      exec() {
        ended = session.closed
      },
    }))
    const abort = new AbortController()
    const session = await client.exec('sleep', { signal: abort.signal })
    const reading = readAll(session.stdout)
    abort.abort()
    await expect(session.exit).rejects.toMatchObject({ code: 'ABORTED' })
    await expect(reading).rejects.toMatchObject({ code: 'ABORTED' })
    await ended
  })

  it('that never started is given up with the signal', async () => {
    const { client, server } = joinSessions(() => ({ accept: () => new Promise(() => {}), exec: () => 0 }))
    const abort = new AbortController()
    const starting = client.exec('x', { signal: abort.signal })
    await settle()
    abort.abort()
    await expect(starting).rejects.toMatchObject({ code: 'ABORTED' })
    await settle()
    expect([client.channelCount, server.channelCount]).toEqual([0, 0])
  })

  it('is left at the end of a scope', async () => {
    let received!: (bytes: Uint8Array) => void
    const reception = new Promise<Uint8Array>((resolve) => {
      received = resolve
    })
    const { client } = joinSessions((session) => ({ exec: async () => received(await readAll(session)) }))
    {
      await using session = await client.exec('x')
      void session.write('abc')
    }
    expect(text(await reception)).toBe('abc')
  })

  it('asks the client for what it likes', async () => {
    const { client } = joinSessions((session) => ({
      exec: async () => ((await session.channel.request('question@example.org')) ? 1 : 0),
    }))
    const yes = await client.exec('x', { onRequest: (incoming) => incoming.reply(true) })
    expect(await yes.exit).toEqual({ code: 1 })
    expect(await (await client.exec('x')).exit).toEqual({ code: 0 })
  })
})

describe('malformed', () => {
  const exact: Record<string, Uint8Array> = {
    env: new WireWriter().writeString('A').writeString('B').finish(),
    'pty-req': encodePty({ term: 'x', columns: 1, rows: 1, width: 0, height: 0, modes: { ECHO: 1 } }),
    'window-change': uint32s(1, 2, 3, 4),
    signal: new WireWriter().writeString('TERM').finish(),
    shell: new Uint8Array(),
    exec: new WireWriter().writeString('ls').finish(),
    subsystem: new WireWriter().writeString('sftp').finish(),
  }
  it.each(Object.entries(exact))('requests end the connection to a server: %s', async (type, payload) => {
    for (let length = 0; length <= payload.length + 1; length++) {
      const { transport } = serverSession(() => ({}))
      transport.receive(messages.MSG_CHANNEL_REQUEST, request(type, true, new Uint8Array([...payload, 0]).subarray(0, length)))
      await settle()
      if (length === payload.length) expect(transport.failure).toBeUndefined()
      else expect(transport.failure, `${length} bytes`).toMatchObject({ code: 'MALFORMED', fault: 'peer' })
    }
  })

  const ends: Record<string, Uint8Array> = {
    'exit-status': uint32s(1),
    'exit-signal': new WireWriter().writeString('TERM').writeBoolean(true).writeString('m').writeString('').finish(),
  }
  it.each(Object.entries(ends))('ends of programs end the connection of a client: %s', async (type, payload) => {
    for (let length = 0; length <= payload.length + 1; length++) {
      const { connection, transport } = loneConnection()
      void connection.exec('x')
      transport.receive(messages.MSG_CHANNEL_OPEN_CONFIRMATION, confirmation())
      transport.receive(messages.MSG_CHANNEL_REQUEST, request(type, false, new Uint8Array([...payload, 0]).subarray(0, length)))
      if (length === payload.length) expect(transport.failure).toBeUndefined()
      else expect(transport.failure, `${length} bytes`).toMatchObject({ code: 'MALFORMED', fault: 'peer' })
    }
  })

  it('opens of sessions end the connection', () => {
    const { transport } = loneConnection({ onSession: () => ({}) }, false)
    transport.receive(messages.MSG_CHANNEL_OPEN, open('session', { data: uint32s(1) }))
    expect(transport.failure).toMatchObject({ code: 'MALFORMED', fault: 'peer' })
  })
})

/** A server's connection on which the test, as client, has opened a session. */
function serverSession(handlers: (session: ServerSession) => SessionHandlers): { transport: FakeTransport } {
  const { transport } = loneConnection({ onSession: handlers }, false)
  transport.receive(messages.MSG_CHANNEL_OPEN, open('session'))
  return { transport }
}

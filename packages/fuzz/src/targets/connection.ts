import { type Channel, type ConnectionOptions, type IncomingRequest, type Session, SSHConnection } from '@seashell/connection'
import { isSSHError } from '@seashell/core'
import { concatBytes, WireWriter } from '@seashell/core/wire'
import { expect } from '../invariants.ts'
import { Input } from '../support/input.ts'
import { FIRST_ACTION, messageOf, script, type Step, stepsOf } from '../support/script.ts'
import { clientSubject, prelude, serverSubject, settle, type Subject } from '../support/subject.ts'
import type { Outcome, Target } from '../target.ts'

const SECONDS = 10_000
const WINDOW = { windowLength: 4096, maximumPacketLength: 512 }

/** Promises that the library has given out: each has to settle, whatever happens, and reject with nothing but SSHError. */
class Promises {
  readonly #open = new Set<string>()
  readonly #channels: Channel[] = []
  #broken: unknown

  /** Watches one. */
  watch(what: string, promise: Promise<unknown>): void {
    const name = `${what} ${this.#open.size}`
    this.#open.add(name)
    promise.then(
      () => this.#open.delete(name),
      (error: unknown) => {
        this.#open.delete(name)
        if (!isSSHError(error) || error.code === 'INTERNAL') this.#broken ??= error
      },
    )
  }

  /** Watches the window of a channel: whoever sends more than it allows ends the connection. */
  channel(channel: Channel): Channel {
    this.#channels.push(channel)
    return channel
  }

  /** Checks what must be true at any time. */
  checkWindows(): void {
    for (const { receiveWindowLength } of this.#channels) expect(receiveWindowLength >= 0, 'no more data is taken than a window allows')
  }

  /** Checks that all have settled. */
  check(): void {
    if (this.#broken !== undefined) throw this.#broken
    expect(this.#open.size === 0, `every promise settles; these have not: ${[...this.#open].join(', ')}`)
  }
}

/** Reads all, says it back, and reads on. */
async function echo(channel: Channel): Promise<void> {
  for await (const data of channel) await channel.write(data)
  await channel.end()
}

function answer(request: IncomingRequest): void {
  request.reply(request.payload.length % 2 === 0, request.payload.subarray(0, 8))
}

/** What a connection does with what it is asked for: everything, in every way. */
function handlers(promises: Promises): ConnectionOptions {
  const accept = (channel: Channel): void => promises.watch('echo', echo(promises.channel(channel)))
  return {
    ...WINDOW,
    onDirectTCPIP: (request) => accept(request.accept()),
    onForwardedTCPIP: (request) => accept(request.accept()),
    channelTypes: {
      later: async (request) => {
        await settle()
        promises.watch('channel', request.accept({ onRequest: answer }).closed)
      },
      idle: (request) => void promises.channel(request.accept({ windowLength: 8 })),
      never: (request) => request.refuse(1, 'no'),
    },
    globalRequests: { echo: answer, later: async (request) => settle().then(() => answer(request)) },
    onSession: (session) => ({
      env: (name) => name !== 'BAD',
      pty: () => true,
      shell: async () => {
        for await (const data of session) await session.writeStderr(data)
        return 0
      },
      exec: (command) => (command === 'fail' ? Promise.reject(new Error('failed')) : command.length),
      subsystems: { sftp: () => session.exitSignal('TERM', { message: 'bye' }) },
      windowChange: () => {},
      signal: () => {},
      request: answer,
    }),
  }
}

/** What a program does meanwhile, by number from {@link FIRST_ACTION} on. */
const actions: readonly ((connection: SSHConnection, promises: Promises, subject: Subject) => void)[] = [
  (_connection, _promises, { clock }) => clock.advance(SECONDS),
  (connection, promises) => watchSession(connection.exec('command', { pty: true, env: { A: 'b' } }), promises),
  (connection, promises) => watchSession(connection.shell({ discardStderr: true }), promises),
  (connection, promises) => promises.watch('channel', connection.openDirectTCPIP({ host: 'example.com', port: 80 }, WINDOW).then(echo)),
  (connection, promises) => promises.watch('global request', connection.globalRequest('keepalive@openssh.com')),
  (connection, promises) =>
    promises.watch(
      'abort',
      connection.openChannel('x').then((channel) => channel.abort()),
    ),
  (connection, promises) =>
    promises.watch(
      'write',
      connection.openChannel('x').then((channel) => channel.write(new Uint8Array(9000))),
    ),
  (connection, promises) => promises.watch('close', connection.close()),
  (_connection, _promises, subject) => subject.drain(),
  (_connection, _promises, { stream }) => void (stream.full = true),
]

function watchSession(started: Promise<Session>, promises: Promises): void {
  promises.watch(
    'session',
    started.then(async (session) => {
      promises.watch('exit', session.exit)
      promises.watch('request', session.request('extra'))
      await Promise.all([session.write('input').then(() => session.end()), session.output()])
    }),
  )
}

async function take(step: Step, subject: Subject, connection: SSHConnection, promises: Promises): Promise<void> {
  if (step.kind < FIRST_ACTION) return await subject.message(messageOf(step))
  actions[step.kind - FIRST_ACTION]?.(connection, promises, subject)
  await settle()
}

/** Fuzzes all of RFC 4254 that a peer can send. */
function defineConnectionTarget(name: string, isClient: boolean, seeds: () => Uint8Array[]): Target {
  return {
    name,
    share: 6,
    mutations: 500,
    seeds,
    async run(data): Promise<Outcome> {
      const promises = new Promises()
      const subject: Subject = isClient ? clientSubject({ limits: { channels: 8 } }) : serverSubject({ limits: { channels: 8 } })
      await subject.feed(prelude(isClient))
      const connection = new SSHConnection(handlers(promises))
      subject.transport.setService(connection)
      subject.transport.authenticationSucceeded()
      for (const step of stepsOf(new Input(data))) {
        await take(step, subject, connection, promises)
        promises.checkWindows()
        expect(connection.channelCount <= 8, 'there are as many channels as the limit allows')
        if (subject.stream.ended) break
      }
      const { ended } = subject.stream
      await subject.end()
      await settle()
      promises.watch('closed', connection.closed)
      await settle()
      promises.check()
      return ended ? 'refused' : 'accepted'
    },
  }
}

const uint32s = (...values: readonly number[]): Uint8Array =>
  values.reduce((writer, value) => writer.writeUint32(value), new WireWriter()).finish()
const text = (...values: readonly (string | Uint8Array)[]): Uint8Array =>
  values.reduce((writer: WireWriter, value) => writer.writeString(value), new WireWriter()).finish()
const open = (type: string, more: Uint8Array = new Uint8Array(0), id = 7, window = 1000): Uint8Array =>
  concatBytes(text(type), uint32s(id, window, 100), more)
const request = (type: string, more: Uint8Array = new Uint8Array(0), wantReply = 1, id = 0): Uint8Array =>
  concatBytes(uint32s(id), text(type), Uint8Array.of(wantReply), more)
const global = (type: string, more: Uint8Array = new Uint8Array(0)): Uint8Array => concatBytes(text(type), Uint8Array.of(1), more)
const data = (bytes: string, id = 0): Uint8Array => concatBytes(uint32s(id), text(bytes))
const confirmed = (id = 0, window = 1000): Uint8Array => uint32s(id, 9, window, 100)
const ends = concatBytes(text('example.com'), uint32s(80), text('192.0.2.9'), uint32s(4000))
const pty = concatBytes(text('xterm'), uint32s(80, 24, 0, 0), text(Uint8Array.of(53, 0, 0, 0, 1, 0)))
const [EXEC, SHELL, DIRECT, GLOBAL, ABORT, WRITE, CLOSE, DRAINED, FULL] = [241, 242, 243, 244, 245, 246, 247, 248, 249]

/** A client's messages, as a server takes them: sessions, forwarded connections, requests. */
export const connectionServer: Target = defineConnectionTarget('connection-server', false, () => [
  script(
    [],
    [90, open('session')],
    [98, request('env', text('A', 'b'))],
    [98, request('pty-req', pty)],
    [98, request('exec', text('ls'))],
    [96, uint32s(0)],
  ),
  script(
    [],
    [90, open('session')],
    [98, request('shell')],
    [94, data('hello')],
    [98, request('window-change', uint32s(1, 2, 3, 4), 0)],
    [97, uint32s(0)],
  ),
  script(
    [],
    [90, open('session')],
    [98, request('subsystem', text('sftp'))],
    [98, request('signal', text('INT'), 0)],
    [98, request('x@y', text('z'))],
  ),
  script(
    [],
    [90, open('session')],
    [98, request('exec', text('fail'))],
    [98, request('env', text('BAD', ''))],
    [97, uint32s(0)],
    [97, uint32s(0)],
  ),
  script(
    [],
    [90, open('direct-tcpip', ends)],
    [94, data('a'.repeat(300))],
    [93, uint32s(0, 5000)],
    [95, concatBytes(uint32s(0, 1), text('err'))],
    [96, uint32s(0)],
  ),
  script(
    [],
    [80, global('echo', text('x'))],
    [80, global('later')],
    [80, global('no')],
    [90, open('later')],
    [98, request('a')],
    [97, uint32s(0)],
  ),
  script([], [90, open('idle')], [90, open('never')], [90, open('unknown')], [94, data('12345678')], [94, data('9')], [247], [240]),
  script([], [EXEC], [91, confirmed()], [99, uint32s(0)], [50], [79], [192]),
  script([], [90, open('direct-tcpip', ends)], [FULL], [94, data('a'.repeat(300))], [80, global('echo')], [DRAINED], [97, uint32s(0)]),
])

/** A server's messages, as a client takes them. */
export const connectionClient: Target = defineConnectionTarget('connection-client', true, () => [
  script(
    [],
    [EXEC],
    [91, confirmed()],
    [99, uint32s(0)],
    [99, uint32s(0)],
    [94, data('out')],
    [95, concatBytes(uint32s(0, 1), text('err'))],
    [98, request('exit-status', uint32s(3), 0)],
    [96, uint32s(0)],
    [97, uint32s(0)],
  ),
  script(
    [],
    [SHELL],
    [91, confirmed()],
    [99, uint32s(0)],
    [98, request('exit-signal', concatBytes(text('TERM'), Uint8Array.of(1), text('bye', '')), 0)],
    [97, uint32s(0)],
  ),
  script([], [EXEC], [91, confirmed()], [100, uint32s(0)], [97, uint32s(0)]),
  script(
    [],
    [EXEC],
    [92, concatBytes(uint32s(0, 1), text('no', ''))],
    [DIRECT],
    [91, confirmed(0, 10)],
    [94, data('hello, world')],
    [93, uint32s(0, 100)],
  ),
  script([], [GLOBAL], [GLOBAL], [81, text('x')], [82], [80, global('hostkeys-00@openssh.com', text('k'))], [80, global('echo')]),
  script([], [90, open('forwarded-tcpip', ends)], [94, data('x')], [96, uint32s(0)], [97, uint32s(0)]),
  script([], [FULL], [WRITE], [91, confirmed(0, 9000)], [93, uint32s(0, 100)], [DRAINED], [96, uint32s(0)], [97, uint32s(0)]),
  script([], [WRITE], [91, confirmed()], [93, uint32s(0, 0xffff_ffff)], [ABORT], [91, confirmed(1)], [97, uint32s(1)], [CLOSE], [240]),
])

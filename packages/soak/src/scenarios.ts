import { createHash } from 'node:crypto'
import { connect as dial, type Socket } from 'node:net'
import { setTimeout as after } from 'node:timers/promises'
import { isSSHError, type SSHTransportBase } from '@seashell/core'
import { KnownHosts } from '@seashell/keys'
import { connect, type SSHClient } from '@seashell/ssh'
import type { Dice } from './dice.ts'
import { startExchange } from './faults/link.ts'
import { ECHO_CHANNEL, SLOW, type SoakServer, startServer } from './server.ts'

/** What a scenario has. */
export interface Scene {
  readonly server: SoakServer
  /** One that soon ends connections on which nothing is said. */
  readonly impatient: SoakServer
  readonly dice: Dice
  /** Never fires: whoever leaves a listener on it leaks. */
  readonly signal: AbortSignal
}

/** Something that happens to a connection; it resolves when all is over on the client's side, and rejects where what was expected did not happen. */
export type Scenario = (scene: Scene) => Promise<void>

/** The longest piece of data. */
const DATA_LENGTH = 200_000

/** Everything that happens, by name. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  async work(scene) {
    const { dice } = scene
    const { client } = await open(scene)
    const channels = Array.from({ length: 1 + dice.below(4) }, () => dice.oneOf([echoSession, hashSession, echoChannel])(client, dice))
    await Promise.all(channels)
    await client.close()
    await client.closed
  },

  async 'a client vanishes'(scene) {
    const { client, socket } = await open(scene)
    const working = Promise.allSettled([echoSession(client, scene.dice), hashSession(client, scene.dice), echoChannel(client, scene.dice)])
    await after(scene.dice.below(20))
    if (scene.dice.below(2) === 0) socket.destroy()
    else socket.resetAndDestroy()
    await working
    await client.closed
  },

  async 'the server’s side vanishes'(scene) {
    const { client, socket } = await open(scene)
    const working = Promise.allSettled([echoSession(client, scene.dice), hashSession(client, scene.dice)])
    await after(scene.dice.below(20))
    for (const other of scene.server.sockets) if (other.remotePort === socket.localPort) other.resetAndDestroy()
    await working
    await client.closed
  },

  async 'a client ends its side and no more'({ impatient, dice }) {
    const socket = raw(impatient, { allowHalfOpen: true })
    socket.end(dice.oneOf(['', 'SSH-2.0-half', 'SSH-2.0-half\r\n']))
    await ended(socket)
  },

  async 'a client says nothing'({ impatient }) {
    await ended(raw(impatient))
  },

  async 'a client identifies itself and stalls'({ impatient, dice }) {
    const socket = raw(impatient)
    socket.write('SSH-2.0-stalled\r\n')
    socket.write(dice.bytes(2))
    await ended(socket)
  },

  async 'a client stops reading'(scene) {
    const { client, socket } = await open(scene)
    const session = await client.exec('echo', { signal: scene.signal })
    const working = Promise.allSettled([session.write(scene.dice.bytes(DATA_LENGTH)), session.output(), session.end()])
    socket.pause()
    await after(scene.dice.below(100))
    socket.destroy()
    await working
    await client.closed
  },

  async 'a client gives up'(scene) {
    const signal = AbortSignal.timeout(scene.dice.below(40))
    const client = await open(scene, signal).catch(onlySSHError)
    await client?.client.close()
  },

  async 'a client vanishes while it logs in'({ server, dice, signal }) {
    const socket = dial(server.port, '127.0.0.1')
    const [early, user] = [dice.below(2) === 0, dice.oneOf(['alice', SLOW.user])]
    // Before the password leaves, or while the server thinks about it.
    const leave = after(early ? 0 : dice.below(SLOW.time))
    const password = async (): Promise<string> => {
      if (early) socket.destroy()
      else void leave.then(() => socket.destroy())
      return 'right'
    }
    const client = await connect({ ...loginTo(server), user, password, stream: socket, signal }).catch(onlySSHError)
    await client?.closed
  },

  async 'keys are exchanged while channels open and close'(scene) {
    const { client } = await open(scene)
    const working = { over: false }
    const channels = Promise.all([echoChannel, echoSession, echoChannel, hashSession].map((use) => use(client, scene.dice)))
    void channels.catch(() => {}).then(() => (working.over = true))
    await exchangeAgainAndAgain(client.transport, () => working.over)
    await channels
    const { keyExchanges } = client.describe()
    if (keyExchanges < 2) throw new Error(`expected keys to be exchanged more than once; they were ${keyExchanges} times`)
    await client.close()
    await client.closed
  },

  async 'a server closes while clients connect'({ dice, signal }) {
    const server = await startServer()
    const clients = Array.from({ length: 3 }, async () => {
      const client = await connect({ ...loginTo(server), password: 'right', signal }).catch(onlySSHError)
      await client
        ?.exec('echo')
        .then((session) => session.output())
        .catch(onlySSHError)
      await client?.closed
    })
    await after(dice.below(60))
    await server.close()
    await Promise.all(clients)
    compare('connections of a server that is closed', [...server.ssh.connections].length, 0)
  },

  async 'a wrong password'({ server, signal }) {
    await connect({ ...loginTo(server), password: 'wrong', signal }).then(
      () => Promise.reject(new Error('it was right')),
      (error: unknown) => {
        if (!isSSHError(error) || error.code !== 'AUTHENTICATION') throw error
      },
    )
  },
}

/** Fails as one may; anything else is a failure. */
function onlySSHError(error: unknown): undefined {
  if (!isSSHError(error)) throw error
}

async function exchangeAgainAndAgain(transport: SSHTransportBase, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    startExchange(transport)
    await after(1)
  }
}

function loginTo(server: SoakServer): Pick<Parameters<typeof connect>[0], 'host' | 'port' | 'user' | 'knownHosts' | 'verifyHostKey'> {
  return { host: '127.0.0.1', port: server.port, user: 'alice', knownHosts: new KnownHosts(), verifyHostKey: () => true }
}

async function open({ server, dice, signal }: Scene, until = signal): Promise<{ readonly client: SSHClient; readonly socket: Socket }> {
  const socket = dial(server.port, '127.0.0.1')
  const rekey = { bytes: dice.oneOf([50_000, 100_000, 1_000_000_000]) }
  return { client: await connect({ ...loginTo(server), password: 'right', stream: socket, rekey, signal: until }), socket }
}

function raw(server: SoakServer, options: { allowHalfOpen?: boolean } = {}): Socket {
  const socket = dial({ port: server.port, host: '127.0.0.1', ...options })
  socket.on('error', () => {})
  socket.on('end', () => socket.end())
  return socket.resume()
}

async function ended(socket: Socket): Promise<void> {
  await new Promise((resolve) => socket.once('close', resolve))
}

async function echoSession(client: SSHClient, dice: Dice): Promise<void> {
  const data = dice.bytes(DATA_LENGTH)
  const session = await client.exec('echo')
  const [{ stdout, code }] = await Promise.all([session.output(), session.write(data), session.end()])
  compare('echo', sha256(stdout), sha256(data))
  compare('exit status of echo', code, 0)
}

async function hashSession(client: SSHClient, dice: Dice): Promise<void> {
  const data = dice.bytes(DATA_LENGTH)
  const session = await client.exec('sha256')
  const [{ stdout }] = await Promise.all([session.output(), session.write(data), session.end()])
  compare('sha256', new TextDecoder().decode(stdout), sha256(data))
}

async function echoChannel(client: SSHClient, dice: Dice): Promise<void> {
  const data = dice.bytes(DATA_LENGTH)
  const channel = await client.connection.openChannel(ECHO_CHANNEL, undefined, { closeAfterEOF: true })
  const hash = createHash('sha256')
  const reading = (async (): Promise<void> => {
    for await (const chunk of channel) hash.update(chunk)
  })()
  await Promise.all([channel.write(data), channel.end(), reading])
  compare('echo of a channel', hash.digest('hex'), sha256(data))
  await channel.closed
}

function compare(what: string, found: unknown, expected: unknown): void {
  if (found !== expected) throw new Error(`${what}: expected ${String(expected)}; got ${String(found)}`)
}

function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

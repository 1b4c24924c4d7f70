import { createHash } from 'node:crypto'
import { createServer as createTCPServer, type Socket } from 'node:net'
import { setTimeout as after } from 'node:timers/promises'
import type { Channel, ServerSession } from '@seashell/connection'
import { generatePrivateKey, createSigner } from '@seashell/keys'
import { createServer, defaultAlgorithms, type SSHServer } from '@seashell/ssh'

/** The type of a channel that gives back what it gets. */
export const ECHO_CHANNEL = 'echo@example.org'

/** How long who says nothing is waited for: longer than a busy machine takes for anything. */
const PATIENT = { identificationTime: 20_000, keyExchangeTime: 20_000, authenticationTime: 20_000 }

/** The same for those who never say anything. */
export const IMPATIENT = { identificationTime: 300, keyExchangeTime: 1000, authenticationTime: 1000 }

/** The server of a soak, and its sockets, which a scenario may break. */
export interface SoakServer {
  /** The server. */
  readonly ssh: SSHServer
  /** The port, on 127.0.0.1. */
  readonly port: number
  /** The sockets that are open, oldest first. */
  readonly sockets: ReadonlySet<Socket>
  /** What there was so far. */
  readonly tally: Readonly<Tally>
  /** Stops listening, and closes all connections. */
  close(): Promise<void>
}

/** What a server has counted. */
export interface Tally {
  /** Connections, however short. */
  connections: number
  /** How often keys were exchanged, the first times included. */
  exchanges: number
  /** Bytes on its sockets, in and out. */
  bytes: number
}

/** A user with whose password the server takes its time, in milliseconds. */
export const SLOW = { user: 'slow', time: 30 } as const

/** Starts a server: `echo` gives its input back, `sha256` its hash; keys are exchanged every 200 kB. */
export async function startServer(limits = PATIENT): Promise<SoakServer> {
  const { publicKeys } = defaultAlgorithms()
  const hostKey = createSigner(await generatePrivateKey(publicKeys.get('ssh-ed25519')), publicKeys)
  const tally: Tally = { connections: 0, exchanges: 0, bytes: 0 }
  const ssh = await createServer({
    hostKeys: [hostKey],
    limits,
    rekey: { bytes: 200_000 },
    onEvent: ({ type }) => void (tally.exchanges += type === 'keys' ? 1 : 0),
    auth: {
      async password({ password }, { user }) {
        if (user === SLOW.user) await after(SLOW.time)
        return password === 'right'
      },
    },
    onSession: (session) => ({ exec: async (command) => await (command === 'echo' ? echo(session) : sha256(session)) }),
    connection: () => ({
      channelTypes: { [ECHO_CHANNEL]: (opening) => void echo(opening.accept({ closeAfterEOF: true })).catch(() => {}) },
    }),
  })
  const sockets = new Set<Socket>()
  const listener = createTCPServer((socket) => {
    tally.connections++
    sockets.add(socket)
    socket.once('close', () => {
      sockets.delete(socket)
      tally.bytes += socket.bytesRead + socket.bytesWritten
    })
    ssh.accept(socket)
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => listener.close(resolve))
    await ssh.close()
    await closed
  }
  return { ssh, port, sockets, tally, close }
}

async function echo(channel: Channel | ServerSession): Promise<number> {
  for await (const chunk of channel) await channel.write(chunk)
  if ('end' in channel) await channel.end()
  return 0
}

async function sha256(session: ServerSession): Promise<number> {
  const hash = createHash('sha256')
  for await (const chunk of session) hash.update(chunk)
  await session.write(hash.digest('hex'))
  return 0
}

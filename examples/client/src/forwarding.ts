import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type { Channel, HostAndPort } from '@seashell/connection'
import type { SSHClient } from '@seashell/ssh'
import { parsePort } from './destination.ts'
import { type Log, messageOf } from './log.ts'
import { copy } from './streams.ts'

/** What `-L` asks for: where to listen, and where the server has to connect to. */
export interface Forward {
  /** Undefined: all addresses. */
  readonly bind: string | undefined
  readonly port: number
  readonly target: HostAndPort
}

const LOOPBACK = '127.0.0.1'

/**
 * Reads `[bind:]port:host:hostport`; addresses of IPv6 stand in brackets. An empty bind, or `*`, is all addresses.
 *
 * @throws Error where it is something else
 */
export function parseForward(text: string): Forward {
  const host = String.raw`\[([^\]]*)\]|([^:[\]]*)`
  const match = new RegExp(`^(?:(?:${host}):)?(\\d+):(?:${host}):(\\d+)$`).exec(text)
  const [, bind6, bind4, port, target6, target4, targetPort] = match ?? []
  const target = target6 ?? target4
  if (!port || !target || !targetPort) throw new Error(`-L ${text}: expected [bind:]port:host:hostport`)
  const bind = bind6 ?? bind4 ?? LOOPBACK
  return {
    bind: bind === '' || bind === '*' ? undefined : bind,
    port: parsePort(port),
    target: { host: target, port: parsePort(targetPort) },
  }
}

/**
 * Listens, and has the server connect for each connection that comes.
 *
 * @throws Error where the address cannot be listened on
 */
export async function startForwarding(client: SSHClient, { bind, port, target }: Forward, log: Log): Promise<void> {
  const to = `${target.host} port ${target.port}`
  // Half open, for one side may have no more to say while the other still answers.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const from = `${socket.remoteAddress} port ${socket.remotePort}`
    log.detail(`forwarding a connection from ${from} to ${to}`)
    forward(client, socket, target).catch((error: unknown) => log.say(`the connection from ${from} to ${to} failed: ${messageOf(error)}`))
  })
  try {
    server.listen({ port, ...(bind !== undefined && { host: bind }) })
    await once(server, 'listening')
  } catch (error) {
    throw new Error(`-L: cannot listen on ${bind ?? 'all addresses'}, port ${port}: ${messageOf(error)}`, { cause: error })
  }
  // A connection that breaks before it is accepted is nobody's matter.
  server.on('error', (error) => log.detail(`forwarding: ${error.message}`))
  log.detail(`listening on ${bind ?? 'all addresses'}, port ${port}, for ${to}`)
}

async function forward(client: SSHClient, socket: Socket, target: HostAndPort): Promise<void> {
  socket.on('error', () => {}) // shows in what reads and writes
  try {
    const originator = { originatorHost: socket.remoteAddress ?? LOOPBACK, originatorPort: socket.remotePort ?? 0 }
    const channel = await client.openDirectTCPIP({ ...target, ...originator })
    await join(socket, channel)
  } catch (error) {
    socket.destroy()
    throw error
  }
}

/** Joins the two until both directions have ended, or one side is gone. What breaks off is for those to notice who talk to each other. */
async function join(socket: Socket, channel: Channel): Promise<void> {
  try {
    const sent = sendAll(socket, channel)
    await Promise.all([receiveAll(channel, socket), Promise.race([sent, channel.closed])])
    socket.destroySoon()
  } catch (error) {
    channel.abort(error)
    socket.destroy()
  }
}

async function sendAll(socket: Socket, channel: Channel): Promise<void> {
  // The other direction goes on after the end of this one.
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) await channel.write(chunk as Uint8Array)
  await channel.end()
}

async function receiveAll(channel: Channel, socket: Socket): Promise<void> {
  await copy(channel, socket)
  socket.end()
}

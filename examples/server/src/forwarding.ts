import { connect, type Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { type Channel, OpenFailureReasons, type TCPIPHandler } from '@seashell/connection'
import { messageOf } from './log.ts'
import { permitsOpen } from './permissions.ts'
import type { LoginContext } from './session.ts'

/** How long to wait for an address that does not answer, in milliseconds. */
const CONNECT_TIME = 20_000

/**
 * Connects to where a client asks for (RFC 4254 §7.2).
 *
 * @param allowed whether this server forwards at all
 */
export function forwarding(allowed: boolean, { permissions, log }: LoginContext): TCPIPHandler {
  return async (request, { host, port }) => {
    const target = `${JSON.stringify(host)} port ${port}`
    if (!allowed || !permissions.permitPortForwarding || !permitsOpen(permissions.permitOpen, host, port)) {
      log(`forwarding to ${target}: refused`)
      return request.refuse(OpenFailureReasons.ADMINISTRATIVELY_PROHIBITED, 'forwarding is not permitted')
    }
    let socket: Socket
    try {
      socket = await connected(host, port)
    } catch (error) {
      log(`forwarding to ${target}: ${messageOf(error)}`)
      return request.refuse(OpenFailureReasons.CONNECT_FAILED, 'connection failed')
    }
    log(`forwarding to ${target}: connected`)
    try {
      // Where the client is gone meanwhile, this throws.
      await join(request.accept(), socket)
    } finally {
      socket.destroy()
    }
  }
}

function connected(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true, timeout: CONNECT_TIME })
    socket.once('timeout', () => socket.destroy(new Error(`no answer after ${CONNECT_TIME} ms`)))
    // A later error ends the streams, and is told by them.
    socket.on('error', reject)
    socket.once('connect', () => {
      socket.setTimeout(0)
      resolve(socket)
    })
  })
}

/** Passes bytes on both ways, as fast as they are taken, until both have ended, one breaks, or the client closes the channel. */
async function join(channel: Channel, socket: Socket): Promise<void> {
  const fromSocket = async (): Promise<void> => {
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) await channel.write(chunk as Uint8Array)
    await channel.end()
  }
  try {
    await Promise.all([pipeline(channel, socket), Promise.race([fromSocket(), channel.closed])])
  } catch (error) {
    channel.abort(error)
  }
}

import { once } from 'node:events'
import type { Server } from 'node:net'

/** The port of a server that is about to listen. */
export async function listeningPort(server: Server): Promise<number> {
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('expected an IP address of a listening socket')
  return address.port
}

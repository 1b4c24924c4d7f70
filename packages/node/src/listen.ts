import { createServer, type Server, type Socket } from 'node:net'
import { SSHError } from '@seashell/core'

/** Where and how to listen. */
export interface ListenOptions {
  /** The address; '127.0.0.1' where absent, so that nobody is let in from outside by accident. */
  readonly host?: string
  /** The port; 0, a free one, where absent. */
  readonly port?: number
}

/** A listening server. */
export interface Listener extends AsyncDisposable {
  /** The address it listens on. */
  readonly host: string
  /** The port it listens on. */
  readonly port: number
  /** Takes no further connections. Those that are open go on; it resolves when it no longer listens. */
  close(): Promise<void>
}

/**
 * Listens for TCP connections.
 *
 * @param accept gets each connection
 * @throws SSHError `ARGUMENT`, fault 'local', where the address cannot be listened on, with the system's error as its cause
 */
export async function listen(accept: (socket: Socket) => void, { host = '127.0.0.1', port = 0 }: ListenOptions = {}): Promise<Listener> {
  const server = createServer({ noDelay: true }, accept)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(new SSHError('ARGUMENT', `cannot listen on ${host} port ${port}: ${error.message}`, { fault: 'local', cause: error }))
    })
    server.listen({ host, port }, resolve)
  })
  // A connection that breaks between accept and hand-over is that connection's matter alone.
  server.on('error', () => {})
  const address = server.address()
  const close = (): Promise<void> => closeServer(server)
  return {
    host,
    port: typeof address === 'object' && address !== null ? address.port : port,
    close,
    [Symbol.asyncDispose]: close,
  }
}

// Server.close waits for all connections; here those are others' to end.
function closeServer(server: Server): Promise<void> {
  server.close()
  return Promise.resolve()
}

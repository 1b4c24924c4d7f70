import { chacha20Poly1305 } from '@seashell/cipher-chacha20-poly1305'
import { type SessionOutput, SSHConnection } from '@seashell/connection'
import { AlgorithmRegistry, SSHClientTransport, SSHError } from '@seashell/core'
import { curve25519Sha256 } from '@seashell/kex-curve25519'
import { sshEd25519 } from '@seashell/key-ed25519'
import { password, UserAuthClient } from '@seashell/userauth'

/** Two byte streams, as a browser has them: of a WebSocketStream, of a WebTransport, or made of a WebSocket's messages. */
export interface WebByteStream {
  /** What comes from the server. */
  readonly readable: ReadableStream<Uint8Array>
  /** What goes to it. */
  readonly writable: WritableStream<Uint8Array>
}

/** Where to run a command, and as whom. */
export interface MinimalClientOptions {
  /** A stream to the server, which relays bytes as they are. */
  readonly stream: WebByteStream
  /** Decides about the server's host key: a blob of format `ssh-ed25519`. */
  readonly verifyHostKey: (hostKey: Uint8Array) => boolean | Promise<boolean>
  /** Whom to log in as. */
  readonly user: string
  /** The password. */
  readonly password: string
}

/**
 * The smallest useful client: it logs in with a password, runs a command, and returns all that the command wrote. One algorithm of each
 * kind is all it has. It runs in a browser; `pnpm size` bundles it for one, from what users install.
 *
 * @throws SSHError `HOST_KEY`, `AUTHENTICATION`, `CONNECTION_LOST`, …
 */
export async function runCommand(options: MinimalClientOptions, command: string): Promise<SessionOutput> {
  const transport = new SSHClientTransport({
    algorithms: new AlgorithmRegistry([curve25519Sha256, sshEd25519, chacha20Poly1305]),
    verifyHostKey: options.verifyHostKey,
  })
  attach(transport, options.stream)
  await transport.secured
  await using connection = new SSHConnection()
  const auth = new UserAuthClient({ user: options.user, service: connection, methods: [password(options.password)] })
  transport.requestService(auth)
  await Promise.race([auth.authenticated, failureOf(transport)])
  const session = await connection.exec(command)
  return await session.output()
}

/** A connection that ends before the service is accepted never starts it. */
async function failureOf(transport: SSHClientTransport): Promise<never> {
  throw (await transport.closed) ?? new SSHError('CLOSED', 'the connection was closed before it stood', { fault: 'local' })
}

/** Runs a transport over Web Streams. */
function attach(transport: SSHClientTransport, { readable, writable }: WebByteStream): void {
  const [reader, writer] = [readable.getReader(), writable.getWriter()]
  const flow = new Flow()
  const lose = (error: unknown): void => transport.connectionLost(error instanceof Error ? error : undefined)
  transport.makeConnection({
    write(data) {
      writer.write(data).catch(lose)
      if ((writer.desiredSize ?? 0) > 0) return true
      writer.ready.then(() => transport.drained(), lose)
      return false
    },
    loseConnection() {
      flow.resume()
      end(writer, reader).catch(lose)
    },
    getPeer: () => ({ host: '', port: 0 }),
    getHost: () => ({ host: '', port: 0 }),
    pause: () => flow.pause(),
    resume: () => flow.resume(),
  })
  receive(transport, reader, flow).then(() => transport.connectionLost(), lose)
}

/** Once all is written there is nothing more to read either; a stream that is broken has neither. */
async function end(writer: WritableStreamDefaultWriter<Uint8Array>, reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  try {
    await writer.close()
  } finally {
    await reader.cancel()
  }
}

async function receive(transport: SSHClientTransport, reader: ReadableStreamDefaultReader<Uint8Array>, flow: Flow): Promise<void> {
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    transport.dataReceived(next.value)
    await flow.open
  }
}

/** Whether the transport takes more: a promise to wait for before the next read. */
class Flow {
  open: Promise<void> | undefined
  #resume: (() => void) | undefined

  pause(): void {
    this.open ??= new Promise((resolve) => {
      this.#resume = resolve
    })
  }

  resume(): void {
    this.#resume?.()
    this.open = undefined
  }
}

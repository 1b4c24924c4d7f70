import { connect, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type ByteStream, invalidArgument, SSHError, type SSHTransportBase, type StreamAddress } from '@seashell/core'
import { giveBack } from './memory.ts'
import { Loan, Rooms } from './rooms.ts'

const rooms = /* @__PURE__ */ new Rooms()

/** For what is to happen once those promises have run that are settled already. */
const settled: Promise<void> = /* @__PURE__ */ Promise.resolve()

/** Sockets that read into the same memory again and again. */
const readsInPlace = /* @__PURE__ */ new WeakSet<Socket>()

/** What a socket of ours reads at once, in bytes. */
const READ_LENGTH = 65_536

/** Where all of them read: what has come is worked on before the next of them reads. */
let readBuffer: Uint8Array | undefined

/** How long a stream that we have ended may take to send what is left and close, in milliseconds; then it is destroyed. */
const CLOSE_TIME = 5000

/** As much of a transport as a stream needs. */
export type StreamTransport = Pick<SSHTransportBase, 'makeConnection' | 'dataReceived' | 'drained' | 'connectionLost'>

/**
 * Runs a transport over a Node stream: a socket, or any other `Duplex`, such as a channel of another connection or a program's pipes.
 *
 * Nagle's algorithm is switched off on sockets: SSH writes whole packets, and waiting for acknowledgements costs 40 ms each time.
 *
 * @param transport what to run; this calls its `makeConnection`
 * @param stream open or still connecting; it belongs to the transport from now on, and so does the memory of what a socket has read
 *
 * @example
 * ```ts
 * import { AlgorithmRegistry, SSHClientTransport } from '@seashell/core'
 * import { attachStream, connectSocket } from '@seashell/node'
 *
 * const transport = new SSHClientTransport({ algorithms: new AlgorithmRegistry(), verifyHostKey: () => false })
 * attachStream(transport, await connectSocket({ host: 'example.org', port: 22 }))
 * ```
 */
export function attachStream(transport: StreamTransport, stream: Duplex): void {
  if (stream instanceof Socket) stream.setNoDelay(true)
  const attached = Object.assign(stream, { [transportOf]: transport })
  attached.on('data', stream instanceof Socket && !readsInPlace.has(stream) ? tookNewMemory : tookMemory)
  attached.on('drain', drained)
  attached.on('error', failed)
  // It would stay open for writing, to a peer that is gone, and never close. Sockets are not half-open as a rule: they do so themselves.
  if (stream.allowHalfOpen) stream.on('end', () => stream.end())
  attached.on('close', closed)
  transport.makeConnection(stream instanceof Socket ? new SocketStream(stream) : new NodeStream(stream))
  stream.resume()
}

const transportOf = /* @__PURE__ */ Symbol('transport')
const failureOf = /* @__PURE__ */ Symbol('failure')

/** A stream that a transport runs over. Its listeners are everybody's, where closures would be four for each. */
interface Attached extends Duplex {
  readonly [transportOf]: StreamTransport
  [failureOf]?: Error
}

function tookMemory(this: Attached, chunk: Uint8Array): void {
  this[transportOf].dataReceived(chunk)
}

function tookNewMemory(this: Attached, chunk: Uint8Array): void {
  this[transportOf].dataReceived(chunk)
  giveBack(chunk)
}

function drained(this: Attached): void {
  this[transportOf].drained()
}

function failed(this: Attached, error: Error): void {
  this[failureOf] = error
}

function closed(this: Attached): void {
  this[transportOf].connectionLost(this[failureOf])
}

/** Where to connect to. */
export interface ConnectOptions {
  /** A name or an address. */
  readonly host: string
  /** The port; 22 where absent. */
  readonly port?: number
  /** Gives up. */
  readonly signal?: AbortSignal
}

/**
 * Connects a TCP socket, for {@link attachStream}: it is paused until then, and reads into memory that all such sockets share, so
 * that what a listener of its 'data' is given is valid until the listener returns.
 *
 * @throws SSHError `CONNECTION_LOST`, fault 'local', where there is no connection, with the system's error as its cause; `ABORTED` where
 *   the signal fires first; `ARGUMENT` for a port that is none
 */
export function connectSocket({ host, port = 22, signal }: ConnectOptions): Promise<Socket> {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw invalidArgument(`expected a port from 1 to 65535; got ${port}`)
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(aborted(host, signal))
      return
    }
    const onread = {
      buffer: (readBuffer ??= new Uint8Array(READ_LENGTH)),
      callback: (length: number, buffer: Uint8Array): boolean => socket.emit('data', buffer.subarray(0, length)),
    }
    const socket = connect({ host, port, noDelay: true, onread })
    readsInPlace.add(socket)
    socket.pause()
    const abort = (): void => {
      socket.destroy()
      reject(aborted(host, signal))
    }
    signal?.addEventListener('abort', abort, { once: true })
    socket.once('error', (error) => {
      signal?.removeEventListener('abort', abort)
      reject(
        new SSHError('CONNECTION_LOST', `no connection to ${host} port ${port}: ${messageOf(error)}`, { fault: 'local', cause: error }),
      )
    })
    socket.once('connect', () => {
      signal?.removeEventListener('abort', abort)
      // Another listener is there from attachStream on; until then an error would be one that nobody handles.
      socket.once('error', () => {})
      resolve(socket)
    })
  })
}

/** A name with several addresses fails with an error that has no message of its own: each address has one. */
function messageOf(error: Error): string {
  return error instanceof AggregateError ? error.errors.map((each: Error) => each.message).join(', ') : error.message
}

function aborted(host: string, signal: AbortSignal | undefined): SSHError {
  return new SSHError('ABORTED', `the connection to ${host} was given up`, { fault: 'caller', cause: signal?.reason })
}

/** A Node stream as a transport sees it: methods that all of them share, where closures would be seven for each. */
class NodeStream implements ByteStream {
  readonly #stream: Duplex
  readonly #peer: StreamAddress
  readonly #host: StreamAddress

  constructor(stream: Duplex) {
    const socket = stream as Partial<Socket>
    this.#stream = stream
    this.#peer = addressOf(socket.remoteAddress, socket.remotePort)
    this.#host = addressOf(socket.localAddress, socket.localPort)
  }

  write(data: Uint8Array): boolean {
    return this.#stream.writable && this.#stream.write(data)
  }

  /** The end of this turn of the event loop: Node runs ticks that promises ask for when no promise has anything to do. */
  atEndOfTurn(callback: () => void): void {
    // What queueMicrotask makes for each callback, a resource that async_hooks can follow, costs several times what a promise does.
    void settled.then(() => process.nextTick(callback))
  }

  loseConnection(): void {
    const stream = this.#stream
    // What is paused would never see the peer's end.
    stream.resume()
    stream.end()
    const timer = setTimeout(() => stream.destroy(), CLOSE_TIME)
    timer.unref()
    stream.once('close', () => clearTimeout(timer))
  }

  getPeer(): StreamAddress {
    return this.#peer
  }

  getHost(): StreamAddress {
    return this.#host
  }

  pause(): void {
    pause(this.#stream)
  }

  resume(): void {
    this.#stream.resume()
  }
}

/** A socket. Any other stream may pass on what it was given, and call back nevertheless, so that its memory is not ours to use again. */
class SocketStream extends NodeStream {
  readonly #socket: Socket
  readonly #loan = new Loan(rooms)

  constructor(socket: Socket) {
    super(socket)
    this.#socket = socket
  }

  allocate(length: number): Uint8Array {
    return this.#loan.take(length)
  }

  override write(data: Uint8Array): boolean {
    const room = this.#loan.claim(data)
    return room === undefined || !this.#socket.writable ? super.write(data) : writeRoom(this.#socket, data, room)
  }
}

/** A socket that was to go on in the same turn begins to read after it was paused: pausing it once more, behind that, stops it. */
function pause(stream: Duplex): void {
  stream.pause()
  process.nextTick(() => stream.isPaused() && stream.pause())
}

/** Writes what is in a room, and gives that back: at once where the system has taken all of it, for callbacks come a turn later. */
function writeRoom(socket: Socket, data: Uint8Array, room: Uint8Array): boolean {
  let isLent = true
  const release = (): void => {
    if (isLent) rooms.release(room)
    isLent = false
  }
  const accepted = socket.write(data, release)
  if (socket.writableLength === 0) release()
  return accepted
}

function addressOf(address: string | undefined, port: number | undefined): StreamAddress {
  return { host: address ?? '', port: port ?? 0 }
}

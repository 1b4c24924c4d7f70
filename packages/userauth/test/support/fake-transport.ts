import { concatBytes } from '@seashell/core/wire'
import {
  type AlgorithmPack,
  AlgorithmRegistry,
  clientLimits,
  type Clock,
  type DisconnectReason,
  type Limits,
  serverLimits,
  type ServiceTransport,
  SSHError,
  SSHService,
  SSHTransportAddress,
  type Timer,
} from '@seashell/core'

/** A service that only remembers what it gets. */
export class RecordingService extends SSHService {
  override readonly name: string = 'ssh-connection'
  override readonly protocolMessages: Readonly<Record<number, string>> = {}
  readonly received: number[] = []
  started = false

  override serviceStarted(): void {
    this.started = true
  }

  override packetReceived(messageNum: number): void {
    this.received.push(messageNum)
  }
}

/** A clock whose time is set by hand. */
export class HandClock implements Clock {
  #now = 0
  #timers = new Set<{ at: number; callback: () => void }>()
  /** What was waited for, in milliseconds. */
  readonly waits: number[] = []
  /** Whether timers ring at once, and time goes on by as much. */
  immediate = true

  now(): number {
    return this.#now
  }

  setTimeout(callback: () => void, milliseconds: number): Timer {
    this.waits.push(milliseconds)
    const timer = { at: this.#now + milliseconds, callback }
    this.#timers.add(timer)
    if (this.immediate) queueMicrotask(() => this.#timers.has(timer) && this.advance(milliseconds))
    return timer
  }

  clearTimeout(timer: Timer): void {
    this.#timers.delete(timer as { at: number; callback: () => void })
  }

  get pending(): number {
    return this.#timers.size
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds
    for (const timer of [...this.#timers].filter(({ at }) => at <= this.#now)) {
      this.#timers.delete(timer)
      timer.callback()
    }
  }
}

export interface FakeOptions {
  readonly isClient: boolean
  readonly algorithms?: AlgorithmPack
  readonly acceptedPublicKeys?: readonly string[]
  readonly peerExtensions?: ReadonlyMap<string, Uint8Array>
  readonly delaysCompression?: boolean
  readonly encrypted?: boolean
  readonly sessionID?: Uint8Array
  readonly limits?: Partial<Limits>
  readonly clock?: Clock
}

/** A transport without bytes: messages go straight to the other one, in order, and wait while somebody holds them back. */
export class FakeTransport implements ServiceTransport {
  readonly isClient: boolean
  readonly sessionID: Uint8Array
  readonly algorithms: AlgorithmRegistry
  readonly acceptedPublicKeys: readonly string[]
  readonly peerExtensions: ReadonlyMap<string, Uint8Array>
  readonly limits: Limits
  readonly clock: Clock
  readonly writable = true
  readonly delaysCompression: boolean
  readonly encrypted: boolean
  service: SSHService | undefined
  peer: FakeTransport | undefined
  /** Every message that was sent. */
  readonly sent: [number, Uint8Array][] = []
  unimplemented = 0
  authenticated = false
  ended = false
  /** What it ended with, where that was our doing. */
  error: SSHError | undefined
  #queue: [number, Uint8Array][] = []
  #holds = 0
  #pumping = false

  constructor(options: FakeOptions) {
    this.isClient = options.isClient
    this.sessionID = options.sessionID ?? new Uint8Array(32).fill(7)
    this.algorithms = new AlgorithmRegistry(options.algorithms ?? [])
    this.acceptedPublicKeys = options.acceptedPublicKeys ?? this.algorithms.publicKeys.defaults
    this.peerExtensions = options.peerExtensions ?? new Map()
    this.encrypted = options.encrypted ?? true
    this.delaysCompression = options.delaysCompression ?? false
    this.limits = { ...(options.isClient ? clientLimits : serverLimits), ...options.limits }
    this.clock = options.clock ?? new HandClock()
  }

  keep(part: Uint8Array): Uint8Array {
    return part.slice()
  }

  atEndOfTurn(callback: () => void): void {
    void Promise.resolve().then(callback)
  }

  sendPacket(messageNum: number, ...payload: readonly Uint8Array[]): void {
    if (this.ended) return
    const copy = concatBytes(...payload)
    this.sent.push([messageNum, copy])
    this.peer?.receive(messageNum, copy)
  }

  /** A message has come: it is handled in a microtask, unless something holds it back. */
  receive(messageNum: number, payload: Uint8Array): void {
    if (this.ended) return
    this.#queue.push([messageNum, payload])
    queueMicrotask(() => this.#pump())
  }

  #pump(): void {
    if (this.#pumping) return
    this.#pumping = true
    while (this.#holds === 0 && !this.ended) {
      const next = this.#queue.shift()
      if (next === undefined) break
      // The view must not outlive the call: what was kept of it turns into nonsense.
      const view = next[1].slice()
      this.service?.packetReceived(next[0], view)
      view.fill(0xee)
    }
    this.#pumping = false
  }

  hold(promise: PromiseLike<unknown>): void {
    this.#holds++
    const release = (): void => {
      this.#holds--
      this.#pump()
    }
    promise.then(release, () => {
      throw new Error('a held promise was rejected')
    })
  }

  get held(): boolean {
    return this.#holds > 0
  }

  sendUnimplemented(): void {
    this.unimplemented++
  }

  sendDisconnect(_reason: DisconnectReason, _description: string): void {
    this.end()
  }

  fail(error: SSHError): void {
    if (this.ended) throw new Error('failed twice')
    this.error = error
    this.end(error)
  }

  /** The connection ends on this side, and on the other. */
  end(error?: SSHError): void {
    if (this.ended) return
    this.ended = true
    this.service?.serviceStopped(error)
    this.peer?.end(new SSHError('DISCONNECTED', `the peer disconnected: ${error?.message}`, { fault: 'peer' }))
  }

  setService(service: SSHService): void {
    this.service?.serviceStopped()
    this.service = service
    service.transport = this
    service.serviceStarted()
  }

  authenticationSucceeded(): void {
    this.authenticated = true
  }

  getPeer(): SSHTransportAddress {
    return new SSHTransportAddress({ host: '192.0.2.7', port: 50000 })
  }

  getHost(): SSHTransportAddress {
    return new SSHTransportAddress({ host: '192.0.2.1', port: 22 })
  }

  isEncrypted(): boolean {
    return this.encrypted
  }
}

/** Joins two services and starts them, the server first. */
export function join(
  client: SSHService,
  server: SSHService,
  options: Omit<FakeOptions, 'isClient'> & { readonly client?: Partial<FakeOptions>; readonly server?: Partial<FakeOptions> } = {},
): { client: FakeTransport; server: FakeTransport } {
  const serverSide = new FakeTransport({ ...options, ...options.server, isClient: false })
  const listed = new TextEncoder().encode(serverSide.acceptedPublicKeys.join(','))
  const peerExtensions = new Map([['server-sig-algs', listed]])
  const clientSide = new FakeTransport({ peerExtensions, ...options, ...options.client, isClient: true })
  clientSide.peer = serverSide
  serverSide.peer = clientSide
  serverSide.setService(server)
  clientSide.setService(client)
  return { client: clientSide, server: serverSide }
}

/** Lets everything that is under way settle. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** What a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<SSHError> {
  try {
    await promise
  } catch (error) {
    return error as SSHError
  }
  throw new Error('expected a rejection')
}

import type { Clock, DisconnectReason, Limits, ServiceTransport, SSHService } from '@seashell/core'
import { concatBytes } from '@seashell/core/wire'
import { AlgorithmRegistry, DisconnectError, serverLimits, SSHError, SSHTransportAddress } from '@seashell/core'

/** A clock that stands still until a test moves it. */
class TestClock implements Clock {
  #now = 0
  readonly #timers = new Map<object, { due: number; callback: () => void }>()

  now(): number {
    return this.#now
  }

  setTimeout(callback: () => void, milliseconds: number): object {
    const timer = {}
    this.#timers.set(timer, { due: this.#now + milliseconds, callback })
    return timer
  }

  clearTimeout(timer: unknown): void {
    this.#timers.delete(timer as object)
  }

  get pending(): number {
    return this.#timers.size
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds
    for (const [timer, { due, callback }] of this.#timers) {
      if (due > this.#now) continue
      this.#timers.delete(timer)
      callback()
    }
  }
}

export interface Sent {
  readonly messageNum: number
  readonly payload: Uint8Array
}

/** A transport without packets or keys: it hands messages to whoever plays the peer, and remembers them. */
export class FakeTransport implements ServiceTransport {
  readonly delaysCompression = false
  readonly isClient: boolean
  readonly sessionID = new Uint8Array(32)
  readonly algorithms = new AlgorithmRegistry()
  readonly acceptedPublicKeys: readonly string[] = []
  readonly peerExtensions = new Map<string, Uint8Array>()
  readonly clock = new TestClock()
  readonly limits: Limits
  /** All that was sent, in order. */
  readonly sent: Sent[] = []
  /** Called with all that is sent. */
  deliver: (message: Sent) => void = () => {}
  /** Called when the connection ends here. */
  hangUp: (reason: DisconnectReason, description: string) => void = () => {}
  /** The error that ended it. */
  failure: SSHError | undefined
  /** The reason of the DISCONNECT that was sent. */
  disconnectReason: number | undefined
  unimplemented = 0
  ended = false
  #writable = true
  #service: SSHService | undefined

  constructor(isClient: boolean, limits: Partial<Limits> = {}) {
    this.isClient = isClient
    this.limits = { ...serverLimits, ...limits }
  }

  get writable(): boolean {
    return this.#writable && !this.ended
  }

  set writable(writable: boolean) {
    this.#writable = writable
    if (writable) this.#service?.transportWritable()
  }

  keep(part: Uint8Array): Uint8Array {
    return part.slice()
  }

  atEndOfTurn(callback: () => void): void {
    queueMicrotask(() => process.nextTick(callback))
  }

  sendPacket(messageNum: number, ...payload: readonly Uint8Array[]): void {
    if (this.ended) return
    const message = { messageNum, payload: concatBytes(...payload) }
    this.sent.push(message)
    this.deliver(message)
  }

  /** The peer sent a message. Its bytes are gone when this returns, as they are with a real transport. */
  receive(messageNum: number, payload: Uint8Array): void {
    if (this.ended) return
    const view = new Uint8Array(payload.length + 7).subarray(3, 3 + payload.length)
    view.set(payload)
    this.#service?.packetReceived(messageNum, view)
    view.fill(0xa5)
  }

  setService(service: SSHService): void {
    this.#service?.serviceStopped()
    this.#service = service
    service.transport = this
    service.serviceStarted()
  }

  sendUnimplemented(): void {
    this.unimplemented++
  }

  sendDisconnect(reason: DisconnectReason, description: string): void {
    this.#end(undefined, reason, description)
  }

  fail(error: SSHError): void {
    this.#end(error, error.reason ?? 2, error.message)
  }

  /** The byte stream ended. */
  lose(error: SSHError = new SSHError('CONNECTION_LOST', 'the connection was lost', { fault: 'local' })): void {
    if (this.ended) return
    this.ended = true
    this.failure = error
    this.#service?.serviceStopped(error)
  }

  hold(): void {}
  authenticationSucceeded(): void {}
  getPeer(): SSHTransportAddress {
    return new SSHTransportAddress({ host: '192.0.2.1', port: 22 })
  }
  getHost(): SSHTransportAddress {
    return new SSHTransportAddress({ host: '192.0.2.2', port: 50_000 })
  }
  isEncrypted(): boolean {
    return false
  }

  #end(error: SSHError | undefined, reason: DisconnectReason, description: string): void {
    if (this.ended) return
    this.ended = true
    this.failure = error
    this.disconnectReason = reason
    this.hangUp(reason, description)
    this.#service?.serviceStopped(error)
  }
}

/** Two transports, each the other's peer. Messages arrive one by one, in order, each in a turn of its own. */
export function joinFakes(
  clientLimits?: Partial<Limits>,
  serverLimitChanges?: Partial<Limits>,
): { client: FakeTransport; server: FakeTransport } {
  const client = new FakeTransport(true, clientLimits)
  const server = new FakeTransport(false, serverLimitChanges)
  connect(client, server)
  connect(server, client)
  return { client, server }
}

function connect(from: FakeTransport, to: FakeTransport): void {
  from.deliver = ({ messageNum, payload }) => queueMicrotask(() => to.receive(messageNum, payload))
  from.hangUp = (reason, description) => queueMicrotask(() => to.lose(new DisconnectError(reason, description)))
}

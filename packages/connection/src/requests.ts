import type { MaybePromise, ServiceTransport } from '@seashell/core'
import { isSSHError, SSHError } from '@seashell/core'
import { violation } from './errors.ts'
import { Fifo } from './fifo.ts'
import { EMPTY } from './messages.ts'
import type { Deferred } from './promises.ts'

/** A request that the peer made, on a channel (RFC 4254 §5.4) or of the whole connection (§4). */
export interface IncomingRequest {
  /** Its type: printable US-ASCII. */
  readonly type: string
  /** What the type adds to the message; the handler's own copy. */
  readonly payload: Uint8Array
  /** Whether the peer waits for an answer. */
  readonly wantReply: boolean
  /**
   * Answers it, once; later calls do nothing. Where no reply is wanted, nothing is sent. Replies leave in the order of the requests,
   * whatever the order in which they are given.
   *
   * @param data what the type adds to the answer; global requests alone have such (RFC 4254 §4)
   */
  reply(success: boolean, data?: Uint8Array): void
}

/**
 * Decides about a request by calling `reply`. One that returns, or resolves, without having done so refuses; so does one that throws.
 * SSHError `MALFORMED` is different: what a WireReader throws when the payload is not what the type says ends the connection.
 */
export type RequestHandler = (request: IncomingRequest) => MaybePromise<void>

/** The answer to a global request. */
export interface GlobalReply {
  /** Whether the peer says that it succeeded. */
  readonly success: boolean
  /** What the request's type adds to the answer. */
  readonly data: Uint8Array
}

/**
 * How many requests of the peer are unanswered or being worked on, of the whole connection: it may ask without waiting. One that its handler
 * decides at once does not add up with those that come in the same turn of the event loop, though a promise stands in between.
 */
export class RequestCount {
  readonly #connection: { readonly transport: Pick<ServiceTransport, 'limits' | 'hold' | 'clock'> }
  #pending = 0

  /** @param connection what it runs on has the limit that counts, `pendingRequests` */
  constructor(connection: { readonly transport: Pick<ServiceTransport, 'limits' | 'hold' | 'clock'> }) {
    this.#connection = connection
  }

  /** @throws SSHError `LIMIT` where it is one too many */
  begin(): void {
    const { transport } = this.#connection
    const limit = transport.limits.pendingRequests
    if (this.#pending >= limit)
      throw new SSHError('LIMIT', `the peer has ${this.#pending} requests under way; the limit pendingRequests is ${limit}`, {
        fault: 'peer',
      })
    if (++this.#pending < limit) return
    // Whoever has nothing to wait for is done in a turn: the next message is looked at behind it.
    transport.hold(new Promise<void>((resolve) => void transport.clock.setTimeout(resolve, 0)))
  }

  /** One of those that began is answered, and its handler is done. */
  end(): void {
    this.#pending--
  }
}

/** Who hears of what handlers do wrong. */
export interface HandlerHost {
  /** Ends the connection. */
  fail(error: SSHError): void
  /** Tells the application that a handler of its own threw. */
  report(error: unknown): void
}

/**
 * Runs a handler of the application. What it throws never reaches the caller: bytes of the wrong form are the peer's mistake and end the
 * connection; everything else is reported.
 *
 * @param finished called when it has returned, or what it returned has settled; at once where it is no promise
 */
export function runHandler<T>(host: HandlerHost, handler: () => MaybePromise<T>, finished: (value: T | undefined) => void): void {
  const failed = (error: unknown): void => {
    if (isSSHError(error) && error.code === 'MALFORMED' && error.fault === 'peer') host.fail(error)
    else host.report(error)
    finished(undefined)
  }
  let result: MaybePromise<T>
  try {
    result = handler()
  } catch (error) {
    return failed(error)
  }
  if (typeof result === 'object' && result !== null && 'then' in result) result.then(finished, failed)
  else finished(result)
}

/** Where requests are served. */
export interface RequestHost extends HandlerHost {
  /** The connection's. */
  readonly requestCount: RequestCount
}

interface Slot {
  /** What to send, once it is decided. */
  answer: (() => void) | undefined
}

/** The requests of a peer, and the order of their answers (RFC 4254 §4: in the order of the requests). */
export class IncomingRequests {
  readonly #host: RequestHost
  readonly #sendReply: (success: boolean, data: Uint8Array) => void
  readonly #slots = new Fifo<Slot>()

  /** @param sendReply sends the answer to the oldest request that has none */
  constructor(host: RequestHost, sendReply: (success: boolean, data: Uint8Array) => void) {
    this.#host = host
    this.#sendReply = sendReply
  }

  /**
   * Lets a handler decide about a request; without one it is refused.
   *
   * @param payload is copied
   * @throws SSHError `LIMIT` where too many are being worked on
   */
  serve(handler: RequestHandler | undefined, type: string, wantReply: boolean, payload: Uint8Array): void {
    const { requestCount } = this.#host
    requestCount.begin()
    // A decided request still waits where one before it is undecided; one that is answered may still be worked on.
    let left = wantReply ? 2 : 1
    const settled = (): void => {
      if (--left === 0) requestCount.end()
    }
    const reply = wantReply ? this.#openSlot(settled) : (): void => {}
    const request: IncomingRequest = { type, payload: payload.slice(), wantReply, reply }
    const finished = (): void => {
      reply(false)
      settled()
    }
    if (handler === undefined) finished()
    else runHandler(this.#host, () => handler(request), finished)
  }

  /** A place in the order of answers. What is returned answers, the first time it is called. */
  #openSlot(sent: () => void): IncomingRequest['reply'] {
    const slot: Slot = { answer: undefined }
    this.#slots.push(slot)
    return (success, data = EMPTY) => {
      if (slot.answer !== undefined) return
      slot.answer = (): void => {
        this.#sendReply(success, data)
        sent()
      }
      for (let first = this.#slots.first; first?.answer !== undefined; first = this.#slots.first) {
        this.#slots.shift()
        first.answer()
      }
    }
  }
}

/** Our own requests that wait for an answer: answers come in the order of the requests. */
export class PendingReplies<T> {
  readonly #waiting = new Fifo<Deferred<T>>()
  #error: (() => unknown) | undefined

  /** The next answer that has no taker yet is for this one. */
  add(deferred: Deferred<T>): void {
    if (this.#error === undefined) this.#waiting.push(deferred)
    else deferred.reject(this.#error())
  }

  /**
   * The oldest request without an answer has got one.
   *
   * @throws SSHError `PROTOCOL` where there is none
   */
  settle(value: T): void {
    const deferred = this.#waiting.shift()
    if (deferred === undefined) throw violation('the peer answered a request that we did not make')
    deferred.resolve(value)
  }

  /** No more answers come, for a reason that is made when somebody has to be told. */
  fail(reason: () => unknown): void {
    this.#error ??= reason
    for (const deferred of this.#waiting.drain()) deferred.reject(reason())
  }
}

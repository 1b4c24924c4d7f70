import type { ServiceTransport, SSHError } from '@seashell/core'
import type { ChannelHost, ChannelState } from './channel-state.ts'
import { ChannelTable } from './channel-table.ts'
import type { ConnectionOptions } from './options.ts'
import { RequestCount } from './requests.ts'

/** A service, as far as it knows its transport: asked for it before it runs on one, it throws. */
export interface OnTransport {
  readonly transport: ServiceTransport
}

/** The connection as its channels see it, and what it knows of them. */
export class ConnectionHost implements ChannelHost {
  phase: 'new' | 'running' | 'ended' = 'new'
  readonly #connection: OnTransport
  readonly #onHandlerError: ConnectionOptions['onHandlerError']
  // A connection without channels and requests needs none of these.
  #table: ChannelTable | undefined
  #requestCount: RequestCount | undefined
  #waiting: Set<ChannelState> | undefined
  #keep: ChannelHost['keep'] | undefined

  constructor(connection: OnTransport, onHandlerError: ConnectionOptions['onHandlerError']) {
    this.#connection = connection
    this.#onHandlerError = onHandlerError
  }

  get table(): ChannelTable {
    return (this.#table ??= new ChannelTable())
  }

  get requestCount(): RequestCount {
    return (this.#requestCount ??= new RequestCount(this.#connection))
  }

  get writable(): boolean {
    return this.#connection.transport.writable
  }

  get keep(): ChannelHost['keep'] {
    return (this.#keep ??= (part) => this.#connection.transport.keep(part))
  }

  /** Channels with data that the transport did not want yet, in the order in which they get their turn. */
  get waiting(): Set<ChannelState> {
    return (this.#waiting ??= new Set())
  }

  send(messageNum: number, ...payload: readonly Uint8Array[]): void {
    if (this.phase === 'running') this.#connection.transport.sendPacket(messageNum, ...payload)
  }

  atEndOfTurn(callback: () => void): void {
    this.#connection.transport.atEndOfTurn(callback)
  }

  awaitTransport(channel: ChannelState): void {
    this.waiting.add(channel)
  }

  now(): number {
    return this.#connection.transport.clock.now()
  }

  release(channel: ChannelState): void {
    this.waiting.delete(channel)
    this.table.remove(channel.parameters.localId)
  }

  fail(error: SSHError): void {
    if (this.phase === 'running') this.#connection.transport.fail(error)
  }

  report(error: unknown): void {
    this.#onHandlerError?.(error)
  }
}

import type { AbortSignalLike } from '@seashell/core'
import { DisconnectReasons, isSSHError, SSHError, SSHService } from '@seashell/core'
import type { Channel, ChannelOptions, RequestOptions } from './channel.ts'
import type { ChannelHandler } from './channel-open.ts'
import { Accepting, Opening } from './channel-open.ts'
import { ChannelState } from './channel-state.ts'
import type { ChannelSlot } from './channel-table.ts'
import { Dispatcher } from './dispatch.ts'
import type { OpenRefusal } from './dispatch.ts'
import { OpenFailureReasons, violation } from './errors.ts'
import { ConnectionHost } from './host.ts'
import * as messages from './messages.ts'
import type { ConnectionOptions } from './options.ts'
import { abortable, abortError, Deferred, ignore, quiet, rejected } from './promises.ts'
import type { GlobalReply, RequestHandler } from './requests.ts'
import { PendingReplies } from './requests.ts'
import type { Program, Session, SessionOptions } from './session-client.ts'
import { startSession } from './session-client.ts'
import { sessionChannels } from './session-server.ts'
import type { TCPIPEnds } from './tcpip.ts'
import { encodeTCPIPEnds, tcpipChannelOptions, tcpipChannels } from './tcpip.ts'
import { ReceiveWindow, resolveWindowOptions } from './window.ts'
import { WindowBudget } from './window-budget.ts'

/** How we open a channel. */
export interface OpenChannelOptions extends ChannelOptions {
  /** Gives up waiting for the peer's answer. Should it come later and be good, the channel is closed at once. */
  readonly signal?: AbortSignalLike
}

/**
 * The connection protocol (RFC 4254), in both roles: a service that runs on a transport once the user is authenticated. It carries any
 * number of channels, and requests of the whole connection.
 *
 * Whatever the peer does, promises settle: when the transport ends, all that is pending rejects with the error that ended it. A promise
 * that nobody looks at is never an unhandled rejection.
 *
 * @example
 * ```ts
 * import { SSHConnection } from '@seashell/connection'
 * import type { ServiceTransport } from '@seashell/core'
 *
 * async function uptime(transport: ServiceTransport): Promise<number | undefined> {
 *   const connection = new SSHConnection()
 *   transport.setService(connection)
 *   const session = await connection.exec('uptime')
 *   for await (const bytes of session.stdout) console.log(new TextDecoder().decode(bytes))
 *   const { code } = await session.exit
 *   await connection.close()
 *   return code
 * }
 * ```
 */
export class SSHConnection extends SSHService implements AsyncDisposable {
  override readonly name = 'ssh-connection'
  override readonly protocolMessages: Readonly<Record<number, string>> = messages.messageNames
  readonly #options: ConnectionOptions
  readonly #host: ConnectionHost
  readonly #budget: WindowBudget
  // A connection on which nothing is asked for needs none of these.
  #channelTypes: Map<string, ChannelHandler> | undefined
  #globalRequests: Map<string, RequestHandler> | undefined
  #dispatcher: Dispatcher | undefined
  #pendingReplies: PendingReplies<GlobalReply> | undefined
  readonly #closed = new Deferred<void>()
  #closing = false

  /** @param options what it does with what the peer asks for; a client that only asks itself needs none */
  constructor(options: ConnectionOptions = {}) {
    super()
    resolveWindowOptions(options)
    this.#options = options
    this.#budget = new WindowBudget(options.unreadLength)
    this.#host = new ConnectionHost(this, options.onHandlerError)
  }

  /** Handlers of channels by type. May be changed at any time; what has none goes to `onChannelOpen`. */
  get channelTypes(): Map<string, ChannelHandler> {
    return (this.#channelTypes ??= this.#initialChannelTypes())
  }

  /** Handlers of global requests by type. May be changed at any time; what has none goes to `onGlobalRequest`. */
  get globalRequests(): Map<string, RequestHandler> {
    return (this.#globalRequests ??= new Map(Object.entries(this.#options.globalRequests ?? {})))
  }

  /** Resolves when the connection has ended because either side wanted it; rejects with the error that ended it otherwise. */
  get closed(): Promise<void> {
    return this.#closed.promise
  }

  /** How many channels there are, those included that are being opened or closed. */
  get channelCount(): number {
    return this.#host.table.size
  }

  // --- what we ask for ------------------------------------------------------------------------------------------------------------

  /**
   * Opens a channel of any type (RFC 4254 §5.1).
   *
   * @param type its type: printable US-ASCII; your own end in `@` and a domain
   * @param payload what the type adds to the message
   * @returns rejects with {@link ChannelOpenError} where the peer refuses, SSHError `LIMIT` where there are too many channels already
   */
  openChannel(type: string, payload: Uint8Array = messages.EMPTY, options: OpenChannelOptions = {}): Promise<Channel> {
    const refusal = this.#cannotAsk() ?? this.#tableFull() ?? (options.signal?.aborted ? abortError(options.signal) : undefined)
    if (refusal !== undefined) return rejected(refusal)
    const window = new ReceiveWindow(resolveWindowOptions(this.#options, options), this.#budget)
    const opening = this.#host.table.add((localId) => new Opening(this.#host, localId, type, window, options))
    const { available, maximumPacketLength } = window
    const offer = { sender: opening.localId, windowLength: available, maximumPacketLength, data: payload }
    this.#host.send(messages.MSG_CHANNEL_OPEN, messages.encodeOpen(type, offer))
    return abortable(opening.result.promise, options.signal, (error) => opening.abandon(error))
  }

  /**
   * Runs a command on the server (RFC 4254 §6.5).
   *
   * @param command as the server's shell reads it; text is sent as UTF-8
   * @returns rejects with SSHError `CHANNEL` where the server refuses
   */
  exec(command: string | Uint8Array, options?: SessionOptions): Promise<Session> {
    return this.#start({ type: 'exec', command }, options)
  }

  /** Starts a shell on the server (RFC 4254 §6.5); see {@link exec}. */
  shell(options?: SessionOptions): Promise<Session> {
    return this.#start({ type: 'shell' }, options)
  }

  /** Starts a subsystem of the server (RFC 4254 §6.5): 'sftp'; see {@link exec}. */
  subsystem(name: string, options?: SessionOptions): Promise<Session> {
    return this.#start({ type: 'subsystem', name }, options)
  }

  /**
   * Lets the server connect to somewhere (RFC 4254 §7.2, `direct-tcpip`). The channel closes once both sides have ended.
   *
   * @param ends where to; where the connection came from is 127.0.0.1 and port 0 unless told
   */
  openDirectTCPIP(ends: Pick<TCPIPEnds, 'host' | 'port'> & Partial<TCPIPEnds>, options?: OpenChannelOptions): Promise<Channel> {
    const payload = encodeTCPIPEnds({ originatorHost: '127.0.0.1', originatorPort: 0, ...ends })
    return this.openChannel('direct-tcpip', payload, { ...tcpipChannelOptions, ...options })
  }

  /**
   * Server: hands a connection to the client that asked us to listen for it (RFC 4254 §7.2, `forwarded-tcpip`). The channel closes once
   * both sides have ended.
   *
   * @param ends the address as the client named it in `tcpip-forward`, the port that is listened on, and where the connection came from
   */
  openForwardedTCPIP(ends: TCPIPEnds, options?: OpenChannelOptions): Promise<Channel> {
    return this.openChannel('forwarded-tcpip', encodeTCPIPEnds(ends), { ...tcpipChannelOptions, ...options })
  }

  /**
   * Sends a global request (RFC 4254 §4).
   *
   * @param type its type: printable US-ASCII; your own end in `@` and a domain
   * @param payload what the type adds to the message
   * @returns the answer; a success without data where none was asked for
   */
  globalRequest(type: string, payload: Uint8Array = messages.EMPTY, options: Omit<RequestOptions, 'afterData'> = {}): Promise<GlobalReply> {
    const { wantReply = true, signal } = options
    const refusal = this.#cannotAsk()
    if (refusal !== undefined) return rejected(refusal)
    const reply = new Deferred<GlobalReply>()
    this.#host.send(messages.MSG_GLOBAL_REQUEST, messages.encodeGlobalRequest(type, wantReply, payload))
    if (wantReply) this.#replies.add(reply)
    else reply.resolve({ success: true, data: messages.EMPTY })
    return abortable(reply.promise, signal)
  }

  /**
   * Closes all channels, each behind its data, waits until the peer has done the same, and disconnects (RFC 4253 §11.1, reason 11). An
   * sshd closes a session only when its program has ended, and drops what the program has not read yet when the connection ends before.
   *
   * @param options.signal stops waiting, as `closeTime` does: the connection then ends at once
   * @returns resolves as {@link closed} does
   */
  close(options: { readonly signal?: AbortSignalLike } = {}): Promise<void> {
    if (this.#host.phase === 'new') this.#end(new SSHError('CLOSED', 'the connection was closed before it began', { fault: 'caller' }))
    else if (!this.#closing) void this.#closeOrderly(options.signal)
    return this.closed
  }

  /** Closes it and waits until it has ended, however that comes about. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close().catch(ignore)
  }

  // --- what the transport calls ---------------------------------------------------------------------------------------------------

  override serviceStarted(): void {
    if (this.#host.phase === 'new') this.#host.phase = 'running'
    else this.transport.sendDisconnect(DisconnectReasons.BY_APPLICATION, 'closed by the application')
  }

  override serviceStopped(reason?: SSHError): void {
    this.#end(reason)
  }

  override transportWritable(): void {
    for (const channel of this.#host.waiting) {
      // One that still has data left by then has asked for another turn, behind the others.
      if (!this.transport.writable) return
      this.#host.waiting.delete(channel)
      channel.transportWritable()
    }
  }

  override packetReceived(messageNum: number, payload: Uint8Array): void {
    try {
      const rule = messages.messageTable[messageNum]
      if (rule === undefined) this.#outsideTable(messageNum)
      else (this.#dispatcher ??= this.#createDispatcher()).dispatch(messageNum, rule, payload)
    } catch (error) {
      if (isSSHError(error)) this.transport.fail(error)
      else this.transport.fail(new SSHError('INTERNAL', 'an error in the program, not the peer', { fault: 'local', cause: error }))
    }
  }

  #outsideTable(messageNum: number): void {
    const answer = messages.answerOutsideTable(messageNum, this.transport.isClient)
    if (answer === 'refuse') throw violation(`the peer sent message ${messageNum}, which has no place after authentication`)
    if (answer === 'unimplemented') this.transport.sendUnimplemented()
  }

  get #replies(): PendingReplies<GlobalReply> {
    return (this.#pendingReplies ??= new PendingReplies())
  }

  // --- the rest -------------------------------------------------------------------------------------------------------------------

  #start(program: Program, options: SessionOptions = {}): Promise<Session> {
    return quiet(startSession((channelOptions) => this.openChannel('session', messages.EMPTY, channelOptions), program, options))
  }

  async #closeOrderly(signal: AbortSignalLike | undefined): Promise<void> {
    this.#closing = true
    if (this.#host.table.size > 0) await this.#closeChannels(signal)
    if (this.#host.phase === 'running') this.transport.sendDisconnect(DisconnectReasons.BY_APPLICATION, 'closed by the application')
  }

  async #closeChannels(signal: AbortSignalLike | undefined): Promise<void> {
    const { clock } = this.transport
    const timeUp = new Deferred<void>()
    const timer = clock.setTimeout(() => timeUp.resolve(), this.#options.closeTime ?? 5000)
    const channelsClosed = this.#host.table.values().map((slot) => closeSlot(slot))
    await abortable(Promise.race([Promise.all(channelsClosed), timeUp.promise]), signal).catch(ignore)
    clock.clearTimeout(timer)
  }

  #end(reason: SSHError | undefined): void {
    if (this.#host.phase === 'ended') return
    this.#host.phase = 'ended'
    this.#host.waiting.clear()
    let told = reason
    const tell = (): SSHError => (told ??= new SSHError('CLOSED', 'the connection was closed', { fault: 'caller' }))
    for (const slot of this.#host.table.values()) slot.lost(tell())
    this.#replies.fail(tell)
    if (reason === undefined || endedWell(reason)) this.#closed.resolve()
    else this.#closed.reject(reason)
  }

  #cannotAsk(): SSHError | undefined {
    if (this.#host.phase === 'running' && !this.#closing) return undefined
    const why = this.#host.phase === 'new' ? 'runs on no transport yet' : 'was closed'
    return new SSHError('CLOSED', `the connection ${why}`, { fault: 'caller' })
  }

  #tableFull(): SSHError | undefined {
    const { channels } = this.transport.limits
    if (this.#host.table.size < channels) return undefined
    return new SSHError('LIMIT', `there are ${this.#host.table.size} channels already; the limit is ${channels}`, { fault: 'caller' })
  }

  #openRefusal(): OpenRefusal | undefined {
    if (this.#closing) return { reason: OpenFailureReasons.ADMINISTRATIVELY_PROHIBITED, description: 'the connection is being closed' }
    if (this.#tableFull() !== undefined) return { reason: OpenFailureReasons.RESOURCE_SHORTAGE, description: 'too many channels' }
    if (this.#budget.isOverdrawn) return { reason: OpenFailureReasons.RESOURCE_SHORTAGE, description: 'too much data is unread' }
    return undefined
  }

  #initialChannelTypes(): Map<string, ChannelHandler> {
    const { onSession, onDirectTCPIP, onForwardedTCPIP, channelTypes = {} } = this.#options
    const types = new Map<string, ChannelHandler>()
    if (onSession) types.set('session', sessionChannels(this.#host, onSession))
    if (onDirectTCPIP) types.set('direct-tcpip', tcpipChannels(onDirectTCPIP))
    if (onForwardedTCPIP) types.set('forwarded-tcpip', tcpipChannels(onForwardedTCPIP))
    for (const [type, handler] of Object.entries(channelTypes)) types.set(type, handler)
    return types
  }

  #createDispatcher(): Dispatcher {
    const options = this.#options
    return new Dispatcher({
      host: this.#host,
      table: this.#host.table,
      window: options,
      budget: this.#budget,
      replies: this.#replies,
      channelHandler: (type) => this.channelTypes.get(type) ?? options.onChannelOpen,
      requestHandler: (type) => this.globalRequests.get(type) ?? options.onGlobalRequest,
      openRefusal: () => this.#openRefusal(),
    })
  }
}

/** Whether the peer has done what `close()` does here: disconnected because its application wanted it (RFC 4253 §11.1, reason 11). */
function endedWell(error: SSHError): boolean {
  return error.code === 'DISCONNECTED' && 'reasonCode' in error && error.reasonCode === DisconnectReasons.BY_APPLICATION
}

/** Closes what a channel number stands for; resolves when that is done, however it ends. */
function closeSlot(slot: ChannelSlot): Promise<void> {
  if (slot instanceof ChannelState) {
    void slot.close()
    return slot.closed.promise.catch(ignore)
  }
  if (slot instanceof Opening) slot.abandon(new SSHError('CLOSED', 'the connection was closed', { fault: 'caller' }))
  if (slot instanceof Accepting) slot.refuse(OpenFailureReasons.ADMINISTRATIVELY_PROHIBITED, 'the connection is being closed')
  return Promise.resolve()
}

import { type AbortSignalLike, DisconnectReasons, invalidArgument, isSSHError, MSG_IGNORE, SSHError, SSHService } from '@seashell/core'
import { WireReader, WireWriter } from '@seashell/core/wire'
import { asSSHError, late, unexpectedMessage } from '../errors.ts'
import { handOver } from '../hand-over.ts'
import {
  MSG_USERAUTH_BANNER,
  MSG_USERAUTH_FAILURE,
  MSG_USERAUTH_REQUEST,
  MSG_USERAUTH_SUCCESS,
  protocolMessages,
  USERAUTH_SERVICE,
} from '../messages.ts'
import { type Phase, verdictOn } from '../phases.ts'
import { Abortable } from '../platform.ts'
import { encodeRequest } from '../request.ts'
import { listed, printable } from '../text.ts'
import { Turn } from '../turn.ts'
import type { Answer, AuthAttempt, AuthMethod, ClientExchange } from './method.ts'

/** What a {@link UserAuthClient} is made of. */
export interface UserAuthClientOptions {
  /** Who wants to log in. */
  readonly user: string
  /** What starts once the server has said yes: the connection protocol. Its name goes into the requests. */
  readonly service: SSHService
  /** The ways to authenticate, most preferred first. */
  readonly methods: readonly AuthMethod[]
  /** Is given what the server has to say to everybody (RFC 4252 §5.4), fit for a terminal, and the language tag. */
  readonly onBanner?: (text: string, language: string) => void
  /** Is told of each attempt as it ends. */
  readonly onAttempt?: (attempt: AuthAttempt) => void
  /** Gives up: the connection ends. */
  readonly signal?: AbortSignalLike
}

/** A method and how far we are with it. */
interface MethodState {
  readonly method: AuthMethod
  attempts?: AsyncGenerator<void, void, void> | undefined
  exhausted: boolean
  /** It was refused where the server does not take it at all, or not yet: it gets another chance after the next partial success. */
  premature: boolean
}

type Failure = Extract<Answer, { readonly kind: 'failure' }>

/**
 * The client's side of `ssh-userauth` (RFC 4252).
 *
 * The first request is for the first method, without a probe. From the first FAILURE on only methods are tried that the server lists, in
 * the order given, until it says yes or nothing is left. A partial success goes on with what the server lists then: with another method,
 * or the next key of the same.
 *
 * @example
 * ```ts
 * import type { Signer, SSHService } from '@seashell/core'
 * import { password, publicKey, UserAuthClient } from '@seashell/userauth'
 *
 * declare const service: SSHService
 * declare const signer: Signer
 * const auth = new UserAuthClient({ user: 'alice', service, methods: [publicKey(signer), password('correct horse')] })
 * // transport.requestService(auth)
 * await auth.authenticated
 * ```
 */
export class UserAuthClient extends SSHService {
  override readonly name: string = USERAUTH_SERVICE
  override readonly protocolMessages: Readonly<Record<number, string>> = protocolMessages
  /**
   * Fulfilled when the server has said yes and the next service runs. Rejects with SSHError `AUTHENTICATION`, which says what was tried and
   * what the server would take, where nothing is left to try; with what ended the connection, where something else did. Nobody has to look.
   */
  readonly authenticated: Promise<void>
  readonly #options: UserAuthClientOptions
  readonly #attempts: AuthAttempt[] = []
  readonly #abortable = new Abortable()
  readonly #abort = (): void => this.#fail(aborted(this.#options.signal?.reason))
  #resolve!: () => void
  #reject!: (error: SSHError) => void
  readonly #turn: Turn = new Turn({ hold: (promise) => this.transport.hold(promise) })
  readonly #methods: readonly MethodState[]
  #failure: Failure | undefined
  #begun = false
  #succeeded = false
  #ended = false

  /** @throws SSHError `ARGUMENT` where there is no method */
  constructor(options: UserAuthClientOptions) {
    super()
    if (options.methods.length === 0) throw invalidArgument('expected at least one method to authenticate with')
    this.#options = options
    this.#methods = options.methods.map((method) => ({ method, exhausted: false, premature: false }))
    this.authenticated = new Promise<void>((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.authenticated.catch(() => {})
  }

  /** What was tried so far, in order. */
  get attempts(): readonly AuthAttempt[] {
    return this.#attempts
  }

  /** Begins at once where it is known already which signature algorithms the server takes (RFC 8308 §3.1). */
  override serviceRequested(): void {
    if (this.transport.peerExtensions.size > 0) this.#begin()
  }

  override serviceStarted(): void {
    if (this.#begun) this.#acknowledge()
    else this.#begin()
  }

  /**
   * Sends a packet of nothing. sshd leaves Nagle's algorithm on until a session begins, so that its answer to a request that was sent before
   * SERVICE_ACCEPT came waits for an acknowledgement of that; and systems hold those back, Linux for 40 ms, where nothing goes the same way.
   * With delayed compression that has to wait: the server takes what comes after its SUCCESS for compressed.
   */
  #acknowledge(): void {
    if (!this.transport.delaysCompression) this.transport.sendPacket(MSG_IGNORE, new WireWriter().writeString('').finish())
  }

  #begin(): void {
    this.#begun = true
    this.#turn.take()
    const { signal } = this.#options
    signal?.addEventListener('abort', this.#abort, { once: true })
    if (signal?.aborted) this.#abort()
    else void this.#run()
  }

  override serviceStopped(reason?: SSHError): void {
    this.#end(
      late(() => reason ?? new SSHError('CLOSED', 'the connection was closed before authentication was complete', { fault: 'local' })),
    )
  }

  override packetReceived(messageNum: number, payload: Uint8Array): void {
    if (this.#ended) return
    const { phase } = this.#turn
    const verdict = verdictOn(messageNum, phase)
    if (verdict === 'unimplemented') return this.transport.sendUnimplemented()
    if (verdict === 'refuse') return this.#fail(unexpectedMessage(messageNum, phase))
    try {
      if (messageNum === MSG_USERAUTH_BANNER) this.#banner(payload)
      else if (messageNum === MSG_USERAUTH_SUCCESS) this.#success(payload)
      else this.#turn.deliver({ messageNum, payload: payload.slice() })
    } catch (error) {
      this.#fail(asSSHError(error, 'onBanner'))
    }
  }

  #banner(payload: Uint8Array): void {
    const reader = new WireReader(payload, 'USERAUTH_BANNER')
    const text = printable(reader.readText())
    const language = printable(reader.readText())
    reader.end()
    this.#options.onBanner?.(text, language)
  }

  /** What follows SUCCESS belongs to the next service, and is compressed where that was delayed: so nothing waits here. */
  #success(payload: Uint8Array): void {
    new WireReader(payload, 'USERAUTH_SUCCESS').end()
    this.#turn.deliver({ messageNum: MSG_USERAUTH_SUCCESS, payload: new Uint8Array() })
    this.#succeeded = true
    this.#resolve()
    handOver(this.transport, this.#options.service)
  }

  async #run(): Promise<void> {
    try {
      while (!this.#ended) {
        const state = this.#methods.find(({ exhausted, method }) => !exhausted && this.#mayTry(method))
        if (state === undefined) throw this.#nothingLeft()
        await this.#advance(state)
      }
    } catch (error) {
      this.#fail(asSSHError(error, 'authentication'))
    } finally {
      for (const { attempts } of this.#methods) attempts?.return().catch(() => {})
    }
  }

  #mayTry({ name }: AuthMethod): boolean {
    return this.#failure === undefined || this.#failure.methods.includes(name)
  }

  /** Makes the next attempt with a method. What fails on our side ends the method; what the peer does wrong ends the connection. */
  async #advance(state: MethodState): Promise<void> {
    const { method } = state
    try {
      if (method.needsEncryption === true && !this.transport.isEncrypted('both')) throw inClear(method)
      state.attempts ??= method.authenticate(this.#exchange(method.name))
      state.exhausted = (await state.attempts.next()).done === true
      if (this.#failure?.partialSuccess === true) this.#giveAnotherChance()
      else state.premature = !this.#mayTry(method)
    } catch (cause) {
      state.exhausted = true
      if (isSSHError(cause) && cause.fault === 'peer') throw cause
      const reason = isSSHError(cause) ? cause.message : 'it failed on our side'
      if (!this.#ended) this.#record({ method: method.name, outcome: 'given up', reason, cause })
    }
  }

  #giveAnotherChance(): void {
    for (const state of this.#methods.filter(({ premature }) => premature)) {
      state.attempts?.return().catch(() => {})
      state.attempts = undefined
      state.exhausted = false
      state.premature = false
    }
  }

  #exchange(method: string): ClientExchange {
    const { user, service } = this.#options
    const { transport } = this
    const { sessionID, algorithms, peerExtensions } = transport
    const abortable = this.#abortable
    return {
      user,
      service: service.name,
      sessionID,
      algorithms,
      peerExtensions,
      get signal() {
        return abortable.signal
      },
      request: (phase, fields = new Uint8Array(), detail?) => {
        const payload = encodeRequest({ user, service: service.name, method }, fields)
        return this.#ask(method, phase, MSG_USERAUTH_REQUEST, payload, detail)
      },
      send: (phase, messageNum, payload) => this.#ask(method, phase, messageNum, payload),
      giveUp: (reason, details = {}) => this.#record({ method, outcome: 'given up', reason, ...details }),
    }
  }

  async #ask(method: string, phase: Phase, messageNum: number, payload: Uint8Array, detail?: string): Promise<Answer> {
    if (this.#ended) throw new SSHError('CLOSED', 'authentication is over', { fault: 'caller' })
    this.transport.sendPacket(messageNum, payload)
    const message = await this.#turn.receive(phase)
    const told = detail === undefined ? {} : { detail }
    if (message.messageNum === MSG_USERAUTH_SUCCESS) {
      this.#record({ method, outcome: 'success', ...told })
      return { kind: 'success' }
    }
    if (message.messageNum !== MSG_USERAUTH_FAILURE) return { kind: 'message', ...message }
    const failure = readFailure(message.payload)
    this.#failure = failure
    this.#record({ method, outcome: failure.partialSuccess ? 'partial success' : 'refused', ...told })
    return failure
  }

  #record(attempt: AuthAttempt): void {
    this.#attempts.push(attempt)
    this.#options.onAttempt?.(attempt)
  }

  #nothingLeft(): SSHError {
    const { user } = this.#options
    const takes = this.#failure === undefined ? 'was not asked' : `would take ${listed(this.#failure.methods) || 'nothing more'}`
    const tried = this.#attempts.map(tell).join('; ') || 'nothing'
    const message = `no way to authenticate as ${printable(user)} was accepted: tried ${tried}; the server ${takes}`
    return new SSHError('AUTHENTICATION', message, { fault: 'local' })
  }

  #fail(error: SSHError): void {
    if (this.#ended) return
    this.#end(() => error)
    this.transport.fail(error.code === 'AUTHENTICATION' ? outOfMethods(error) : error)
  }

  #end(error: () => SSHError): void {
    if (this.#ended) return
    this.#ended = true
    this.#options.signal?.removeEventListener('abort', this.#abort)
    this.#turn.end(error)
    if (this.#succeeded) return
    this.#reject(error())
    this.#abortable.abort(error)
  }
}

function readFailure(payload: Uint8Array): Failure {
  const reader = new WireReader(payload, 'USERAUTH_FAILURE')
  const methods = reader.readNameList()
  const partialSuccess = reader.readBoolean()
  reader.end()
  return { kind: 'failure', methods, partialSuccess }
}

function tell({ method, detail, outcome, reason }: AuthAttempt): string {
  const what = detail === undefined ? method : `${method} with ${detail}`
  return reason === undefined ? `${what} (${outcome})` : `${what} (${outcome}: ${reason})`
}

/** What we have and what we tried is for the caller: the server is told that it was all. */
function outOfMethods(cause: SSHError): SSHError {
  const reason = DisconnectReasons.NO_MORE_AUTH_METHODS_AVAILABLE
  return new SSHError('AUTHENTICATION', 'there is no other way to authenticate', { fault: 'local', reason, cause })
}

function inClear({ name }: AuthMethod): SSHError {
  return new SSHError('AUTHENTICATION', `${name} is not for a connection in clear`, { fault: 'local' })
}

function aborted(cause: unknown): SSHError {
  const reason = DisconnectReasons.AUTH_CANCELLED_BY_USER
  return new SSHError('ABORTED', 'authentication was given up by the caller', { fault: 'caller', reason, cause })
}

import { DisconnectReasons, type MaybePromise, SSHError, SSHService } from '@seashell/core'
import { encodeUtf8, WireWriter } from '@seashell/core/wire'
import { asSSHError, fromCaller, late, unexpectedMessage } from '../errors.ts'
import { handOver } from '../hand-over.ts'
import {
  MSG_USERAUTH_BANNER,
  MSG_USERAUTH_FAILURE,
  MSG_USERAUTH_REQUEST,
  MSG_USERAUTH_SUCCESS,
  protocolMessages,
  USERAUTH_SERVICE,
} from '../messages.ts'
import { serverPhases, verdictOn } from '../phases.ts'
import { decodeRequest, type Request } from '../request.ts'
import { printable } from '../text.ts'
import { RequestExchange } from './exchange.ts'
import { type Accepted, type AuthSuccess, isAcceptance, type Judgement, type PartlyAccepted, type ServerAuthMethod } from './method.ts'
import { checkContinuation, checkOptions, methodsByName, type Progress, type ServerAttempt, type UserAuthServerOptions } from './options.ts'

/** No system has longer names, and handlers need not fear them. */
const MAX_USER_LENGTH = 1024

const DEFAULT_FAILURE_TIME = 5

/**
 * The server's side of `ssh-userauth` (RFC 4252), for one connection.
 *
 * Handlers may take their time: while one works nothing else is interpreted, so requests are answered one by one, in order. Methods that
 * show secrets do not exist on a connection in clear. Attempts count across users and services; partial successes do not.
 *
 * @example
 * ```ts
 * import type { SSHService } from '@seashell/core'
 * import { UserAuthServer } from '@seashell/userauth'
 *
 * declare function isAuthorized(user: string, publicKey: Uint8Array): Promise<boolean>
 * declare function connectionFor(user: string): SSHService
 * const auth = new UserAuthServer({
 *   methods: { publicKey: ({ publicKey }, { user }) => isAuthorized(user, publicKey) },
 *   services: { 'ssh-connection': ({ user }) => connectionFor(user) },
 * })
 * ```
 */
export class UserAuthServer extends SSHService {
  override readonly name: string = USERAUTH_SERVICE
  override readonly protocolMessages: Readonly<Record<number, string>> = protocolMessages
  readonly #options: UserAuthServerOptions
  readonly #methods: ReadonlyMap<string, ServerAuthMethod>
  #exchange: RequestExchange | undefined
  #progress: Progress | undefined
  #requests = 0
  #failures = 0
  #succeeded = false
  #ended = false

  /** @throws SSHError `ARGUMENT` where there is no method, a name is there twice, `startWith` has an unknown one, or a number is negative */
  constructor(options: UserAuthServerOptions) {
    super()
    this.#options = options
    this.#methods = methodsByName(options.methods)
    checkOptions(options, this.#methods)
  }

  override serviceStopped(reason?: SSHError): void {
    this.#ended = true
    this.#exchange?.end(late(() => reason ?? new SSHError('CLOSED', 'the connection is closed', { fault: 'local' })))
  }

  override packetReceived(messageNum: number, payload: Uint8Array): void {
    if (this.#ended) return
    const phase = this.#exchange?.phase ?? serverPhases.request
    const verdict = verdictOn(messageNum, phase)
    if (verdict === 'unimplemented') return this.transport.sendUnimplemented()
    try {
      if (verdict === 'refuse') throw unexpectedMessage(messageNum, phase)
      if (messageNum === MSG_USERAUTH_REQUEST) this.#begin(decodeRequest(payload))
      else this.#exchange?.deliver({ messageNum, payload: payload.slice() })
    } catch (error) {
      this.#fail(asSSHError(error, 'authentication'))
    }
  }

  #begin(request: Request): void {
    this.#abandon()
    this.#check(request)
    this.#requests++
    const { user, service } = request
    // RFC 4252 §5: what one user has gone through is worth nothing to another.
    if (this.#progress?.user !== user || this.#progress.service !== service) {
      this.#progress = { user, service, successes: [], methods: this.#initialMethods() }
    }
    const exchange = new RequestExchange(this.transport, request, this.#progress.successes)
    this.#exchange = exchange
    void this.#answer(exchange, this.#progress)
  }

  #check({ user, service }: Request): void {
    if (encodeUtf8(user).length > MAX_USER_LENGTH) {
      const reason = DisconnectReasons.ILLEGAL_USER_NAME
      throw new SSHError('LIMIT', `expected a user name of at most ${MAX_USER_LENGTH} bytes`, { fault: 'peer', reason })
    }
    if (!Object.hasOwn(this.#options.services, service)) {
      const reason = DisconnectReasons.SERVICE_NOT_AVAILABLE
      throw new SSHError('SERVICE', `there is no service ${printable(service)} to log in to`, { fault: 'peer', reason })
    }
  }

  /** A request while a method waits for the client abandons it, unanswered (RFC 4252 §5.1). It may have cost us a text message: it counts. */
  #abandon(): void {
    const exchange = this.#exchange
    if (exchange === undefined) return
    exchange.end(late(() => new SSHError('ABORTED', 'the client turned to another request', { fault: 'peer' })))
    this.#report(exchange, 'abandoned')
    this.#countFailure()
  }

  async #answer(exchange: RequestExchange, progress: Progress): Promise<void> {
    try {
      if (this.#requests === 1) await this.#greet(exchange)
      const judgement = await this.#judge(exchange, progress)
      if (!exchange.over) await this.#respond(exchange, progress, judgement)
    } catch (error) {
      if (!exchange.over) await this.#failed(exchange, progress, asSSHError(error, `the method ${exchange.method}`))
    } finally {
      if (this.#exchange === exchange) this.#exchange = undefined
      exchange.end()
    }
  }

  /**
   * What our own side throws costs the client this attempt and no other; what the client does wrong, the connection, and so does what is wrong
   * every time: a method that follows and is not there.
   */
  async #failed(exchange: RequestExchange, progress: Progress, error: SSHError): Promise<void> {
    try {
      if (error.fault === 'peer' || error.reason !== undefined || error.code === 'ARGUMENT' || this.#succeeded) throw error
      await this.#refuse(exchange, progress, true, error)
    } catch (last) {
      this.#fail(asSSHError(last, 'onAttempt'))
    }
  }

  async #greet(exchange: RequestExchange): Promise<void> {
    const { banner } = this.#options
    const text = typeof banner === 'function' ? await fromCaller('the banner', () => banner(exchange.context)) : banner
    if (text === undefined || exchange.over) return
    const language = ''
    this.transport.sendPacket(MSG_USERAUTH_BANNER, new WireWriter().writeString(text).writeString(language).finish())
  }

  /** `none` is in no list, and stands for the beginning (RFC 4252 §5.2). */
  #judge(exchange: RequestExchange, { methods, successes }: Progress): MaybePromise<Judgement> {
    const { method } = exchange
    const allowed = methods.includes(method) || (method === 'none' && successes.length === 0)
    return (allowed && this.#methods.get(method)?.authenticate(exchange)) || false
  }

  async #respond(exchange: RequestExchange, progress: Progress, judgement: Judgement): Promise<void> {
    if (isAcceptance(judgement)) {
      const successes = progress.successes.concat(successOf(exchange, judgement))
      if (typeof judgement === 'object' && 'partial' in judgement) this.#continue(exchange, { ...progress, successes }, judgement)
      else await this.#succeed(exchange, successes)
    } else if (isObject(judgement) && 'reply' in judgement) {
      this.transport.sendPacket(judgement.reply.messageNum, judgement.reply.payload)
    } else {
      const probe = exchange.method === 'none' && this.#requests === 1
      await this.#refuse(exchange, progress, !probe && !(isObject(judgement) && 'refuse' in judgement))
    }
  }

  async #succeed(exchange: RequestExchange, successes: readonly AuthSuccess[]): Promise<void> {
    const { user, service, sessionID, peer } = exchange.context
    const start = this.#options.services[service]!
    const next = await fromCaller(`the service ${service}`, () => start({ user, service, sessionID, peer, successes }))
    if (exchange.over) return
    this.#report(exchange, 'success')
    this.#succeeded = true
    this.transport.sendPacket(MSG_USERAUTH_SUCCESS, new Uint8Array())
    handOver(this.transport, next)
  }

  #continue(exchange: RequestExchange, progress: Progress, { continue: methods }: PartlyAccepted): void {
    checkContinuation(methods, this.#methods, `a partial success of ${exchange.method}`)
    this.#progress = { ...progress, methods }
    this.#report(exchange, 'partial success')
    this.#sendFailure(methods, true)
  }

  async #refuse(exchange: RequestExchange, { methods }: Progress, counted: boolean, error?: SSHError): Promise<void> {
    const elapsed = this.transport.clock.now() - exchange.since
    await exchange.sleep(failureTime(elapsed, this.#options.failureTime ?? DEFAULT_FAILURE_TIME) - elapsed)
    if (exchange.over) return
    if (counted) {
      this.#report(exchange, 'refused', error)
      this.#countFailure()
    }
    this.#sendFailure(methods, false)
  }

  #initialMethods(): readonly string[] {
    const encrypted = this.transport.isEncrypted('both')
    const { startWith } = this.#options
    const usable = [...this.#methods.values()].filter(
      ({ name, needsEncryption = false }) => name !== 'none' && (encrypted || !needsEncryption),
    )
    const names = usable.map(({ name }) => name)
    return startWith === undefined ? names : startWith.filter((name) => names.includes(name))
  }

  #sendFailure(methods: readonly string[], partialSuccess: boolean): void {
    const payload = new WireWriter().writeNameList(methods).writeBoolean(partialSuccess).finish()
    this.transport.sendPacket(MSG_USERAUTH_FAILURE, payload)
  }

  /** RFC 4252 §4 asks for a limit. So many guesses, not one more: the last is answered by DISCONNECT. */
  #countFailure(): void {
    const limit = this.#options.maxAttempts ?? this.transport.limits.authenticationAttempts
    if (++this.#failures < limit) return
    const reason = DisconnectReasons.NO_MORE_AUTH_METHODS_AVAILABLE
    throw new SSHError('LIMIT', `${this.#failures} attempts to authenticate have failed; no more are allowed`, { fault: 'peer', reason })
  }

  #report({ context, method }: RequestExchange, outcome: ServerAttempt['outcome'], error?: SSHError): void {
    this.#options.onAttempt?.({ context, method, outcome, ...(error && { error }) })
  }

  #fail(error: SSHError): void {
    if (this.#ended) return
    this.#ended = true
    this.#exchange?.end(() => error)
    this.transport.fail(error)
  }
}

/** The first of `unit`, 2 `unit`, 4 `unit`, … that has not passed. */
function failureTime(elapsed: number, unit: number): number {
  let time = unit
  while (time > 0 && time < elapsed) time *= 2
  return Math.max(time, elapsed)
}

function successOf({ method, key }: RequestExchange, judgement: true | Accepted | PartlyAccepted): AuthSuccess {
  const details = judgement === true ? undefined : judgement.details
  return { method, ...(key && { key }), ...(details === undefined ? {} : { details }) }
}

/** Handlers in JavaScript may return null. */
function isObject(judgement: Judgement): judgement is Exclude<Judgement, boolean> {
  return typeof judgement === 'object' && judgement !== null
}

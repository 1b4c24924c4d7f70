import { invalidArgument, type ServiceTransport, SSHError } from '@seashell/core'
import type { Phase } from '../phases.ts'
import { Abortable } from '../platform.ts'
import type { PublicKeyClaim, Request } from '../request.ts'
import { type Message, Turn } from '../turn.ts'
import type { AuthContext, AuthSuccess, ServerExchange } from './method.ts'

/** One request at the server, from its arrival until it is answered or abandoned. */
export class RequestExchange implements ServerExchange {
  readonly user: string
  readonly service: string
  readonly method: string
  readonly fields: Uint8Array
  readonly context: AuthContext
  readonly transport: ServiceTransport
  /** Which key the decision is about. */
  key: PublicKeyClaim | undefined
  /** When the client's last message came, on the transport's clock. */
  since: number
  readonly #abortable = new Abortable()
  readonly #turn: Turn
  #over = false

  /** Nothing is interpreted from now on. */
  constructor(transport: ServiceTransport, request: Request, successes: readonly AuthSuccess[]) {
    this.transport = transport
    const { user, service, method, fields } = request
    this.user = user
    this.service = service
    this.method = method
    this.fields = fields
    const { sessionID } = transport
    const abortable = this.#abortable
    this.context = {
      user,
      service,
      sessionID,
      peer: transport.getPeer(),
      successes,
      get signal() {
        return abortable.signal
      },
    }
    this.since = transport.clock.now()
    this.#turn = new Turn(transport)
    this.#turn.take()
  }

  /** Which messages may come now. */
  get phase(): Phase {
    return this.#turn.phase
  }

  /** Whether it was answered or abandoned, or the connection has ended. */
  get over(): boolean {
    return this.#over
  }

  setKey({ algorithm, publicKey }: PublicKeyClaim): void {
    // It lives as long as the login; the request that it was in need not.
    this.key = { algorithm, publicKey: publicKey.slice() }
  }

  async ask(phase: Phase, { messageNum, payload }: Message): Promise<Message> {
    if (this.#turn.waiting) throw invalidArgument('expected one question at a time; the answer to the last has not come yet')
    if (!this.#over) this.transport.sendPacket(messageNum, payload)
    return await this.#turn.receive(phase)
  }

  /** Hands over a message that the phase allows. */
  deliver(message: Message): void {
    this.since = this.transport.clock.now()
    this.#turn.deliver(message)
  }

  /** Waits, but not beyond the end. */
  sleep(milliseconds: number): Promise<void> {
    const { clock } = this.transport
    const { signal } = this.context
    return new Promise((resolve) => {
      const done = (): void => {
        clock.clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = clock.setTimeout(done, milliseconds)
      signal.addEventListener('abort', done)
    })
  }

  /** It is answered, or, with a reason, will never be: messages are interpreted again. */
  end(reason?: () => SSHError): void {
    if (this.#over) return
    this.#over = true
    this.#turn.end(reason ?? answeredAlready)
    if (reason !== undefined) this.#abortable.abort(reason)
  }
}

function answeredAlready(): SSHError {
  return new SSHError('CLOSED', 'the request is answered already', { fault: 'caller' })
}

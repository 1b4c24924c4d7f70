import type { MaybePromise } from '@seashell/core'
import { SSHError, WireReader } from '@seashell/core/wire'
import { fromCaller } from '../errors.ts'
import { decodeInformationResponse, encodeInformationRequest, type InformationRequest } from '../information.ts'
import { MSG_USERAUTH_INFO_REQUEST } from '../messages.ts'
import { serverPhases } from '../phases.ts'
import type { AuthContext, Decision, Judgement, ServerAuthMethod, ServerExchange } from './method.ts'

/** A dialogue with whoever sits at the client. */
export interface Dialogue {
  /** What the client hints at having; empty where it says nothing (RFC 4256 §3.1). */
  readonly submethods: readonly string[]
  /**
   * Asks, and waits for the answers: one to each prompt, in order. Without prompts it shows a text. Call it as often as needed.
   *
   * Rejects where the client turns elsewhere, or answers with another number of answers; what the handler does then is without effect.
   */
  readonly ask: (request: Partial<InformationRequest>) => Promise<readonly string[]>
}

/** Leads a dialogue, then decides. */
export type KeyboardInteractiveHandler = (dialogue: Dialogue, context: AuthContext) => MaybePromise<Decision>

/** The method `keyboard-interactive` (RFC 4256). */
export function serverKeyboardInteractive(handler: KeyboardInteractiveHandler): ServerAuthMethod {
  return {
    name: 'keyboard-interactive',
    needsEncryption: true,
    async authenticate(exchange): Promise<Judgement> {
      const dialogue = new ServerDialogue(exchange)
      const decided = fromCaller('the handler of keyboard-interactive', () => handler(dialogue, exchange.context))
      return await Promise.race([dialogue.broken, decided])
    },
  }
}

class ServerDialogue implements Dialogue {
  readonly submethods: readonly string[]
  /** Settles where the dialogue cannot go on: the handler's decision then counts no more. */
  readonly broken: Promise<false>
  readonly ask = ({ name = '', instructions = '', prompts = [] }: Partial<InformationRequest>): Promise<readonly string[]> => {
    const answers = this.#ask({ name, instructions, prompts })
    // A handler that does not wait for the answers must not bring the process down.
    answers.catch(() => {})
    return answers
  }
  readonly #exchange: ServerExchange
  #refuse!: (decision: false) => void
  #reject!: (error: unknown) => void

  constructor(exchange: ServerExchange) {
    this.#exchange = exchange
    this.submethods = readSubmethods(exchange.fields)
    this.broken = new Promise((resolve, reject) => {
      this.#refuse = resolve
      this.#reject = reject
    })
  }

  async #ask(request: InformationRequest): Promise<readonly string[]> {
    const expected = request.prompts.length
    const answers = await this.#exchangeFor(encodeInformationRequest(request)).catch((error: unknown) => {
      this.#reject(error)
      throw error
    })
    if (answers.length === expected) return answers
    // RFC 4256 §3.4: this is a failed attempt.
    this.#refuse(false)
    throw new SSHError('AUTHENTICATION', `expected ${expected} answers; the client sent ${answers.length}`, { fault: 'peer' })
  }

  async #exchangeFor(payload: Uint8Array): Promise<readonly string[]> {
    const response = await this.#exchange.ask(serverPhases.information, { messageNum: MSG_USERAUTH_INFO_REQUEST, payload })
    return decodeInformationResponse(response.payload)
  }
}

function readSubmethods(fields: Uint8Array): readonly string[] {
  const reader = new WireReader(fields, 'a keyboard-interactive request')
  reader.readString('the language tag')
  const submethods = reader.readText()
  reader.end()
  return submethods.split(',').filter((name) => name !== '')
}

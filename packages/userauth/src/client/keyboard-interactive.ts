import type { AbortSignalLike, MaybePromise } from '@seashell/core'
import { invalidArgument, WireWriter } from '@seashell/core/wire'
import { fromCaller } from '../errors.ts'
import { decodeInformationRequest, encodeInformationResponse, type InformationRequest } from '../information.ts'
import { MSG_USERAUTH_INFO_RESPONSE } from '../messages.ts'
import { clientPhases } from '../phases.ts'
import { printable } from '../text.ts'
import type { AuthMethod } from './method.ts'

/** Questions of the server, fit for a terminal. */
export interface Questions extends InformationRequest {
  /** Whom they are for. */
  readonly user: string
  /** Fires when nobody waits for the answers any more. */
  readonly signal: AbortSignalLike
}

/**
 * Answers questions: one answer for each prompt, in order; none at all where there is none, which servers use to show a text. Undefined
 * gives the method up.
 */
export type QuestionHandler = (questions: Questions) => MaybePromise<readonly string[] | undefined>

/** What may be set for {@link keyboardInteractive}. */
export interface KeyboardInteractiveOptions {
  /** How often to start while the server refuses; 1 where absent. */
  readonly attempts?: number
  /** Hints at what the user has: names that client and server agreed on (RFC 4256 §3.1). */
  readonly submethods?: readonly string[]
}

/**
 * The method `keyboard-interactive` (RFC 4256): the server asks, a person answers. Never used on a connection in clear.
 *
 * @param handler is called with each set of questions
 */
export function keyboardInteractive(handler: QuestionHandler, options: KeyboardInteractiveOptions = {}): AuthMethod {
  const attempts = options.attempts ?? 1
  return {
    name: 'keyboard-interactive',
    needsEncryption: true,
    async *authenticate(exchange): AsyncGenerator<void, void, void> {
      const language = ''
      const fields = new WireWriter()
        .writeString(language)
        .writeNameList(options.submethods ?? [])
        .finish()
      for (let attempt = 1; attempt <= attempts; attempt++) {
        let answer = await exchange.request(clientPhases.keyboardInteractive, fields)
        while (answer.kind === 'message') {
          const questions = forPeople(decodeInformationRequest(answer.payload))
          const { user, signal } = exchange
          const answers = await fromCaller('asking the questions', () => handler({ ...questions, user, signal }))
          if (answers === undefined) return exchange.giveUp('the questions were not answered')
          expectOneEach(answers, questions)
          const response = encodeInformationResponse(answers)
          answer = await exchange.send(clientPhases.keyboardInteractive, MSG_USERAUTH_INFO_RESPONSE, response)
        }
        yield
      }
    },
  }
}

function forPeople({ name, instructions, prompts }: InformationRequest): InformationRequest {
  return {
    name: printable(name),
    instructions: printable(instructions),
    prompts: prompts.map(({ prompt, echo }) => ({ prompt: printable(prompt), echo })),
  }
}

function expectOneEach(answers: readonly string[], { prompts }: InformationRequest): void {
  if (answers.length !== prompts.length) {
    throw invalidArgument(`expected an answer to each of ${prompts.length} prompts; got ${answers.length}`)
  }
}

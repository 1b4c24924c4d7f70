import { readFile } from 'node:fs/promises'
import type { Signer } from '@seashell/core'
import { type AuthMethod, keyboardInteractive, none, password, publicKey, type QuestionHandler, type Questions } from '@seashell/userauth'
import type { Destination } from './destination.ts'
import { type Log, messageOf } from './log.ts'
import type { Ask } from './terminal.ts'

/** How often a person is asked. */
const ATTEMPTS = 3

/** What there is to log in with. */
export interface Credentials {
  readonly signers: readonly Signer[]
  /** The password, where a file has it. */
  readonly password: string | undefined
  /** Asks a person, where there is a terminal. */
  readonly ask: Ask | undefined
}

/**
 * Reads the file with the password: all of it but a line feed at its end.
 *
 * @throws Error where it cannot be read
 */
export async function readPasswordFile(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).replace(/\r?\n$/, '')
  } catch (error) {
    throw new Error(`the PasswordFile cannot be read: ${messageOf(error)}`, { cause: error })
  }
}

/**
 * The ways to log in, in ssh's order. `none` comes first: it lets in those of whom the server asks nothing, and has it say what it takes
 * otherwise. Without a password and a terminal neither questions nor passwords are tried.
 */
export function methodsOf({ signers, password: secret, ask }: Credentials, destination: Destination, log: Log): readonly AuthMethod[] {
  const methods = [none()]
  if (signers.length > 0) methods.push(publicKey(signers))
  if (secret !== undefined) methods.push(keyboardInteractive(answering(secret)), password(secret))
  else if (ask !== undefined) methods.push(...asking(ask, destination, log))
  return methods
}

/** Answers the one question that is for a password, and gives up on others. */
function answering(secret: string): QuestionHandler {
  return ({ prompts }) => {
    if (prompts.length === 0) return []
    return prompts.length === 1 && prompts[0]?.echo === false ? [secret] : undefined
  }
}

function asking(ask: Ask, { user, host }: Destination, log: Log): AuthMethod[] {
  return [
    keyboardInteractive((questions) => askAll(questions, host, ask, log), { attempts: ATTEMPTS }),
    password(
      ({ attempt, signal }) => {
        if (attempt > 1) log.say('that was not accepted; please try again')
        return ask(`Password of ${user} at ${host}: `, { echo: false, signal })
      },
      { attempts: ATTEMPTS },
    ),
  ]
}

/** Text and prompts are the server's, and have been made fit for a terminal. */
async function askAll(questions: Questions, host: string, ask: Ask, log: Log): Promise<string[] | undefined> {
  const { name, instructions, prompts, user, signal } = questions
  if (name !== '') log.show(name)
  if (instructions !== '') log.show(instructions)
  const answers: string[] = []
  for (const { prompt, echo } of prompts) {
    const answer = await ask(`(${user} at ${host}) ${prompt}`, { echo, signal })
    if (answer === undefined) return undefined
    answers.push(answer)
  }
  return answers
}

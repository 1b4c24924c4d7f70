import type { AbortSignalLike, MaybePromise } from '@seashell/core'
import { WireReader, WireWriter } from '@seashell/core/wire'
import { fromCaller } from '../errors.ts'
import { clientPhases } from '../phases.ts'
import { printable } from '../text.ts'
import type { AuthMethod, ClientExchange } from './method.ts'

/** What is known when a password is asked for. */
export interface PasswordQuestion {
  /** Whose password. */
  readonly user: string
  /** 1 for the first time, 2 after the first was refused, … */
  readonly attempt: number
  /** Fires when nobody waits for the answer any more. */
  readonly signal: AbortSignalLike
}

/** The server wants the password to be changed (RFC 4252 §8). */
export interface PasswordChange {
  /** Whose password. */
  readonly user: string
  /** What the server says about it, fit for a terminal. */
  readonly prompt: string
  /** Fires when nobody waits for the answer any more. */
  readonly signal: AbortSignalLike
}

/** An old and a new password. */
export interface ChangedPassword {
  /** The old one; the one that was just sent where absent. */
  readonly password?: string
  /** The new one. */
  readonly newPassword: string
}

/** What may be set for {@link password}. */
export interface PasswordOptions {
  /** How often to ask while the server refuses; 1 where absent. OpenSSH asks a person 3 times. */
  readonly attempts?: number
  /** Answers a request to change the password; undefined, or no such function: the method is given up. */
  readonly change?: (change: PasswordChange) => MaybePromise<ChangedPassword | undefined>
}

/**
 * The method `password` (RFC 4252 §8). Never used on a connection in clear.
 *
 * The password is sent in UTF-8, exactly as given: §8 leaves normalisation to the server, which alone knows how it was stored.
 *
 * @param secret the password, or a function that is asked for it when it is needed, and answers undefined to give up
 * @example
 * ```ts
 * import { password } from '@seashell/userauth'
 *
 * declare function ask(question: string): Promise<string | undefined>
 * const method = password(({ user, attempt }) => ask(`${user}'s password (attempt ${attempt}): `), { attempts: 3 })
 * ```
 */
export function password(
  secret: string | ((question: PasswordQuestion) => MaybePromise<string | undefined>),
  options: PasswordOptions = {},
): AuthMethod {
  const attempts = options.attempts ?? 1
  return {
    name: 'password',
    needsEncryption: true,
    async *authenticate(exchange): AsyncGenerator<void, void, void> {
      const { user, signal } = exchange
      for (let attempt = 1; attempt <= attempts; attempt++) {
        const value =
          typeof secret === 'string' ? secret : await fromCaller('asking for the password', () => secret({ user, attempt, signal }))
        if (value === undefined) return exchange.giveUp('no password was given')
        if (!(await tryPassword(exchange, value, options.change))) return
        yield
      }
    },
  }
}

/** @returns whether the server has judged */
async function tryPassword(exchange: ClientExchange, value: string, change: PasswordOptions['change']): Promise<boolean> {
  const { user, signal } = exchange
  const fields = new WireWriter().writeBoolean(false).writeString(value).finish()
  let sent = value
  let answer = await exchange.request(clientPhases.password, fields)
  while (answer.kind === 'message') {
    const prompt = readChangeRequest(answer.payload)
    const changed = await fromCaller('asking for a new password', () => change?.({ user, prompt, signal }))
    if (changed === undefined) {
      exchange.giveUp('the server wants the password to be changed first')
      return false
    }
    answer = await exchange.request(clientPhases.password, changeFields(changed.password ?? sent, changed.newPassword))
    sent = changed.password ?? sent
  }
  return true
}

function readChangeRequest(payload: Uint8Array): string {
  const reader = new WireReader(payload, 'USERAUTH_PASSWD_CHANGEREQ')
  const prompt = reader.readText()
  reader.readString('the language tag')
  reader.end()
  return printable(prompt)
}

function changeFields(oldPassword: string, newPassword: string): Uint8Array {
  return new WireWriter().writeBoolean(true).writeString(oldPassword).writeString(newPassword).finish()
}

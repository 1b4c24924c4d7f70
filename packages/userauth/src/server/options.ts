import { invalidArgument, type MaybePromise, type SSHError, type SSHService } from '@seashell/core'
import { type KeyboardInteractiveHandler, serverKeyboardInteractive } from './keyboard-interactive.ts'
import type { AuthContext, AuthSuccess, ServerAuthMethod } from './method.ts'
import { type NoneHandler, serverNone } from './none.ts'
import { type PasswordHandler, serverPassword } from './password.ts'
import { type PublicKeyHandler, serverPublicKey } from './public-key.ts'

/** Who has logged in, and how. */
export type Login = Omit<AuthContext, 'signal'>

/** The ways to authenticate that a server offers; FAILURE lists them in this order. */
export interface ServerMethods {
  /** Lets in without authentication; never listed. */
  readonly none?: NoneHandler
  /** See {@link PublicKeyHandler}. */
  readonly publicKey?: PublicKeyHandler
  /** See {@link PasswordHandler}. */
  readonly password?: PasswordHandler
  /** See {@link KeyboardInteractiveHandler}. */
  readonly keyboardInteractive?: KeyboardInteractiveHandler
  /** Methods of your own. */
  readonly custom?: readonly ServerAuthMethod[]
}

/** What became of one attempt that counts, for reports and for those who ban by them. */
export interface ServerAttempt {
  /** Who, for what service, from where. */
  readonly context: AuthContext
  /** The method's name as the client gave it: printable US-ASCII. */
  readonly method: string
  /** How it ended; 'abandoned': the client turned to something else before the end. */
  readonly outcome: 'success' | 'partial success' | 'refused' | 'abandoned'
  /** Why it was refused, where that was no decision: a function of yours threw, and what it threw is the cause. */
  readonly error?: SSHError
}

/** What a {@link UserAuthServer} is made of. */
export interface UserAuthServerOptions {
  /** The ways to authenticate. */
  readonly methods: ServerMethods
  /** The methods that are listed and taken at first, by name; all where absent. For factors in a fixed order. */
  readonly startWith?: readonly string[]
  /** What may run afterwards, by name, `ssh-connection` as a rule: made when the user is authenticated. */
  readonly services: Readonly<Record<string, (login: Login) => MaybePromise<SSHService>>>
  /** What to say to everybody before they are let in (RFC 4252 §5.4), in lines that end in CR LF; sent with the first request. */
  readonly banner?: string | ((context: AuthContext) => MaybePromise<string | undefined>)
  /** After so many failed attempts the connection ends; `limits.authenticationAttempts` of the transport where absent. */
  readonly maxAttempts?: number
  /**
   * A refusal takes so many milliseconds, or twice as many, or four times, …: the first of them that has not passed yet, so that it tells
   * less about what was wrong. 5 where absent, as OpenSSH has it; set it above what your handlers take at their slowest.
   */
  readonly failureTime?: number
  /** Is told of each attempt that counts, as it ends. It must not throw. */
  readonly onAttempt?: (attempt: ServerAttempt) => void
}

/**
 * The methods of a server by name, in the order in which they are listed.
 *
 * @throws SSHError `ARGUMENT` where there are none, or a name is there twice
 */
export function methodsByName({
  none,
  publicKey,
  password,
  keyboardInteractive,
  custom,
}: ServerMethods): ReadonlyMap<string, ServerAuthMethod> {
  const methods = [
    none && serverNone(none),
    publicKey && serverPublicKey(publicKey),
    password && serverPassword(password),
    keyboardInteractive && serverKeyboardInteractive(keyboardInteractive),
    ...(custom ?? []),
  ].filter((method) => method !== undefined)
  if (methods.length === 0) throw invalidArgument('expected at least one method to authenticate with')
  const byName = new Map<string, ServerAuthMethod>()
  for (const method of methods) {
    if (byName.has(method.name)) throw invalidArgument(`there are two methods of the name ${method.name}`)
    byName.set(method.name, method)
  }
  return byName
}

/**
 * Checks what else may be wrong with options.
 *
 * @throws SSHError `ARGUMENT`
 */
export function checkOptions(options: UserAuthServerOptions, methods: ReadonlyMap<string, ServerAuthMethod>): void {
  for (const value of [options.maxAttempts, options.failureTime]) {
    if (value !== undefined && !(value >= 0)) throw invalidArgument(`expected maxAttempts and failureTime from 0 up; got ${value}`)
  }
  if (options.startWith !== undefined) checkContinuation(options.startWith, methods, 'startWith')
}

/**
 * Checks a list of methods that are to follow.
 *
 * @throws SSHError `ARGUMENT` where it is empty, or has one that is not there, or `none`, which is never listed (RFC 4252 §5.2)
 */
export function checkContinuation(names: readonly string[], methods: ReadonlyMap<string, ServerAuthMethod>, what: string): void {
  const known = names.filter((name) => methods.has(name) && name !== 'none')
  if (known.length === 0 || known.length < names.length) {
    throw invalidArgument(`expected ${what} to name methods that are configured; got ${names.join(', ') || 'none at all'}`)
  }
}

/** What a user has gone through, and what has to follow. */
export interface Progress {
  /** The name in the requests. */
  readonly user: string
  /** The service in the requests. */
  readonly service: string
  /** The methods gone through. */
  readonly successes: readonly AuthSuccess[]
  /** The methods that may follow, by name. */
  readonly methods: readonly string[]
}

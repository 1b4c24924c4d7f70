import type { AbortSignalLike, AlgorithmRegistry } from '@seashell/core'
import type { Phase } from '../phases.ts'
import type { Message } from '../turn.ts'

/** What came back: the verdict, or a message of the method's own. */
export type Answer =
  | { readonly kind: 'success' }
  | {
      readonly kind: 'failure'
      /** The request was right, and more is wanted (RFC 4252 §5.1). */
      readonly partialSuccess: boolean
      /** The methods that may help from here. */
      readonly methods: readonly string[]
    }
  | ({ readonly kind: 'message' } & Message)

/** What became of one attempt, for reports. */
export interface AuthAttempt {
  /** The method's name. */
  readonly method: string
  /** What was tried with it: a signature algorithm, for instance. Never a secret. */
  readonly detail?: string
  /** How it ended; 'given up': we sent no request, or did not go through with it. */
  readonly outcome: 'success' | 'partial success' | 'refused' | 'given up'
  /** Why it was given up. */
  readonly reason?: string
  /** The error behind that. */
  readonly cause?: unknown
}

/** What a method sees of the authentication that it takes part in. */
export interface ClientExchange {
  /** Who wants to log in. */
  readonly user: string
  /** What shall run afterwards: `ssh-connection`. */
  readonly service: string
  /** The session identifier, for what is signed. */
  readonly sessionID: Uint8Array
  /** The algorithms that are registered on the transport. */
  readonly algorithms: AlgorithmRegistry
  /** What the server said in EXT_INFO (RFC 8308): extension name to value. */
  readonly peerExtensions: ReadonlyMap<string, Uint8Array>
  /** Fires when the connection ends, or the caller gave up: stop asking people. */
  readonly signal: AbortSignalLike
  /**
   * Sends USERAUTH_REQUEST for this method and waits for the answer.
   *
   * @param phase which messages may answer
   * @param fields what follows the method's name; nothing where absent
   * @param detail for the report; see {@link AuthAttempt}
   */
  request(phase: Phase, fields?: Uint8Array, detail?: string): Promise<Answer>
  /** Sends a message of the method's own, 60–79, and waits for the answer. */
  send(phase: Phase, messageNum: number, payload: Uint8Array): Promise<Answer>
  /** Says, for the report, why something was not tried or not carried through. */
  giveUp(reason: string, details?: { readonly detail?: string; readonly cause?: unknown }): void
}

/**
 * A way to authenticate: `none`, `publicKey`, `password`, `keyboardInteractive`, or one of your own.
 *
 * An async generator: it yields after each attempt that the server has judged. It is resumed where the next attempt is wanted, and never
 * after a success. When it returns it has nothing left to try; when it throws it is reported and not asked again, unless the error is the
 * peer's fault, which ends the connection. One object may serve many connections: state belongs into the generator.
 *
 * @example
 * ```ts
 * import { WireWriter } from '@seashell/core/wire'
 * import { type AuthMethod, MSG_USERAUTH_BANNER, MSG_USERAUTH_FAILURE, MSG_USERAUTH_SUCCESS } from '@seashell/userauth'
 *
 * const answer = { name: 'the answer to ticket', messages: [MSG_USERAUTH_FAILURE, MSG_USERAUTH_SUCCESS, MSG_USERAUTH_BANNER] }
 *
 * export const ticket = (value: Uint8Array): AuthMethod => ({
 *   name: 'ticket@example.org',
 *   needsEncryption: true,
 *   async *authenticate(exchange) {
 *     await exchange.request(answer, new WireWriter().writeString(value).finish())
 *     yield
 *   },
 * })
 * ```
 */
export interface AuthMethod {
  /** Its name on the wire. */
  readonly name: string
  /** Whether it shows secrets to whoever reads the wire: it is then not used on a connection in clear. */
  readonly needsEncryption?: boolean
  /** The attempts, one after another. */
  authenticate(exchange: ClientExchange): AsyncGenerator<void, void, void>
}

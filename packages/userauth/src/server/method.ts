import type { AbortSignalLike, MaybePromise, ServiceTransport, SignaturePolicy, SSHTransportAddress } from '@seashell/core'
import type { Phase } from '../phases.ts'
import type { PublicKeyClaim, RequestHead } from '../request.ts'
import type { Message } from '../turn.ts'

/** A method that this user has gone through with success. */
export interface AuthSuccess {
  /** The method's name. */
  readonly method: string
  /** The key that signed, and the algorithm it signed with, where the method was `publickey`. */
  readonly key?: PublicKeyClaim
  /** What the handler gave along. */
  readonly details?: unknown
}

/** What is known about who wants to log in. */
export interface AuthContext {
  /** The name as it came: any text up to 1024 bytes. Use `printable` before you log it. */
  readonly user: string
  /** What shall run afterwards: `ssh-connection`. */
  readonly service: string
  /** The session identifier. */
  readonly sessionID: Uint8Array
  /** Where the client is. */
  readonly peer: SSHTransportAddress
  /** What this user has gone through already, for this service; anything before another name was given is forgotten (RFC 4252 §5). */
  readonly successes: readonly AuthSuccess[]
  /** Fires when the connection ends, or the client turned to something else. */
  readonly signal: AbortSignalLike
}

/** The request was right; with details for {@link AuthSuccess}. */
export interface Accepted {
  readonly accept: true
  readonly details?: unknown
  /** What the signature has to prove besides, where the method was `publickey`: `touchRequired`, `verifyRequired` of authorized_keys. */
  readonly signaturePolicy?: SignaturePolicy
}

/** The request was right, and is not enough. */
export interface PartlyAccepted {
  readonly partial: true
  /** The methods of which one has to follow, by name: at least one, each of them configured. */
  readonly continue: readonly string[]
  /** For {@link AuthSuccess}. */
  readonly details?: unknown
  /** As in {@link Accepted}. */
  readonly signaturePolicy?: SignaturePolicy
}

/** What a handler decides. Whatever is neither true nor one of these objects refuses. */
export type Decision = boolean | Accepted | PartlyAccepted

/** Whether something is a decision that accepts, partly or wholly; handlers in JavaScript may return anything. */
export function isAcceptance(decision: unknown): decision is true | Accepted | PartlyAccepted {
  if (decision === true) return true
  if (typeof decision !== 'object' || decision === null) return false
  return ('accept' in decision && decision.accept === true) || ('partial' in decision && decision.partial === true)
}

/**
 * What a method makes of a request: a decision, a message of its own in place of one (the client's next request decides), or a refusal
 * that does not count as a failed attempt.
 */
export type Judgement = Decision | { readonly reply: Message } | { readonly refuse: 'uncounted' }

/** What a method sees of one request. */
export interface ServerExchange extends RequestHead {
  /** What follows the head; a copy. */
  readonly fields: Uint8Array
  /** For handlers. */
  readonly context: AuthContext
  /** The transport: for its algorithms, say. Messages go through {@link ask}. */
  readonly transport: Pick<ServiceTransport, 'algorithms' | 'acceptedPublicKeys' | 'sessionID'>
  /** Sends a message of the method's own, 60–79, and waits for one that the phase allows. Rejects where the client turns elsewhere. */
  ask(phase: Phase, message: Message): Promise<Message>
  /** Says which key the decision is about. */
  setKey(key: PublicKeyClaim): void
}

/**
 * A way to authenticate, at the server. The four of the RFCs are behind `methods` of the options; others are added there as `custom`.
 *
 * @example
 * ```ts
 * import { WireReader } from '@seashell/core/wire'
 * import type { ServerAuthMethod } from '@seashell/userauth'
 *
 * declare function redeem(user: string, ticket: Uint8Array): Promise<boolean>
 * export const ticket: ServerAuthMethod = {
 *   name: 'ticket@example.org',
 *   needsEncryption: true,
 *   authenticate({ fields, context }) {
 *     const reader = new WireReader(fields, 'a ticket request')
 *     const value = reader.readString()
 *     reader.end()
 *     return redeem(context.user, value)
 *   },
 * }
 * ```
 */
export interface ServerAuthMethod {
  /** Its name on the wire. */
  readonly name: string
  /** Whether it shows secrets to whoever reads the wire: on a connection in clear it is then neither listed nor taken. */
  readonly needsEncryption?: boolean
  /**
   * Judges a request.
   *
   * @throws SSHError with fault 'peer' where the client breaks the protocol: the connection ends. Anything else that is thrown refuses
   *   this attempt, and `onAttempt` is told of it
   */
  authenticate(exchange: ServerExchange): MaybePromise<Judgement>
}

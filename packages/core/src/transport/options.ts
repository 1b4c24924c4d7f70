import type { MaybePromise, PublicKeyDefinition, Random, Signer } from '../algorithms/definition.ts'
import type { AlgorithmRegistry } from '../algorithms/registry.ts'
import type { SSHError } from '../errors.ts'
import type { ServerPreferences } from '../kex/guess.ts'
import type { Clock } from '../platform.ts'
import type { NegotiatedDescription } from './describe.ts'
import type { Limits } from './limits.ts'
import type { AlgorithmLists } from './offer.ts'
import type { SSHService } from './service.ts'

/** When keys are exchanged anew, whichever comes first. The cipher's own `keyLimit` counts beside these. */
export interface RekeyLimits {
  /** Bytes in one direction; 1 GiB where absent (RFC 4253 §9). */
  readonly bytes?: number
  /** Packets in one direction; 2^31 where absent, and never more (RFC 4344 §3.1). */
  readonly packets?: number
  /** Milliseconds; an hour where absent (RFC 4253 §9). */
  readonly time?: number
}

/** What happens on a transport, for logs. Texts are the peer's own: make control characters visible before a terminal sees them. */
export type TransportEvent =
  /** Both identification lines are known. */
  | { readonly type: 'version'; readonly ours: string; readonly theirs: string }
  /** Both sides agreed on algorithms. */
  | { readonly type: 'negotiated'; readonly negotiated: NegotiatedDescription }
  /** An exchange is complete: both directions use its keys. `count` is 1 for the first. */
  | { readonly type: 'keys'; readonly count: number }
  /** The peer said what it can (RFC 8308). */
  | { readonly type: 'extensions'; readonly extensions: ReadonlyMap<string, Uint8Array> }
  /** The peer sent DEBUG (RFC 4253 §11.3). */
  | { readonly type: 'debug'; readonly alwaysDisplay: boolean; readonly message: string; readonly language: string }
  /** A service runs now. */
  | { readonly type: 'service'; readonly name: string }
  /** The user is authenticated. */
  | { readonly type: 'authenticated' }
  /** The connection has ended; `error` says why, where it was not ours to end it. */
  | { readonly type: 'ended'; readonly error?: SSHError }

/** What both transports take. */
export interface TransportOptions {
  /** The algorithms; a snapshot is taken. */
  readonly algorithms: AlgorithmRegistry
  /** Lists that replace the registry's defaults, as the `supported*` attributes do later. */
  readonly supported?: Partial<AlgorithmLists>
  /** The signature algorithms that we accept from users; all that are registered and secure where absent. */
  readonly acceptedPublicKeys?: readonly string[]
  /** The software version in our identification line; 'SeaShell' where absent. */
  readonly version?: string
  /** The comment in our identification line; none where absent. */
  readonly comment?: string
  /** Limits that differ from the role's defaults. */
  readonly limits?: Partial<Limits>
  /** When keys are exchanged anew. */
  readonly rekey?: RekeyLimits
  /** 'required' refuses peers without strict key exchange (OpenSSH PROTOCOL §1.10); 'offered', where absent, uses it with those that know it. */
  readonly strictKeyExchange?: 'offered' | 'required'
  /** The source of random bytes; the platform's where absent. */
  readonly random?: Random
  /** The clock; the platform's where absent. */
  readonly clock?: Clock
  /** Is told what happens. It must not throw. */
  readonly onEvent?: (event: TransportEvent) => void
}

/** What a client's transport takes. */
export interface ClientTransportOptions extends TransportOptions {
  /**
   * Decides about the server's host key, after it has been proved that the server holds it. False refuses it; so does a throw: an SSHError
   * with a `reason` becomes the connection's, any other error its cause, of which the peer learns nothing. Without this function every connection fails: there is no way to forget it.
   *
   * @param hostKey the public key blob
   * @param definition the signature algorithm it was verified with
   */
  readonly verifyHostKey?: (hostKey: Uint8Array, definition: PublicKeyDefinition) => MaybePromise<boolean>
  /**
   * What this server preferred the last time: `serverPreferences` of an earlier transport. Where we put the same key exchange method and the
   * same host key algorithm first, the first message of the exchange leaves together with KEXINIT, as a guess (RFC 4253 §7): one round trip
   * less. A wrong guess costs that message and nothing else. What is offered stays as it is. Without this option nothing is guessed; names of
   * algorithms that we do not have are ignored, and what is no pair of names refused.
   */
  readonly serverPreferences?: ServerPreferences | undefined
}

/** What the base of both transports looks at. */
export type EitherTransportOptions = TransportOptions & Pick<ClientTransportOptions, 'serverPreferences'>

/** What a server's transport takes. */
export interface ServerTransportOptions extends TransportOptions {
  /** The host keys; at most one of each key format is used, the first. */
  readonly hostKeys: readonly Signer[]
  /** Makes the service that a client requests (RFC 4253 §10); undefined: there is none of that name. */
  readonly getService?: (name: string) => SSHService | undefined
}

import type { KeyPair, MaybePromise } from '@seashell/core'
import type { Bytes } from '../bytes.ts'
import type { Evidence, Hostile, Sourced } from '../evidence.ts'

/** A known answer of a signature algorithm. */
export interface PublicKeyVector extends Sourced {
  /** The public key blob. */
  readonly publicKey: Bytes
  /** What was signed. */
  readonly data: Bytes
  /** The signature blob. */
  readonly signature: Bytes
  /** Whether the signature is right; true where absent. */
  readonly valid?: boolean
  /** The private fields, as `KeyPair` has them: they are read, and signing with them gives `signature` where signing is deterministic. */
  readonly privateKey?: Bytes
}

/** A second implementation of a signature algorithm: both of these, or one. */
export interface PublicKeyReference {
  /** As in `PublicKeyDefinition`. */
  readonly verify?: (publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array) => MaybePromise<boolean>
  /** As in `PrivateKeyOperations`. */
  readonly sign?: (privateKey: Uint8Array, data: Uint8Array) => MaybePromise<Uint8Array>
}

/** What a signature algorithm is held against. */
export interface PublicKeyEvidence extends Evidence<PublicKeyVector, PublicKeyReference> {
  /** Public keys that nobody may accept: on another curve, beside the curve, too short, too long; or one sentence why there are none. */
  readonly refusedKeys?: Hostile<RefusedKey>
  /** Signatures that nobody may accept: malleable and malformed ones; or one sentence why there are none. */
  readonly refusedSignatures?: Hostile<RefusedSignature>
  /** Whether the same key and data give the same signature; true where absent. */
  readonly deterministic?: boolean
  /** For `generate`: the size, where the format leaves a choice. */
  readonly bits?: number
  /** A key pair to sign with, where the definition has no private keys and the reference signs. */
  readonly keyPair?: KeyPair
}

/** A public key that has to be refused. */
export interface RefusedKey {
  /** What it is: 'a modulus of 1024 bits'. */
  readonly what: string
  /** The public key blob. */
  readonly publicKey: Bytes
}

/** A signature that must not verify. */
export interface RefusedSignature {
  /** What it is: 'S plus the order of the group'. */
  readonly what: string
  /** Makes it from a right one. */
  readonly change: (signature: Uint8Array, sample: { readonly publicKey: Uint8Array; readonly data: Uint8Array }) => Bytes
}

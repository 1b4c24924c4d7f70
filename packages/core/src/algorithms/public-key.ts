import type { WireReader } from '../wire/reader.ts'
import type { AbortSignalLike, Definition, MaybePromise, Random } from './common.ts'

/** A public key and its private half, both as SSH writes them. */
export interface KeyPair {
  /** The public key blob: `string key format ‖ …` (RFC 4253 §6.6). */
  readonly publicKey: Uint8Array
  /** The private fields as openssh-key-v1 stores them after the key format's name (OpenSSH PROTOCOL.key; draft-miller-ssh-agent §3.2). */
  readonly privateKey: Uint8Array
}

/**
 * A signature algorithm, apart from the format of its keys: `rsa-sha2-512` signs with keys of format `ssh-rsa` (RFC 8332).
 */
export interface PublicKeyDefinition extends Definition<'public-key'> {
  /** The name in front of its public key blobs. */
  readonly keyFormat: string
  /** The name in front of its signature blobs; certificates have another than `name`. */
  readonly signatureFormat: string
  /** What OpenSSH calls such keys when it shows a fingerprint: 'ED25519', 'RSA'. */
  readonly typeName: string
  /**
   * The size of a key as `ssh-keygen -l` shows it, in bits.
   *
   * @throws SSHError `KEY` where the blob is not a public key of this format, or one that is too weak or too large to accept
   */
  bitLength(publicKey: Uint8Array): number
  /**
   * Whether a signature is right.
   *
   * @param publicKey the public key blob
   * @param data what was signed
   * @param signature the signature blob: `string signatureFormat ‖ …`; false where it is malformed
   * @throws SSHError `KEY` as `bitLength` does
   */
  verify(publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array): MaybePromise<boolean>
  /** What holds the private key can do; absent where private keys never reach this program, as with security keys. */
  readonly privateKeys?: PrivateKeyOperations
  /** The same algorithm, held to a policy; absent where signatures say nothing about who made them. */
  withPolicy?(policy: SignaturePolicy): PublicKeyDefinition
}

/** What a signature has to prove of the person who made it, where it says such things: with security keys (OpenSSH PROTOCOL.u2f). */
export interface SignaturePolicy {
  /** Whether somebody must have touched the key; as the definition has it where absent. */
  readonly touchRequired?: boolean
  /** Whether the key must have verified its user, by PIN or fingerprint; as the definition has it where absent. */
  readonly verifyRequired?: boolean
}

/** What needs the private key, in a form that files, tests and generators share. */
export interface PrivateKeyOperations {
  /**
   * Reads the private fields that follow the key format's name in openssh-key-v1, and no more, and checks that they agree.
   *
   * @throws SSHError `KEY` or `MALFORMED` where they do not
   */
  read(reader: WireReader): KeyPair
  /**
   * Makes a new key pair.
   *
   * @param options.bits the size where the format leaves a choice (RSA)
   */
  generate(random: Random, options?: { readonly bits?: number }): MaybePromise<KeyPair>
  /**
   * Signs.
   *
   * @param privateKey the private fields, as in {@link KeyPair}
   * @returns the signature blob: `string signatureFormat ‖ …`
   */
  sign(privateKey: Uint8Array, data: Uint8Array): MaybePromise<Uint8Array>
}

/** Something that signs with one key, wherever that key is: in a file, an agent, a token, a cloud. */
export interface Signer {
  /** The public key blob. */
  readonly publicKey: Uint8Array
  /** The signature algorithms it can use with the key, most preferred first: wire names. */
  readonly algorithms: readonly string[]
  /**
   * Signs.
   *
   * @param data what to sign
   * @param algorithm one of `algorithms`
   * @param options.signal gives up waiting
   * @returns the signature blob: `string format ‖ …`
   */
  sign(data: Uint8Array, algorithm: string, options?: { readonly signal?: AbortSignalLike }): Promise<Uint8Array>
}

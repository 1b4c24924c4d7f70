import type { Random } from '@seashell/core'

/** The half of a hybrid that is Diffie-Hellman on a curve; lengths are bytes. */
export interface Classical {
  /** Of a private key. */
  readonly privateKeyLength: number
  /** Of a public key. */
  readonly publicKeyLength: number
  /** A new private key. */
  readonly generate: (random: Random) => Uint8Array
  /** The public key of a private key. */
  readonly derivePublicKey: (privateKey: Uint8Array) => Uint8Array
  /**
   * The shared secret, always of the same length, zeros in front included.
   *
   * @param peerKey as long as public keys are
   * @throws SSHError `KEY_EXCHANGE` where the peer's key must not be used
   */
  readonly agree: (privateKey: Uint8Array, peerKey: Uint8Array) => Uint8Array
}

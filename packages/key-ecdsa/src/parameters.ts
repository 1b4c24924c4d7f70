import type { ECDSA } from '@noble/curves/abstract/weierstrass.js'

/** What distinguishes one curve from another. */
export interface EcdsaParameters {
  /** The name on the wire, of keys and signatures alike. */
  readonly name: string
  /** The curve's name inside blobs (RFC 5656 §10.1). */
  readonly identifier: string
  /** The size of its field in bits. */
  readonly bitLength: number
  /** The curve, with the hash that RFC 5656 §6.2.1 gives it, which is noble's default. */
  readonly curve: ECDSA
}

import { DiffieHellman, getDiffieHellman } from 'node:crypto'
import { plainBytes } from '../bytes.ts'

/** One exponentiation modulo the prime of a group. */
export interface Exponentiation {
  /** What Node calls the group: 'modp14', for example. */
  readonly group: string
  /** Neither kept nor changed. */
  readonly exponent: Uint8Array
  /** What is raised to it: a peer's public value; the generator of the group where absent. */
  readonly peerKey?: Uint8Array
}

/**
 * Computes one on the event loop, which stands still meanwhile.
 *
 * What Node returns for a group that it knows by name has no method of its own to set the exponent, and takes that of all others. A group made
 * from the same numbers has, but with OpenSSL 3.5 Node tests for seconds whether they are primes.
 *
 * @returns the public value of the exponent, without zeros in front, or the shared secret, with them
 * @throws what OpenSSL throws where the result is no secret
 */
export function exponentiate({ group, exponent, peerKey }: Exponentiation): Uint8Array {
  const dh = getDiffieHellman(group)
  // The types know the form of `call` for text alone.
  ;(DiffieHellman.prototype.setPrivateKey as (exponent: Uint8Array) => void).call(dh, exponent)
  // With a private key at hand generateKeys computes the public one and nothing else.
  return plainBytes(peerKey === undefined ? dh.generateKeys() : dh.computeSecret(peerKey))
}

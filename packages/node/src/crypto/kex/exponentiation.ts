import { Buffer } from 'node:buffer'
import { createPrivateKey, createPublicKey, DiffieHellman, diffieHellman, getDiffieHellman } from 'node:crypto'
import { plainBytes } from '../bytes.ts'

/** One exponentiation. */
export type Exponentiation = ExponentiationInAnyGroup | ExponentiationInNamedGroup

/** One modulo the prime of a group that Node knows. */
interface ExponentiationInNamedGroup {
  /** What Node calls the group: 'modp14', for example. */
  readonly group: string
  /** Neither kept nor changed. */
  readonly exponent: Uint8Array
  /** What is raised to it: a peer's public value; the generator of the group where absent. */
  readonly peerKey?: Uint8Array
}

/** One modulo any number: the group is in both keys. */
export interface ExponentiationInAnyGroup {
  /** The exponent, in PKCS #8. Neither kept nor changed. */
  readonly privateKey: Uint8Array
  /** What is raised to it, as a SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
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
export function exponentiate(work: Exponentiation): Uint8Array {
  return 'group' in work ? exponentiateInNamedGroup(work) : exponentiateInAnyGroup(work)
}

function exponentiateInNamedGroup({ group, exponent, peerKey }: ExponentiationInNamedGroup): Uint8Array {
  const dh = getDiffieHellman(group)
  // The types know the form of `call` for text alone.
  ;(DiffieHellman.prototype.setPrivateKey as (exponent: Uint8Array) => void).call(dh, exponent)
  // With a private key at hand generateKeys computes the public one and nothing else.
  return plainBytes(peerKey === undefined ? dh.generateKeys() : dh.computeSecret(peerKey))
}

/** Of a group that keys bring along nobody tests the primes. */
function exponentiateInAnyGroup({ privateKey, publicKey }: ExponentiationInAnyGroup): Uint8Array {
  return plainBytes(
    diffieHellman({
      privateKey: createPrivateKey({ key: Buffer.from(privateKey), format: 'der', type: 'pkcs8' }),
      publicKey: createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' }),
    }),
  )
}

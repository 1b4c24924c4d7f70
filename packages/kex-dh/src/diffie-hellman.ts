import type { Hash, KemKeyExchangeDefinition, Random } from '@seashell/core'
import { bigIntToBytes, bytesToBigInt, keyExchangeFailed } from '@seashell/core/wire'
import type { DiffieHellmanGroup } from './groups.ts'
import { modularPower } from './modular-power.ts'

/** What makes one Diffie-Hellman method differ from another. */
export interface DiffieHellmanOptions {
  /** The method's name on the wire. */
  readonly name: string
  /** The group to compute in. */
  readonly group: DiffieHellmanGroup
  /** The hash of the method. */
  readonly hash: Hash
  /** One sentence why nobody should use it; see `Definition` in `@seashell/core`. */
  readonly insecure?: string
}

/**
 * Diffie-Hellman as RFC 4253 §8 has it, over any group of a safe prime, with any hash.
 *
 * Public key, ciphertext and shared secret are magnitudes of as many bytes as the prime; the private key is `group.exponentLength` bytes.
 * A public value outside 1 < value < p−1 (RFC 8268 §4), or one that leads to such a secret, is refused: SSHError `KEY_EXCHANGE`,
 * fault 'peer'.
 *
 * @example
 * ```ts
 * import { sha512 } from '@noble/hashes/sha2.js'
 * import { defineDiffieHellman, modpGroup14 } from '@seashell/kex-dh'
 *
 * const ours = defineDiffieHellman({ name: 'group14-sha512@example.com', group: modpGroup14, hash: sha512 })
 * ```
 */
export function defineDiffieHellman({ group, ...rest }: DiffieHellmanOptions): KemKeyExchangeDefinition {
  return Object.freeze({
    kind: 'key-exchange',
    shape: 'kem',
    apiVersion: 1,
    ...rest,
    provider: 'bigint',
    publicFormat: 'mpint',
    secretFormat: 'mpint',
    postQuantum: false,
    generate(random) {
      const privateKey = generateExponent(group, random)
      return { publicKey: derivePublicKey(group, privateKey), privateKey }
    },
    encapsulate(publicKey, random) {
      const privateKey = generateExponent(group, random)
      try {
        return { sharedSecret: agree(group, privateKey, publicKey), ciphertext: derivePublicKey(group, privateKey) }
      } finally {
        privateKey.fill(0)
      }
    },
    decapsulate: (privateKey, ciphertext) => agree(group, privateKey, ciphertext),
  } satisfies KemKeyExchangeDefinition)
}

/** A random exponent with its highest bit set: never 0 or 1, and always as many steps of computation. */
export function generateExponent(group: DiffieHellmanGroup, random: Random): Uint8Array {
  const exponent = random(group.exponentLength)
  exponent[0]! |= 0x80
  return exponent
}

/** The public value of an exponent: as many bytes as the prime. */
function derivePublicKey(group: DiffieHellmanGroup, privateKey: Uint8Array): Uint8Array {
  return bigIntToBytes(modularPower(group.generator, privateKey, group.prime), group.primeLength)
}

/**
 * The shared secret: as many bytes as the prime.
 *
 * @throws SSHError `KEY_EXCHANGE`, fault 'peer', where the peer's value or the secret is none
 */
function agree(group: DiffieHellmanGroup, privateKey: Uint8Array, peerKey: Uint8Array): Uint8Array {
  return encodeSecret(group, modularPower(peerValueOf(group, peerKey), privateKey, group.prime))
}

/**
 * A peer's public value as a number.
 *
 * @throws SSHError `KEY_EXCHANGE`, fault 'peer', where it is none
 */
export function peerValueOf(group: DiffieHellmanGroup, peerKey: Uint8Array): bigint {
  const peerValue = bytesToBigInt(peerKey)
  refuseTrivial(peerValue, group, 'a public value')
  return peerValue
}

/**
 * A secret as bytes: as many as the prime has.
 *
 * @throws SSHError `KEY_EXCHANGE`, fault 'peer', where it is none
 */
export function encodeSecret(group: DiffieHellmanGroup, secret: bigint): Uint8Array {
  // In groups like ours no exponent shorter than (p−1)/2 leads to such a secret; in a group of somebody else's making it may.
  refuseTrivial(secret, group, 'a public value that leads to a secret')
  return bigIntToBytes(secret, group.primeLength)
}

/** 1 and p−1 are a group of their own, which a secret must not be in, and what is not between them is no number modulo p (RFC 8268 §4). */
function refuseTrivial(value: bigint, { prime }: DiffieHellmanGroup, what: string): void {
  if (value > 1n && value < prime - 1n) return
  const found = value <= 1n ? `${value}` : value === prime - 1n ? 'p−1' : 'one that is not below p'
  throw keyExchangeFailed(`expected ${what} between 1 and p−1, both excluded (RFC 8268 §4); got ${found}`)
}

import { bigIntToBytes, bytesToBigInt, isSSHError, keyExchangeFailed } from '@seashell/core/wire'
import { bitString, encode, integer, OCTET_STRING, SEQUENCE } from '../der.ts'
import type { ExponentiationInAnyGroup } from './exponentiation.ts'
import { inThread } from './exponentiation-thread.ts'

/** dhKeyAgreement, 1.2.840.113549.1.3.1 (PKCS #3 §9), in DER. */
const DH_KEY_AGREEMENT = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x03, 0x01]

/** Arithmetic in such groups. */
export interface NodeGroupArithmetic {
  /** Where it comes from. */
  readonly provider: 'node:crypto'
  /**
   * `base` to the power of `exponent`, modulo the prime, of 512 to 10,000 bits, in a thread.
   *
   * @throws SSHError `KEY_EXCHANGE`, fault 'peer', where OpenSSL finds no result that is a secret; fault 'local' where the thread is lost
   */
  power(base: bigint, exponent: Uint8Array, group: { readonly prime: bigint }): Promise<bigint>
}

/**
 * What `dhGroupExchangeOver` and `defineGroupExchange` of `@seashell/kex-dh` can have of `node:crypto`: group exchange that does not stop the
 * event loop. It is not in `nodeCrypto`, since the messages of group exchange are in another package.
 *
 * @example
 * ```ts
 * import { AlgorithmRegistry } from '@seashell/core'
 * import { dhGroupExchangeOver } from '@seashell/kex-dh'
 * import { nodeCrypto, nodeGroupArithmetic } from '@seashell/node'
 * import { compatible } from '@seashell/presets'
 *
 * const algorithms = new AlgorithmRegistry(compatible).override(nodeCrypto).override(dhGroupExchangeOver(nodeGroupArithmetic))
 * ```
 */
export const nodeGroupArithmetic: NodeGroupArithmetic = /* @__PURE__ */ Object.freeze({ provider: 'node:crypto', power })

async function power(base: bigint, exponent: Uint8Array, { prime }: { readonly prime: bigint }): Promise<bigint> {
  const work = workOf(base, exponent, prime)
  try {
    const result = await inThread(work)
    const value = bytesToBigInt(result)
    result.fill(0)
    return value
  } catch (cause) {
    if (isSSHError(cause)) throw cause
    throw keyExchangeFailed('expected a group and a public value that lead to a secret between 1 and p−1, both excluded; got others', cause)
  } finally {
    work.privateKey.fill(0)
  }
}

/**
 * Stands where keys have their generator, which does not count for what is computed. With 2 OpenSSL would know groups of RFC 3526, and try
 * whether a public value is a square, which takes as long as an exponent of all bits: in group 18 ten times what is to be computed.
 */
const NO_GENERATOR = Uint8Array.of(3)

/** A DH key has no other form that Node reads: PKCS #8 (RFC 5208 §5) and SubjectPublicKeyInfo (RFC 5280 §4.1), both with the group. */
function workOf(base: bigint, exponent: Uint8Array, prime: bigint): ExponentiationInAnyGroup {
  const group = encode(SEQUENCE, integer(bigIntToBytes(prime)), integer(NO_GENERATOR))
  const algorithm = encode(SEQUENCE, DH_KEY_AGREEMENT, group)
  // The exponent comes last, so what is made without it has its place at the end, and there is one copy of it to wipe.
  const place = new Uint8Array(exponent.length).fill(0xff)
  const privateKey = encode(SEQUENCE, integer(Uint8Array.of(0)), algorithm, encode(OCTET_STRING, integer(place)))
  privateKey.set(exponent, privateKey.length - exponent.length)
  return { privateKey, publicKey: encode(SEQUENCE, algorithm, bitString(integer(bigIntToBytes(base)))) }
}

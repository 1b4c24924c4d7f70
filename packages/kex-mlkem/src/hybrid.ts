import type { Hash, KemKeyExchangeDefinition } from '@seashell/core'
import { concatBytes, invalidArgument, keyExchangeFailed } from '@seashell/core/wire'
import type { HybridHalf } from './half.ts'

/** What makes one hybrid of RFC 10042 differ from another. */
export interface HybridOptions {
  /** The method's name on the wire. */
  readonly name: string
  /** Where the primitives come from; see `Definition` in `@seashell/core`. */
  readonly provider: string
  /** The post-quantum half, ML-KEM. */
  readonly postQuantum: HybridHalf
  /** The classical half, Diffie-Hellman on a curve. */
  readonly classical: HybridHalf
  /** The hash of the method, which puts the secrets of the halves together as well. */
  readonly hash: Hash
}

/**
 * A method of RFC 10042 §2: ML-KEM and Diffie-Hellman on a curve. Keys and ciphertexts are those of both halves, one after the other, ML-KEM
 * first; the shared secret K is the hash of both secrets.
 *
 * What a peer sends with another length is refused: SSHError `KEY_EXCHANGE`, fault 'peer'. All else is the halves' to refuse.
 */
export function defineHybrid({ name, provider, postQuantum, classical, hash }: HybridOptions): KemKeyExchangeDefinition {
  const privateKeyLength = postQuantum.privateKeyLength + classical.privateKeyLength
  return Object.freeze({
    kind: 'key-exchange',
    shape: 'kem',
    apiVersion: 1,
    name,
    provider,
    hash,
    publicFormat: 'string',
    secretFormat: 'string',
    postQuantum: true,
    async generate(random) {
      const [first, second] = [await postQuantum.generate(random), await classical.generate(random)]
      const privateKey = joinAndWipe(first.privateKey, second.privateKey)
      return { publicKey: concatBytes(first.publicKey, second.publicKey), privateKey }
    },
    async encapsulate(publicKey, random) {
      const [encapsulationKey, peerKey] = split(publicKey, [postQuantum.publicKeyLength, classical.publicKeyLength], 'C_INIT')
      const [first, second] = [await postQuantum.encapsulate(encapsulationKey, random), await classical.encapsulate(peerKey, random)]
      const sharedSecret = combine(hash, first.sharedSecret, second.sharedSecret)
      return { sharedSecret, ciphertext: concatBytes(first.ciphertext, second.ciphertext) }
    },
    async decapsulate(privateKey, ciphertext) {
      if (privateKey.length !== privateKeyLength)
        throw invalidArgument(`expected a private key of ${privateKeyLength} bytes; got ${privateKey.length}`)
      const [firstKey, secondKey] = splitAt(privateKey, postQuantum.privateKeyLength)
      const [first, second] = split(ciphertext, [postQuantum.ciphertextLength, classical.ciphertextLength], 'S_REPLY')
      // The half that may refuse goes first, so that no secret of the other is left behind.
      const classicalSecret = await classical.decapsulate(secondKey, second)
      return combine(hash, await postQuantum.decapsulate(firstKey, first), classicalSecret)
    },
  } satisfies KemKeyExchangeDefinition)
}

/** What a peer sent, in its two halves. Its length is checked as a whole (RFC 10042 §2.1), so that each half has its own. */
function split(bytes: Uint8Array, [firstLength, secondLength]: readonly [number, number], what: string): [Uint8Array, Uint8Array] {
  const length = firstLength + secondLength
  if (bytes.length !== length) throw keyExchangeFailed(`expected ${what} of ${length} bytes (RFC 10042 §2.1); got ${bytes.length}`)
  return splitAt(bytes, firstLength)
}

function splitAt(bytes: Uint8Array, firstLength: number): [Uint8Array, Uint8Array] {
  return [bytes.subarray(0, firstLength), bytes.subarray(firstLength)]
}

/** K = HASH(K_PQ ‖ K_CL), both of fixed length, so that no secret decides how much is hashed (RFC 10042 §2.4). Wipes its arguments. */
function combine(hash: Hash, postQuantum: Uint8Array, classical: Uint8Array): Uint8Array {
  const secrets = joinAndWipe(postQuantum, classical)
  const secret = hash(secrets)
  secrets.fill(0)
  return secret
}

function joinAndWipe(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = concatBytes(first, second)
  first.fill(0)
  second.fill(0)
  return joined
}

import type { Hash, KemKeyExchangeDefinition } from '@seashell/core'
import { concatBytes, invalidArgument, keyExchangeFailed } from '@seashell/core/wire'
import type { Classical } from './classical.ts'
import type { MlKem } from './mlkem.ts'

/** What makes one hybrid of RFC 10042 differ from another. */
interface HybridOptions {
  /** The method's name on the wire. */
  readonly name: string
  /** The post-quantum half. */
  readonly mlkem: MlKem
  /** The classical half. */
  readonly classical: Classical
  /** The hash of the method, which puts the secrets of the halves together as well. */
  readonly hash: Hash
}

/**
 * A method of RFC 10042 §2: ML-KEM and Diffie-Hellman on a curve. Keys and ciphertexts are those of both halves, one after the other, ML-KEM
 * first; the shared secret K is the hash of both secrets.
 */
export function defineHybrid({ name, mlkem, classical, hash }: HybridOptions): KemKeyExchangeDefinition {
  const privateKeyLength = mlkem.decapsulationKeyLength + classical.privateKeyLength
  /** K = HASH(K_PQ ‖ K_CL), both of fixed length, so that no secret decides how much is hashed (RFC 10042 §2.4). Wipes its arguments. */
  const combine = (postQuantum: Uint8Array, classicalSecret: Uint8Array): Uint8Array => {
    const secrets = concatBytes(postQuantum, classicalSecret)
    const secret = hash(secrets)
    for (const bytes of [postQuantum, classicalSecret, secrets]) bytes.fill(0)
    return secret
  }
  return Object.freeze({
    kind: 'key-exchange',
    shape: 'kem',
    apiVersion: 1,
    name,
    provider: 'noble',
    hash,
    publicFormat: 'string',
    secretFormat: 'string',
    postQuantum: true,
    generate(random) {
      const { encapsulationKey, decapsulationKey } = mlkem.generate(random)
      const scalar = classical.generate(random)
      const publicKey = concatBytes(encapsulationKey, classical.derivePublicKey(scalar))
      const privateKey = concatBytes(decapsulationKey, scalar)
      decapsulationKey.fill(0)
      scalar.fill(0)
      return { publicKey, privateKey }
    },
    encapsulate(publicKey, random) {
      const [encapsulationKey, peerKey] = split(publicKey, mlkem.encapsulationKeyLength, classical, 'C_INIT')
      const postQuantum = mlkem.encapsulate(encapsulationKey, random)
      const scalar = classical.generate(random)
      try {
        const sharedSecret = combine(postQuantum.sharedSecret, classical.agree(scalar, peerKey))
        return { sharedSecret, ciphertext: concatBytes(postQuantum.ciphertext, classical.derivePublicKey(scalar)) }
      } finally {
        scalar.fill(0)
      }
    },
    decapsulate(privateKey, ciphertext) {
      if (privateKey.length !== privateKeyLength)
        throw invalidArgument(`expected a private key of ${privateKeyLength} bytes; got ${privateKey.length}`)
      const [postQuantum, peerKey] = split(ciphertext, mlkem.ciphertextLength, classical, 'S_REPLY')
      const classicalSecret = classical.agree(privateKey.subarray(mlkem.decapsulationKeyLength), peerKey)
      return combine(mlkem.decapsulate(privateKey.subarray(0, mlkem.decapsulationKeyLength), postQuantum), classicalSecret)
    },
  } satisfies KemKeyExchangeDefinition)
}

/** What a peer sent, in its two halves. Its length is checked as a whole (RFC 10042 §2.1), so that each half has its own. */
function split(bytes: Uint8Array, firstLength: number, { publicKeyLength }: Classical, what: string): [Uint8Array, Uint8Array] {
  const length = firstLength + publicKeyLength
  if (bytes.length !== length) throw keyExchangeFailed(`expected ${what} of ${length} bytes (RFC 10042 §2.1); got ${bytes.length}`)
  return [bytes.subarray(0, firstLength), bytes.subarray(firstLength)]
}

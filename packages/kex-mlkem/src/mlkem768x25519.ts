import { sha256 } from '@noble/hashes/sha2.js'
import type { KemKeyExchangeDefinition } from '@seashell/core'
import { concatBytes, invalidArgument, keyExchangeFailed } from '@seashell/core/wire'
import * as mlkem768 from './mlkem768.ts'
import * as x25519 from './x25519.ts'

const privateKeyLength = mlkem768.decapsulationKeyLength + x25519.keyLength

/**
 * mlkem768x25519-sha256 (RFC 10042 §2.3): ML-KEM-768 and X25519 with SHA-256. Who wants the secret has to break both.
 *
 * - `publicKey`, C_INIT: encapsulation key (1184 bytes) ‖ X25519 public key (32)
 * - `ciphertext`, S_REPLY: ML-KEM ciphertext (1088) ‖ X25519 public key (32)
 * - `privateKey`: decapsulation key (2400) ‖ X25519 private key (32)
 * - `sharedSecret`, K: SHA-256(K_PQ ‖ K_CL), 32 bytes, hashed as a string (RFC 10042 §2.4)
 *
 * Another length, an encapsulation key that is not reduced, or an X25519 point of low order is refused: SSHError `KEY_EXCHANGE`, fault
 * 'peer'.
 *
 * @example
 * ```ts
 * import { mlkem768x25519Sha256 } from '@seashell/kex-mlkem'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const client = await mlkem768x25519Sha256.generate(random)
 * const server = await mlkem768x25519Sha256.encapsulate(client.publicKey, random)
 * const secret = await mlkem768x25519Sha256.decapsulate(client.privateKey, server.ciphertext) // equals server.sharedSecret
 * ```
 */
export const mlkem768x25519Sha256: KemKeyExchangeDefinition = /* @__PURE__ */ Object.freeze({
  kind: 'key-exchange',
  shape: 'kem',
  apiVersion: 1,
  name: 'mlkem768x25519-sha256',
  provider: 'noble',
  hash: sha256,
  publicFormat: 'string',
  secretFormat: 'string',
  postQuantum: true,
  generate(random) {
    const { encapsulationKey, decapsulationKey } = mlkem768.generate(random)
    const scalar = random(x25519.keyLength)
    const publicKey = concatBytes(encapsulationKey, x25519.derivePublicKey(scalar))
    const privateKey = concatBytes(decapsulationKey, scalar)
    decapsulationKey.fill(0)
    scalar.fill(0)
    return { publicKey, privateKey }
  },
  encapsulate(publicKey, random) {
    const [encapsulationKey, peerKey] = split(publicKey, mlkem768.encapsulationKeyLength, 'C_INIT')
    const postQuantum = mlkem768.encapsulate(encapsulationKey, random)
    const scalar = random(x25519.keyLength)
    const sharedSecret = combine(postQuantum.sharedSecret, x25519.agree(scalar, peerKey))
    const ciphertext = concatBytes(postQuantum.ciphertext, x25519.derivePublicKey(scalar))
    scalar.fill(0)
    return { ciphertext, sharedSecret }
  },
  decapsulate(privateKey, ciphertext) {
    if (privateKey.length !== privateKeyLength)
      throw invalidArgument(`expected a private key of ${privateKeyLength} bytes; got ${privateKey.length}`)
    const [postQuantum, peerKey] = split(ciphertext, mlkem768.ciphertextLength, 'S_REPLY')
    const scalar = privateKey.subarray(mlkem768.decapsulationKeyLength)
    const classical = x25519.agree(scalar, peerKey)
    return combine(mlkem768.decapsulate(privateKey.subarray(0, mlkem768.decapsulationKeyLength), postQuantum), classical)
  },
} satisfies KemKeyExchangeDefinition)

/** All of this package, most preferred first. */
export const mlkemKeyExchanges: readonly KemKeyExchangeDefinition[] = /* @__PURE__ */ Object.freeze([mlkem768x25519Sha256])

/** What a peer sent, in its two halves. Its length is checked as a whole (RFC 10042 §2.1), so that each half has its own. */
function split(bytes: Uint8Array, firstLength: number, what: string): [postQuantum: Uint8Array, classical: Uint8Array] {
  const length = firstLength + x25519.keyLength
  if (bytes.length !== length) throw keyExchangeFailed(`expected ${what} of ${length} bytes (RFC 10042 §2.1); got ${bytes.length}`)
  return [bytes.subarray(0, firstLength), bytes.subarray(firstLength)]
}

/** K = SHA-256(K_PQ ‖ K_CL), both of 32 bytes, so that no secret decides how much is hashed (RFC 10042 §2.4). Wipes its arguments. */
function combine(postQuantum: Uint8Array, classical: Uint8Array): Uint8Array {
  const secret = sha256.create().update(postQuantum).update(classical).digest()
  postQuantum.fill(0)
  classical.fill(0)
  return secret
}

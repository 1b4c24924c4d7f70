import { sha512 } from '@noble/hashes/sha2.js'
import type { KemKeyExchangeDefinition } from '@seashell/core'
import { concatBytes, invalidArgument, keyExchangeFailed } from '@seashell/core/wire'
import * as sntrup761 from './sntrup761.ts'
import * as x25519 from './x25519.ts'

const privateKeyLength = sntrup761.privateKeyLength + x25519.keyLength

/**
 * sntrup761x25519-sha512 (RFC 9941): Streamlined NTRU Prime 761 and X25519 with SHA-512. Who wants the secret has to break both.
 *
 * - `publicKey`, Q_C: sntrup761 public key (1158 bytes) ‖ X25519 public key (32)
 * - `ciphertext`, Q_S: sntrup761 ciphertext (1039) ‖ X25519 public key (32)
 * - `privateKey`: sntrup761 private key (1763) ‖ X25519 private key (32)
 * - `sharedSecret`, K: SHA-512 of both secrets, 64 bytes, hashed as a string
 *
 * Another length, or an X25519 point of low order, is refused: SSHError `KEY_EXCHANGE`, fault 'peer'.
 *
 * @example
 * ```ts
 * import { sntrup761x25519Sha512 } from '@seashell/kex-sntrup'
 *
 * const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
 * const client = await sntrup761x25519Sha512.generate(random)
 * const server = await sntrup761x25519Sha512.encapsulate(client.publicKey, random)
 * const secret = await sntrup761x25519Sha512.decapsulate(client.privateKey, server.ciphertext) // equals server.sharedSecret
 * ```
 */
export const sntrup761x25519Sha512: KemKeyExchangeDefinition = /* @__PURE__ */ defineSntrup761x25519('sntrup761x25519-sha512')

/** sntrup761x25519-sha512@openssh.com: the same method under the name it had before RFC 9941. */
export const sntrup761x25519Sha512OpenSSH: KemKeyExchangeDefinition = /* @__PURE__ */ defineSntrup761x25519(
  'sntrup761x25519-sha512@openssh.com',
)

/** All of this package, most preferred first. */
export const sntrupKeyExchanges: readonly KemKeyExchangeDefinition[] = /* @__PURE__ */ Object.freeze([
  sntrup761x25519Sha512,
  sntrup761x25519Sha512OpenSSH,
])

function defineSntrup761x25519(name: string): KemKeyExchangeDefinition {
  return Object.freeze({
    kind: 'key-exchange',
    shape: 'kem',
    apiVersion: 1,
    name,
    provider: 'seashell',
    hash: sha512,
    publicFormat: 'string',
    secretFormat: 'string',
    postQuantum: true,
    generate(random) {
      const postQuantum = sntrup761.generate(random)
      const scalar = random(x25519.keyLength)
      const publicKey = concatBytes(postQuantum.publicKey, x25519.derivePublicKey(scalar))
      const privateKey = concatBytes(postQuantum.privateKey, scalar)
      postQuantum.privateKey.fill(0)
      scalar.fill(0)
      return { publicKey, privateKey }
    },
    encapsulate(publicKey, random) {
      const [postQuantumKey, peerKey] = split(publicKey, sntrup761.publicKeyLength, 'Q_C')
      const postQuantum = sntrup761.encapsulate(postQuantumKey, random)
      const scalar = random(x25519.keyLength)
      try {
        const sharedSecret = combine(postQuantum.sharedSecret, x25519.agree(scalar, peerKey))
        return { sharedSecret, ciphertext: concatBytes(postQuantum.ciphertext, x25519.derivePublicKey(scalar)) }
      } finally {
        scalar.fill(0)
      }
    },
    decapsulate(privateKey, ciphertext) {
      if (privateKey.length !== privateKeyLength)
        throw invalidArgument(`expected a private key of ${privateKeyLength} bytes; got ${privateKey.length}`)
      const [postQuantum, peerKey] = split(ciphertext, sntrup761.ciphertextLength, 'Q_S')
      const classical = x25519.agree(privateKey.subarray(sntrup761.privateKeyLength), peerKey)
      return combine(sntrup761.decapsulate(privateKey.subarray(0, sntrup761.privateKeyLength), postQuantum), classical)
    },
  } satisfies KemKeyExchangeDefinition)
}

/** What a peer sent, in its two halves. Its length is checked as a whole, so that each half has its own. */
function split(bytes: Uint8Array, firstLength: number, what: string): [postQuantum: Uint8Array, classical: Uint8Array] {
  const length = firstLength + x25519.keyLength
  if (bytes.length !== length) throw keyExchangeFailed(`expected ${what} of ${length} bytes (RFC 9941 §3); got ${bytes.length}`)
  return [bytes.subarray(0, firstLength), bytes.subarray(firstLength)]
}

/** K: SHA-512 of both secrets, each of 32 bytes, so that no secret decides how much is hashed. Wipes its arguments. */
function combine(postQuantum: Uint8Array, classical: Uint8Array): Uint8Array {
  const secret = sha512.create().update(postQuantum).update(classical).digest()
  postQuantum.fill(0)
  classical.fill(0)
  return secret
}

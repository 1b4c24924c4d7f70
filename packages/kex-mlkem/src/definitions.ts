import type { KemKeyExchangeDefinition } from '@seashell/core'
import { defineHybrid } from './hybrid.ts'
import { mlkem1024nistp384, mlkem768nistp256, mlkem768x25519 } from './portable.ts'

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
export const mlkem768x25519Sha256: KemKeyExchangeDefinition = /* @__PURE__ */ defineHybrid(mlkem768x25519)

/**
 * mlkem768nistp256-sha256 (RFC 10042 §2.3): ML-KEM-768 and NIST P-256 with SHA-256.
 *
 * - `publicKey`, C_INIT: encapsulation key (1184 bytes) ‖ uncompressed point (65)
 * - `ciphertext`, S_REPLY: ML-KEM ciphertext (1088) ‖ uncompressed point (65)
 * - `privateKey`: decapsulation key (2400) ‖ scalar (32)
 * - `sharedSecret`, K: SHA-256(K_PQ ‖ x coordinate, 32 bytes), 32 bytes, hashed as a string (RFC 10042 §2.4)
 *
 * Another length, an encapsulation key that is not reduced, or what is not an uncompressed point of the curve is refused: SSHError
 * `KEY_EXCHANGE`, fault 'peer'.
 */
export const mlkem768nistp256Sha256: KemKeyExchangeDefinition = /* @__PURE__ */ defineHybrid(mlkem768nistp256)

/**
 * mlkem1024nistp384-sha384 (RFC 10042 §2.3): ML-KEM-1024 and NIST P-384 with SHA-384.
 *
 * - `publicKey`, C_INIT: encapsulation key (1568 bytes) ‖ uncompressed point (97)
 * - `ciphertext`, S_REPLY: ML-KEM ciphertext (1568) ‖ uncompressed point (97)
 * - `privateKey`: decapsulation key (3168) ‖ scalar (48)
 * - `sharedSecret`, K: SHA-384(K_PQ ‖ x coordinate, 48 bytes), 48 bytes, hashed as a string (RFC 10042 §2.4)
 *
 * It refuses what {@link mlkem768nistp256Sha256} refuses.
 */
export const mlkem1024nistp384Sha384: KemKeyExchangeDefinition = /* @__PURE__ */ defineHybrid(mlkem1024nistp384)

/** All of this package, most preferred first: X25519, which most peers have; then the fastest. */
export const mlkemKeyExchanges: readonly KemKeyExchangeDefinition[] = /* @__PURE__ */ Object.freeze([
  mlkem768x25519Sha256,
  mlkem768nistp256Sha256,
  mlkem1024nistp384Sha384,
])

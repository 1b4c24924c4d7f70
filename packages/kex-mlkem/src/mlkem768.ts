import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import type { Random } from '@seashell/core'
import { keyExchangeFailed } from '@seashell/core/wire'

// FIPS 203 §8, table 3, and the randomness of algorithms 19 and 20, in bytes.
/** Bytes of an encapsulation key. */
export const encapsulationKeyLength = 1184
/** Bytes of a decapsulation key: it holds the encapsulation key and its hash as well. */
export const decapsulationKeyLength = 2400
/** Bytes of a ciphertext. */
export const ciphertextLength = 1088
/** Bytes of d ‖ z, from which a key pair is made. */
const seedLength = 64
/** Bytes of m, from which shared secret and ciphertext are made. */
const messageLength = 32

/** ML-KEM.KeyGen (FIPS 203 §7.1). */
export function generate(random: Random): { encapsulationKey: Uint8Array; decapsulationKey: Uint8Array } {
  const seed = random(seedLength)
  const { publicKey, secretKey } = ml_kem768.keygen(seed)
  seed.fill(0)
  return { encapsulationKey: publicKey, decapsulationKey: secretKey }
}

/**
 * ML-KEM.Encaps (FIPS 203 §7.2).
 *
 * @param encapsulationKey 1184 bytes
 * @returns a ciphertext of 1088 bytes, a shared secret of 32
 * @throws SSHError `KEY_EXCHANGE` where a coefficient of the key is not reduced: the modulus check
 */
export function encapsulate(encapsulationKey: Uint8Array, random: Random): { ciphertext: Uint8Array; sharedSecret: Uint8Array } {
  const message = random(messageLength)
  try {
    const { cipherText, sharedSecret } = ml_kem768.encapsulate(encapsulationKey, message)
    return { ciphertext: cipherText, sharedSecret }
  } catch (cause) {
    throw keyExchangeFailed(
      'expected an ML-KEM-768 encapsulation key with coefficients below 3329 (FIPS 203 §7.2); got a larger one',
      cause,
    )
  } finally {
    message.fill(0)
  }
}

/**
 * ML-KEM.Decaps (FIPS 203 §7.3). A ciphertext that was not made for the key gives another secret and no error (implicit rejection): the
 * exchange then fails at the signature over the exchange hash, which covers that secret.
 *
 * @param decapsulationKey 2400 bytes
 * @param ciphertext 1088 bytes
 * @returns 32 bytes
 */
export function decapsulate(decapsulationKey: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  return ml_kem768.decapsulate(ciphertext, decapsulationKey)
}

import { ml_kem1024, ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import type { Random } from '@seashell/core'
import { keyExchangeFailed } from '@seashell/core/wire'

/** ML-KEM (FIPS 203) with one set of parameters; lengths are bytes. */
export interface MlKem {
  /** Of an encapsulation key. */
  readonly encapsulationKeyLength: number
  /** Of a decapsulation key: it holds the encapsulation key and its hash as well. */
  readonly decapsulationKeyLength: number
  /** Of a ciphertext. */
  readonly ciphertextLength: number
  /** ML-KEM.KeyGen (FIPS 203 §7.1). */
  readonly generate: (random: Random) => { encapsulationKey: Uint8Array; decapsulationKey: Uint8Array }
  /**
   * ML-KEM.Encaps (FIPS 203 §7.2). The shared secret has 32 bytes.
   *
   * @throws SSHError `KEY_EXCHANGE` where a coefficient of the key is not reduced: the modulus check
   */
  readonly encapsulate: (encapsulationKey: Uint8Array, random: Random) => { ciphertext: Uint8Array; sharedSecret: Uint8Array }
  /**
   * ML-KEM.Decaps (FIPS 203 §7.3), 32 bytes. A ciphertext that was not made for the key gives another secret and no error (implicit
   * rejection): the exchange then fails at the signature over the exchange hash, which covers that secret.
   */
  readonly decapsulate: (decapsulationKey: Uint8Array, ciphertext: Uint8Array) => Uint8Array
}

// FIPS 203 §8, table 3, and the randomness of algorithms 19 and 20, in bytes.

/** ML-KEM-768. */
export const mlkem768: MlKem = /* @__PURE__ */ defineMlKem('ML-KEM-768', ml_kem768, [1184, 2400, 1088])

/** ML-KEM-1024. */
export const mlkem1024: MlKem = /* @__PURE__ */ defineMlKem('ML-KEM-1024', ml_kem1024, [1568, 3168, 1568])

/** Bytes of d ‖ z, from which a key pair is made. */
const seedLength = 64
/** Bytes of m, from which shared secret and ciphertext are made. */
const messageLength = 32

function defineMlKem(
  name: string,
  primitive: typeof ml_kem768,
  [encapsulationKeyLength, decapsulationKeyLength, ciphertextLength]: readonly [number, number, number],
): MlKem {
  return {
    encapsulationKeyLength,
    decapsulationKeyLength,
    ciphertextLength,
    generate: (random) => {
      const seed = random(seedLength)
      const { publicKey, secretKey } = primitive.keygen(seed)
      seed.fill(0)
      return { encapsulationKey: publicKey, decapsulationKey: secretKey }
    },
    encapsulate: (encapsulationKey, random) => {
      const message = random(messageLength)
      try {
        const { cipherText, sharedSecret } = primitive.encapsulate(encapsulationKey, message)
        return { ciphertext: cipherText, sharedSecret }
      } catch (cause) {
        throw keyExchangeFailed(
          `expected an ${name} encapsulation key with coefficients below 3329 (FIPS 203 §7.2); got a larger one`,
          cause,
        )
      } finally {
        message.fill(0)
      }
    },
    decapsulate: (decapsulationKey, ciphertext) => primitive.decapsulate(ciphertext, decapsulationKey),
  }
}

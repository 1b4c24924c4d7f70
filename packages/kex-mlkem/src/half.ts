import type { KemKeyExchangeDefinition } from '@seashell/core'
import type { Classical } from './classical.ts'
import type { MlKem } from './mlkem.ts'

/**
 * One half of a hybrid. Both are key encapsulation, Diffie-Hellman on a curve too: what goes back is the other public key then. Every length
 * is fixed, that of the shared secret as well, and in bytes.
 */
export interface HybridHalf extends Pick<KemKeyExchangeDefinition, 'generate' | 'encapsulate' | 'decapsulate'> {
  /** Of what the client sends. */
  readonly publicKeyLength: number
  /** Of what the client keeps. */
  readonly privateKeyLength: number
  /** Of what the server sends. */
  readonly ciphertextLength: number
}

/** ML-KEM as a half. */
export function postQuantumHalf(mlkem: MlKem): HybridHalf {
  return {
    publicKeyLength: mlkem.encapsulationKeyLength,
    privateKeyLength: mlkem.decapsulationKeyLength,
    ciphertextLength: mlkem.ciphertextLength,
    generate: (random) => {
      const { encapsulationKey, decapsulationKey } = mlkem.generate(random)
      return { publicKey: encapsulationKey, privateKey: decapsulationKey }
    },
    encapsulate: mlkem.encapsulate,
    decapsulate: mlkem.decapsulate,
  }
}

/** Diffie-Hellman on a curve as a half. */
export function classicalHalf(classical: Classical): HybridHalf {
  const { privateKeyLength, publicKeyLength, generate, derivePublicKey, agree } = classical
  return {
    publicKeyLength,
    privateKeyLength,
    ciphertextLength: publicKeyLength,
    generate: (random) => {
      const privateKey = generate(random)
      return { publicKey: derivePublicKey(privateKey), privateKey }
    },
    encapsulate: (publicKey, random) => {
      const privateKey = generate(random)
      try {
        return { sharedSecret: agree(privateKey, publicKey), ciphertext: derivePublicKey(privateKey) }
      } finally {
        privateKey.fill(0)
      }
    },
    decapsulate: agree,
  }
}

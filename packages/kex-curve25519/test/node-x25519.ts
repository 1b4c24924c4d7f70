import type { Kem } from '@seashell/conformance'
import { nodeX25519Agree, nodeX25519PublicKey } from '@seashell/test-support'

/** X25519 by node:crypto. */
export const nodeX25519: Kem = {
  generate(random) {
    const privateKey = random(32)
    return { publicKey: nodeX25519PublicKey(privateKey), privateKey }
  },
  encapsulate(publicKey, random) {
    const privateKey = random(32)
    return { ciphertext: nodeX25519PublicKey(privateKey), sharedSecret: nodeX25519Agree(privateKey, publicKey) }
  },
  decapsulate: nodeX25519Agree,
}

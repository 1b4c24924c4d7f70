import { x25519 as primitive } from '@noble/curves/ed25519.js'
import { keyExchangeFailed } from '@seashell/core/wire'
import type { Classical } from './classical.ts'

/** X25519 (RFC 7748 §5): private key, public key and shared secret of 32 bytes. */
export const x25519: Classical = {
  privateKeyLength: 32,
  publicKeyLength: 32,
  // Any 32 bytes are a private key: RFC 7748 §5 clears and sets what must be clear and set.
  generate: (random) => random(32),
  derivePublicKey: (privateKey) => primitive.getPublicKey(privateKey),
  agree: (privateKey, peerKey) => {
    try {
      return primitive.getSharedSecret(privateKey, peerKey)
    } catch (cause) {
      // Lengths are right, so this is the one thing that noble refuses: a point of low order, recognised before its own key is used.
      throw keyExchangeFailed('expected an X25519 public key that contributes to the secret (RFC 8731 §3); got a point of low order', cause)
    }
  },
}

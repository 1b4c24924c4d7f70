import { x25519 } from '@noble/curves/ed25519.js'
import { invalidArgument, keyExchangeFailed } from '@seashell/core/wire'

/** Bytes of a private key, a public key and a shared secret (RFC 7748 §5). */
export const keyLength = 32

/** The public key of a private key. Any 32 bytes are a private key: RFC 7748 §5 clears and sets what must be clear and set. */
export function derivePublicKey(privateKey: Uint8Array): Uint8Array {
  return x25519.getPublicKey(privateKey)
}

/**
 * The shared secret, 32 bytes.
 *
 * @throws SSHError `KEY_EXCHANGE` where the peer's key has not 32 bytes, or gives all zeros whatever the private key is (RFC 8731 §3)
 */
export function agree(privateKey: Uint8Array, peerKey: Uint8Array): Uint8Array {
  if (privateKey.length !== keyLength)
    throw invalidArgument(`expected an X25519 private key of ${keyLength} bytes; got ${privateKey.length}`)
  if (peerKey.length !== keyLength)
    throw keyExchangeFailed(`expected an X25519 public key of ${keyLength} bytes (RFC 8731 §3); got ${peerKey.length}`)
  try {
    return x25519.getSharedSecret(privateKey, peerKey)
  } catch (cause) {
    // Lengths are right, so this is the one thing that noble refuses: a point of low order, recognised before its own key is used.
    throw keyExchangeFailed('expected an X25519 public key that contributes to the secret (RFC 8731 §3); got a point of low order', cause)
  }
}

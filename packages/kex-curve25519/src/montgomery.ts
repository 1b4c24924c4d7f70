import type { MontgomeryECDH } from '@noble/curves/abstract/montgomery.js'
import type { Hash, KemKeyExchangeDefinition } from '@seashell/core'
import { invalidArgument, keyExchangeFailed } from '@seashell/core/wire'

/** What makes one method of RFC 8731 differ from the other. */
interface MontgomeryOptions {
  /** The method's name on the wire. */
  readonly name: string
  /** The function of RFC 7748. */
  readonly curve: MontgomeryECDH
  /** What it is called there. */
  readonly curveName: 'X25519' | 'X448'
  /** Bytes of a private key, a public key and a shared secret (RFC 7748 §5). */
  readonly keyLength: number
  /** The hash of the method. */
  readonly hash: Hash
}

/** A method of RFC 8731: keys are strings, the shared secret counts as a big-endian number (§3.1). */
export function defineMontgomery({ name, hash, ...curve }: MontgomeryOptions): KemKeyExchangeDefinition {
  // Any bytes are a private key: RFC 7748 §5 clears and sets what must be clear and set.
  const derivePublicKey = (privateKey: Uint8Array) => curve.curve.getPublicKey(privateKey)
  return Object.freeze({
    kind: 'key-exchange',
    shape: 'kem',
    apiVersion: 1,
    name,
    provider: 'noble',
    hash,
    publicFormat: 'string',
    secretFormat: 'mpint',
    postQuantum: false,
    generate(random) {
      const privateKey = random(curve.keyLength)
      return { publicKey: derivePublicKey(privateKey), privateKey }
    },
    encapsulate(publicKey, random) {
      const privateKey = random(curve.keyLength)
      try {
        return { sharedSecret: agree(curve, privateKey, publicKey), ciphertext: derivePublicKey(privateKey) }
      } finally {
        privateKey.fill(0)
      }
    },
    decapsulate: (privateKey, ciphertext) => agree(curve, privateKey, ciphertext),
  } satisfies KemKeyExchangeDefinition)
}

/**
 * The shared secret.
 *
 * @throws SSHError `KEY_EXCHANGE` where the peer's key has another length, or gives all zeros whatever the private key is (RFC 8731 §3)
 */
function agree(
  { curve, curveName, keyLength }: Omit<MontgomeryOptions, 'name' | 'hash'>,
  privateKey: Uint8Array,
  peerKey: Uint8Array,
): Uint8Array {
  if (privateKey.length !== keyLength)
    throw invalidArgument(`expected an ${curveName} private key of ${keyLength} bytes; got ${privateKey.length}`)
  if (peerKey.length !== keyLength)
    throw keyExchangeFailed(`expected an ${curveName} public key of ${keyLength} bytes (RFC 8731 §3); got ${peerKey.length}`)
  try {
    return curve.getSharedSecret(privateKey, peerKey)
  } catch (cause) {
    // Lengths are right, so this is the one thing that noble refuses: a point of low order, recognised before its own key is used.
    const expected = `expected an ${curveName} public key that contributes to the secret (RFC 8731 §3)`
    throw keyExchangeFailed(`${expected}; got a point of low order`, cause)
  }
}

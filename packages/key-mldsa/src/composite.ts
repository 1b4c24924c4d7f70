import { ed25519 } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js'
import { concatBytes, encodeAscii } from '@seashell/core/wire'

// id-MLDSA44-Ed25519-SHA512 of draft-ietf-lamps-pq-composite-sigs: two signatures over one message representative, which count together.
const PREFIX = 'CompositeAlgorithmSignatures2025'
const LABEL = 'COMPSIG-MLDSA44-Ed25519-SHA512'

/** Bytes of a seed, ML-DSA's and Ed25519's alike. */
const SEED_LENGTH = 32
const MLDSA_PUBLIC_LENGTH = 1312
const MLDSA_SIGNATURE_LENGTH = 2420

/** Bytes of a private key: both seeds. */
export const COMPOSITE_SECRET_LENGTH: number = 2 * SEED_LENGTH
/** Bytes of a public key. */
export const COMPOSITE_PUBLIC_LENGTH: number = MLDSA_PUBLIC_LENGTH + 32
/** Bytes of a signature. */
export const COMPOSITE_SIGNATURE_LENGTH: number = MLDSA_SIGNATURE_LENGTH + 64

/** The public key of two seeds: `ML-DSA's (1312 bytes) ‖ Ed25519's (32)`. */
export function compositePublicKey(secret: Uint8Array): Uint8Array {
  const [mldsaSeed, ed25519Seed] = halves(secret, SEED_LENGTH)
  const { publicKey, secretKey } = ml_dsa44.keygen(mldsaSeed)
  secretKey.fill(0)
  return concatBytes(publicKey, ed25519.getPublicKey(ed25519Seed))
}

/** Signs: `ML-DSA's signature (2420 bytes) ‖ Ed25519's (64)`, the first in its deterministic form (FIPS 204 §3.4). */
export function compositeSign(data: Uint8Array, secret: Uint8Array): Uint8Array {
  const [mldsaSeed, ed25519Seed] = halves(secret, SEED_LENGTH)
  const message = representative(data)
  const { secretKey } = ml_dsa44.keygen(mldsaSeed)
  const signature = ml_dsa44.sign(message, secretKey, { context: encodeAscii(LABEL), extraEntropy: false })
  secretKey.fill(0)
  return concatBytes(signature, ed25519.sign(message, ed25519Seed))
}

/** Whether both signatures are right. Both are looked at, whatever the first says. */
export function compositeVerify(signature: Uint8Array, data: Uint8Array, publicKey: Uint8Array): boolean {
  const [mldsaKey, ed25519Key] = halves(publicKey, MLDSA_PUBLIC_LENGTH)
  const [mldsaSignature, ed25519Signature] = halves(signature, MLDSA_SIGNATURE_LENGTH)
  const message = representative(data)
  const verdicts = [
    ml_dsa44.verify(mldsaSignature, message, mldsaKey, { context: encodeAscii(LABEL) }),
    ed25519.verify(ed25519Signature, message, ed25519Key, { zip215: false }),
  ]
  return verdicts.every((right) => right)
}

/** `prefix ‖ label ‖ length of the context (0) ‖ SHA-512(data)`: SSH has no context. */
function representative(data: Uint8Array): Uint8Array {
  return concatBytes(encodeAscii(PREFIX), encodeAscii(LABEL), new Uint8Array(1), sha512(data))
}

function halves(bytes: Uint8Array, at: number): readonly [Uint8Array, Uint8Array] {
  return [bytes.subarray(0, at), bytes.subarray(at)]
}

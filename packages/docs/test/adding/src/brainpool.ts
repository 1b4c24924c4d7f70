// src/brainpool.ts
import { brainpoolP256r1 as curve } from '@noble/curves/misc.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { KemKeyExchangeDefinition, KemKeyPair, Random } from '@seashell/core'
import { keyExchangeFailed } from '@seashell/core/wire'

/** ECDH as in RFC 5656 §4 over brainpoolP256r1 (RFC 5639), with SHA-256. Points of 65 bytes, uncompressed; private key and secret of 32. */
export const ecdhBrainpoolP256r1: KemKeyExchangeDefinition = Object.freeze<KemKeyExchangeDefinition>({
  kind: 'key-exchange',
  shape: 'kem',
  apiVersion: 1,
  name: 'ecdh-brainpoolp256r1@example.org',
  provider: 'noble',
  hash: sha256,
  publicFormat: 'string',
  secretFormat: 'mpint',
  postQuantum: false,
  generate,
  encapsulate(publicKey, random) {
    const own = generate(random)
    const sharedSecret = agree(own.privateKey, publicKey)
    own.privateKey.fill(0)
    return { ciphertext: own.publicKey, sharedSecret }
  },
  decapsulate: agree,
})

function generate(random: Random): KemKeyPair {
  // Half as many bytes again as a private key has, so that reducing them leaves no bias (FIPS 186-5 A.2.1).
  const seed = random(48)
  const privateKey = curve.utils.randomSecretKey(seed)
  seed.fill(0)
  return { publicKey: curve.getPublicKey(privateKey, false), privateKey }
}

/** The x coordinate of the shared point. */
function agree(privateKey: Uint8Array, peerKey: Uint8Array): Uint8Array {
  if (peerKey.length !== 65 || peerKey[0] !== 4) {
    throw keyExchangeFailed(`expected an uncompressed point, 04 and 64 bytes, 65 in all; got ${peerKey.length} bytes`)
  }
  try {
    return curve.getSharedSecret(privateKey, peerKey, false).slice(1, 33)
  } catch (cause) {
    throw keyExchangeFailed('expected a point of brainpoolP256r1; got one beside it', cause)
  }
}

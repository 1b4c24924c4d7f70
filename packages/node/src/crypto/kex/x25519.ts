import { diffieHellman, type KeyObject } from 'node:crypto'
import type { KemKeyExchangeDefinition } from '@seashell/core'
import { keyExchangeFailed } from '@seashell/core/wire'
import { plainBytes, requireLength } from '../bytes.ts'
import { sha256 } from '../hash.ts'
import { KeptKeys } from '../kept-keys.ts'
import { exportOkpPublicKey, importOkpPrivateKey, importOkpPublicKey } from '../okp.ts'

/** Bytes of a private key, a public key and a shared secret (RFC 7748 §5). */
const KEY_LENGTH = 32

/** Between a client's two steps. */
const keptKeys = /* @__PURE__ */ new KeptKeys()

/** X25519 (RFC 8731) under both of its names. */
export const curve25519KeyExchanges: readonly KemKeyExchangeDefinition[] = /* @__PURE__ */ Object.freeze([
  /* @__PURE__ */ defineCurve25519('curve25519-sha256'),
  /* @__PURE__ */ defineCurve25519('curve25519-sha256@libssh.org'),
])

function defineCurve25519(name: string): KemKeyExchangeDefinition {
  return Object.freeze({
    kind: 'key-exchange',
    shape: 'kem',
    apiVersion: 1,
    name,
    provider: 'node:crypto',
    hash: sha256,
    publicFormat: 'string',
    secretFormat: 'mpint',
    postQuantum: false,
    generate(random) {
      const privateKey = random(KEY_LENGTH)
      return { publicKey: exportOkpPublicKey(keptKeys.keep(privateKey, importScalar(privateKey))), privateKey }
    },
    encapsulate(publicKey, random) {
      const scalar = random(KEY_LENGTH)
      const privateKey = importScalar(scalar)
      scalar.fill(0)
      return { sharedSecret: agree(privateKey, publicKey), ciphertext: exportOkpPublicKey(privateKey) }
    },
    decapsulate(privateKey, ciphertext) {
      requireLength('an X25519 private key', privateKey, KEY_LENGTH)
      return agree(keptKeys.take(privateKey) ?? importScalar(privateKey), ciphertext)
    },
  } satisfies KemKeyExchangeDefinition)
}

/** Any 32 bytes are a private key. */
function importScalar(scalar: Uint8Array): KeyObject {
  return importOkpPrivateKey('X25519', scalar)
}

function agree(privateKey: KeyObject, peerKey: Uint8Array): Uint8Array {
  if (peerKey.length !== KEY_LENGTH) {
    throw keyExchangeFailed(`expected an X25519 public key of ${KEY_LENGTH} bytes (RFC 8731 §3); got ${peerKey.length}`)
  }
  const publicKey = importOkpPublicKey('X25519', peerKey)
  try {
    return plainBytes(diffieHellman({ privateKey, publicKey }))
  } catch (cause) {
    // The one thing that OpenSSL refuses: a secret that is zero.
    throw keyExchangeFailed('expected an X25519 public key that contributes to the secret (RFC 8731 §3); got a point of low order', cause)
  }
}

import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto'

/** X25519 by node:crypto: the public key of a private one, 32 bytes each. */
export function nodeX25519PublicKey(scalar: Uint8Array): Uint8Array {
  return createPublicKey(importPrivateKey(scalar)).export({ format: 'der', type: 'spki' }).subarray(-32)
}

/** X25519 by node:crypto: the shared secret, 32 bytes. */
export function nodeX25519Agree(scalar: Uint8Array, point: Uint8Array): Uint8Array {
  const prefix = Buffer.from('302a300506032b656e032100', 'hex')
  const publicKey = createPublicKey({ key: Buffer.concat([prefix, point]), format: 'der', type: 'spki' })
  return diffieHellman({ privateKey: importPrivateKey(scalar), publicKey })
}

function importPrivateKey(scalar: Uint8Array): KeyObject {
  const prefix = Buffer.from('302e020100300506032b656e04220420', 'hex')
  return createPrivateKey({ key: Buffer.concat([prefix, scalar]), format: 'der', type: 'pkcs8' })
}

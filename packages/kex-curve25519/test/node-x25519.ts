import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto'
import type { Kem } from '@seashell/conformance'

/** X25519 by node:crypto. */
export const nodeX25519: Kem = {
  generate(random) {
    const privateKey = random(32)
    return { publicKey: nodePublicKey(privateKey), privateKey }
  },
  encapsulate(publicKey, random) {
    const privateKey = random(32)
    return { ciphertext: nodePublicKey(privateKey), sharedSecret: nodeAgree(privateKey, publicKey) }
  },
  decapsulate: nodeAgree,
}

/** The public key of a private one. */
export function nodePublicKey(scalar: Uint8Array): Uint8Array {
  return createPublicKey(importPrivateKey(scalar)).export({ format: 'der', type: 'spki' }).subarray(-32)
}

/** The shared secret. */
export function nodeAgree(scalar: Uint8Array, point: Uint8Array): Uint8Array {
  const prefix = Buffer.from('302a300506032b656e032100', 'hex')
  const publicKey = createPublicKey({ key: Buffer.concat([prefix, point]), format: 'der', type: 'spki' })
  return diffieHellman({ privateKey: importPrivateKey(scalar), publicKey })
}

function importPrivateKey(scalar: Uint8Array) {
  const prefix = Buffer.from('302e020100300506032b656e04220420', 'hex')
  return createPrivateKey({ key: Buffer.concat([prefix, scalar]), format: 'der', type: 'pkcs8' })
}

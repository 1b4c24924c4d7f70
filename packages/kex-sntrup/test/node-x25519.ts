import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto'

/** The public key of a private one, by node:crypto. */
export function nodePublicKey(scalar: Uint8Array): Uint8Array {
  return createPublicKey(importPrivateKey(scalar)).export({ format: 'der', type: 'spki' }).subarray(-32)
}

/** The shared secret, by node:crypto. */
export function nodeAgree(scalar: Uint8Array, point: Uint8Array): Uint8Array {
  const prefix = Buffer.from('302a300506032b656e032100', 'hex')
  const publicKey = createPublicKey({ key: Buffer.concat([prefix, point]), format: 'der', type: 'spki' })
  return diffieHellman({ privateKey: importPrivateKey(scalar), publicKey })
}

function importPrivateKey(scalar: Uint8Array) {
  const prefix = Buffer.from('302e020100300506032b656e04220420', 'hex')
  return createPrivateKey({ key: Buffer.concat([prefix, scalar]), format: 'der', type: 'pkcs8' })
}

import { createDiffieHellman, type DiffieHellman } from 'node:crypto'
import type { Kem } from '@seashell/conformance'
import { bigIntToBytes } from '@seashell/core/wire'
import type { DiffieHellmanGroup } from '../src/index.ts'

/** Diffie-Hellman by node:crypto, which drops zeros in front of public keys. */
export function nodeKem(group: DiffieHellmanGroup): Kem {
  const generate = (random: (length: number) => Uint8Array) => {
    const privateKey = random(group.exponentLength)
    return { publicKey: new Uint8Array(nodeDiffieHellman(group, privateKey).getPublicKey()), privateKey }
  }
  const agree = (privateKey: Uint8Array, peerKey: Uint8Array): Uint8Array => {
    return new Uint8Array(nodeDiffieHellman(group, privateKey).computeSecret(peerKey))
  }
  return {
    generate,
    encapsulate(publicKey, random) {
      const { publicKey: ciphertext, privateKey } = generate(random)
      return { ciphertext, sharedSecret: agree(privateKey, publicKey) }
    },
    decapsulate: agree,
  }
}

/** A party of node:crypto's with that private key. */
export function nodeDiffieHellman(group: DiffieHellmanGroup, privateKey: Uint8Array): DiffieHellman {
  const theirs = createDiffieHellman(Buffer.from(bigIntToBytes(group.prime)), Number(group.generator))
  theirs.setPrivateKey(privateKey)
  // With a private key set it only computes the public one.
  theirs.generateKeys()
  return theirs
}

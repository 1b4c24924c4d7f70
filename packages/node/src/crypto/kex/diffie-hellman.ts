import { createDiffieHellman, type DiffieHellman, getDiffieHellman } from 'node:crypto'
import type { Hash, KemKeyExchangeDefinition, Random } from '@seashell/core'
import { bytesToBigInt, keyExchangeFailed } from '@seashell/core/wire'
import { plainBytes } from '../bytes.ts'
import { sha256, sha512 } from '../hash.ts'

/** Bytes of a private exponent; @seashell/kex-dh says why 512 bits are enough. */
const EXPONENT_LENGTH = 64

/** The same for the two largest groups. */
const LONG_EXPONENT_LENGTH = 80

/** Diffie-Hellman over the groups of RFC 3526 (RFC 4253 §8, RFC 8268). */
export const dhKeyExchanges: readonly KemKeyExchangeDefinition[] = /* @__PURE__ */ Object.freeze([
  /* @__PURE__ */ defineDiffieHellman('diffie-hellman-group16-sha512', 'modp16', EXPONENT_LENGTH, sha512),
  /* @__PURE__ */ defineDiffieHellman('diffie-hellman-group18-sha512', 'modp18', LONG_EXPONENT_LENGTH, sha512),
  /* @__PURE__ */ defineDiffieHellman('diffie-hellman-group17-sha512', 'modp17', LONG_EXPONENT_LENGTH, sha512),
  /* @__PURE__ */ defineDiffieHellman('diffie-hellman-group15-sha512', 'modp15', EXPONENT_LENGTH, sha512),
  /* @__PURE__ */ defineDiffieHellman('diffie-hellman-group14-sha256', 'modp14', EXPONENT_LENGTH, sha256),
])

/** @param group what Node calls it; its prime and generator come from there */
function defineDiffieHellman(name: string, group: string, exponentLength: number, hash: Hash): KemKeyExchangeDefinition {
  return Object.freeze({
    kind: 'key-exchange',
    shape: 'kem',
    apiVersion: 1,
    name,
    provider: 'node:crypto',
    hash,
    publicFormat: 'mpint',
    secretFormat: 'mpint',
    postQuantum: false,
    generate(random) {
      const privateKey = randomExponent(exponentLength, random)
      return { publicKey: publicKeyOf(importExponent(group, privateKey)), privateKey }
    },
    encapsulate(publicKey, random) {
      const exponent = randomExponent(exponentLength, random)
      const dh = importExponent(group, exponent)
      exponent.fill(0)
      return { sharedSecret: agree(dh, publicKey), ciphertext: publicKeyOf(dh) }
    },
    decapsulate: (privateKey, ciphertext) => agree(importExponent(group, privateKey), ciphertext),
  } satisfies KemKeyExchangeDefinition)
}

/** A random exponent with its highest bit set: never 0 or 1, and always as many steps of computation. */
function randomExponent(length: number, random: Random): Uint8Array {
  const exponent = random(length)
  exponent[0]! |= 0x80
  return exponent
}

/**
 * An exponent, ready for use. Node lets nobody set the exponent of a group that it knows by name, so the group is made from its numbers,
 * which OpenSSL recognises.
 */
function importExponent(group: string, exponent: Uint8Array): DiffieHellman {
  const known = getDiffieHellman(group)
  const dh = createDiffieHellman(known.getPrime(), known.getGenerator())
  dh.setPrivateKey(exponent)
  return dh
}

/** As many bytes as the prime has. */
function publicKeyOf(dh: DiffieHellman): Uint8Array {
  // With a private key at hand this computes the public one and nothing else; zeros in front are left away.
  const value = dh.generateKeys()
  const publicKey = new Uint8Array(dh.getPrime().length)
  publicKey.set(value, publicKey.length - value.length)
  return publicKey
}

function agree(dh: DiffieHellman, peerKey: Uint8Array): Uint8Array {
  refuseTrivial(bytesToBigInt(peerKey), bytesToBigInt(dh.getPrime()))
  try {
    return plainBytes(dh.computeSecret(peerKey))
  } catch (cause) {
    const expected = 'expected a public value that leads to a secret between 1 and p−1, both excluded (RFC 8268 §4)'
    throw keyExchangeFailed(`${expected}; got one that leads to another`, cause)
  }
}

/** 1 and p−1 are a group of their own, which a secret must not be in, and what is not between them is no number modulo p (RFC 8268 §4). */
function refuseTrivial(value: bigint, prime: bigint): void {
  if (value > 1n && value < prime - 1n) return
  const found = value <= 1n ? `${value}` : value === prime - 1n ? 'p−1' : 'one that is not below p'
  throw keyExchangeFailed(`expected a public value between 1 and p−1, both excluded (RFC 8268 §4); got ${found}`)
}

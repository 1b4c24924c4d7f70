import { getDiffieHellman } from 'node:crypto'
import type { Hash, KemKeyExchangeDefinition, MaybePromise, Random, SSHError } from '@seashell/core'
import { bytesToBigInt, isSSHError, keyExchangeFailed } from '@seashell/core/wire'
import { sha256, sha512 } from '../hash.ts'
import { exponentiate, type Exponentiation } from './exponentiation.ts'
import { inThread } from './exponentiation-thread.ts'

/** A group, and how to compute in it. */
interface Group {
  /** What Node calls it; its prime and generator come from there. */
  readonly name: string
  /** Bytes of a private exponent; @seashell/kex-dh says why so many are enough. */
  readonly exponentLength: number
  /** Computes here or elsewhere. */
  readonly compute: (work: Exponentiation) => MaybePromise<Uint8Array>
}

// An exponentiation in group 14 takes half a millisecond, in group 15 two, in group 18 twenty and more: all but the first go elsewhere.
const modp14: Group = { name: 'modp14', exponentLength: 64, compute: exponentiate }
const modp15: Group = { name: 'modp15', exponentLength: 64, compute: inThread }
const modp16: Group = { name: 'modp16', exponentLength: 64, compute: inThread }
const modp17: Group = { name: 'modp17', exponentLength: 80, compute: inThread }
const modp18: Group = { name: 'modp18', exponentLength: 80, compute: inThread }

/**
 * Diffie-Hellman over the groups of RFC 3526 (RFC 4253 §8, RFC 8268). All but group 14 are computed in a thread of their own, so that the
 * event loop goes on.
 */
export const dhKeyExchanges: readonly KemKeyExchangeDefinition[] = /* @__PURE__ */ Object.freeze([
  /* @__PURE__ */ defineDiffieHellman('diffie-hellman-group16-sha512', modp16, sha512),
  /* @__PURE__ */ defineDiffieHellman('diffie-hellman-group18-sha512', modp18, sha512),
  /* @__PURE__ */ defineDiffieHellman('diffie-hellman-group17-sha512', modp17, sha512),
  /* @__PURE__ */ defineDiffieHellman('diffie-hellman-group15-sha512', modp15, sha512),
  /* @__PURE__ */ defineDiffieHellman('diffie-hellman-group14-sha256', modp14, sha256),
])

function defineDiffieHellman(name: string, group: Group, hash: Hash): KemKeyExchangeDefinition {
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
    async generate(random) {
      const privateKey = randomExponent(group, random)
      return { publicKey: await derivePublicKey(group, privateKey), privateKey }
    },
    async encapsulate(publicKey, random) {
      const exponent = randomExponent(group, random)
      try {
        const sharedSecret = await agree(group, exponent, publicKey)
        return { sharedSecret, ciphertext: await derivePublicKey(group, exponent) }
      } finally {
        exponent.fill(0)
      }
    },
    decapsulate: async (privateKey, ciphertext) => await agree(group, privateKey, ciphertext),
  } satisfies KemKeyExchangeDefinition)
}

/** A random exponent with its highest bit set: never 0 or 1, and always as many steps of computation. */
function randomExponent({ exponentLength }: Group, random: Random): Uint8Array {
  const exponent = random(exponentLength)
  exponent[0]! |= 0x80
  return exponent
}

function primeOf({ name }: Group): Uint8Array {
  return getDiffieHellman(name).getPrime()
}

/** As many bytes as the prime has. */
async function derivePublicKey(group: Group, exponent: Uint8Array): Promise<Uint8Array> {
  const value = await group.compute({ group: group.name, exponent })
  const publicKey = new Uint8Array(primeOf(group).length)
  publicKey.set(value, publicKey.length - value.length)
  return publicKey
}

async function agree(group: Group, exponent: Uint8Array, peerKey: Uint8Array): Promise<Uint8Array> {
  const prime = bytesToBigInt(primeOf(group))
  refuseTrivial(bytesToBigInt(peerKey), prime)
  const secret = await computeSecret(group, exponent, peerKey)
  // OpenSSL 3.5 lets them pass.
  if (isTrivial(bytesToBigInt(secret), prime)) throw trivialSecret()
  return secret
}

async function computeSecret(group: Group, exponent: Uint8Array, peerKey: Uint8Array): Promise<Uint8Array> {
  try {
    return await group.compute({ group: group.name, exponent, peerKey })
  } catch (cause) {
    throw isSSHError(cause) ? cause : trivialSecret(cause)
  }
}

function trivialSecret(cause?: unknown): SSHError {
  const expected = 'expected a public value that leads to a secret between 1 and p−1, both excluded (RFC 8268 §4)'
  return keyExchangeFailed(`${expected}; got one that leads to another`, cause)
}

/** 1 and p−1 are a group of their own, which a secret must not be in, and what is not between them is no number modulo p (RFC 8268 §4). */
function isTrivial(value: bigint, prime: bigint): boolean {
  return value <= 1n || value >= prime - 1n
}

function refuseTrivial(value: bigint, prime: bigint): void {
  if (!isTrivial(value, prime)) return
  const found = value <= 1n ? `${value}` : value === prime - 1n ? 'p−1' : 'one that is not below p'
  throw keyExchangeFailed(`expected a public value between 1 and p−1, both excluded (RFC 8268 §4); got ${found}`)
}

import { createHash, createPrivateKey, createPublicKey, diffieHellman, randomBytes } from 'node:crypto'
import type { KemKeyExchangeDefinition, Random } from '@seashell/core'
import { bigIntToBytes, bytesToBigInt, trimLeadingZeros } from '@seashell/core/wire'
import { errors } from './errors.ts'

/** What can be wrong with either toy. */
export type KemFlaw =
  | 'the roles disagree'
  | 'the secret is four bytes'
  | 'the secret is always the same'
  | 'the secret is the ciphertext, hashed'
  | 'the public key does not count'
  | 'the randomness is its own'
  | "the server's key is always the same"
  | 'the random bytes stay where they are'
  | 'more random bytes are taken than promised'
  | 'no random byte is taken'
  | 'the private key is wiped after use'
  | 'the public key is wiped after use'
  | 'the public key shares memory with the private key'
  | 'refusals are plain Errors'
  | 'refusals blame the caller'
  | 'the whole buffer is used'
  | 'the hash wipes what it hashes'
  | 'hostile values are accepted'

/** What can be wrong with {@link toyX25519} alone. */
export type X25519Flaw = KemFlaw | 'lengths are not told' | 'any length is cut to 32 bytes' | 'zeros in front are dropped'

/** What can be wrong with {@link toyDiffieHellman} alone. */
export type DiffieHellmanFlaw = KemFlaw | '0 and 1 are accepted' | 'numbers may be longer than p' | 'a number must have its zeros'

/** X25519 on OpenSSL: the public values are strings. */
export function toyX25519(flaw?: X25519Flaw): KemKeyExchangeDefinition {
  const has = (one: X25519Flaw): boolean => flaw === one
  const strip = (bytes: Uint8Array): Uint8Array => (has('zeros in front are dropped') ? trimLeadingZeros(bytes) : bytes)
  return toyKem(
    {
      length: 32,
      publicFormat: 'string',
      derive: (privateKey) => strip(exportPublicKey(privateKey)),
      agree(privateKey, given, refuse) {
        const cut = has('any length is cut to 32 bytes') ? Buffer.concat([given, Buffer.alloc(32)]).subarray(0, 32) : given
        const peerKey = has('zeros in front are dropped') ? Buffer.concat([Buffer.alloc(32), given]).subarray(-32) : cut
        if (peerKey.length !== 32) throw refuse(has('lengths are not told') ? 'that' : `one of ${peerKey.length} bytes; a key has 32`)
        try {
          return diffieHellman({ privateKey: importPrivateKey(privateKey), publicKey: importPublicKey(peerKey) })
        } catch {
          if (has('hostile values are accepted')) return new Uint8Array(32).fill(1)
          throw refuse('a point of low order')
        }
      },
    },
    has,
  )
}

/** A safe prime of 256 bits, of OpenSSL's making: `openssl prime -generate -bits 256 -safe`. */
export const PRIME = 0xf1a6417d9737375737daf862e64fe4339d75301b4d22b4ced627d434fd8a2d8fn

/** Diffie-Hellman in a small group: the public values are numbers. NO SECURITY IS CLAIMED. */
export function toyDiffieHellman(flaw?: DiffieHellmanFlaw): KemKeyExchangeDefinition {
  const has = (one: DiffieHellmanFlaw): boolean => flaw === one
  return toyKem(
    {
      length: 32,
      publicFormat: 'mpint',
      derive: (privateKey) => bigIntToBytes(power(4n, bytesToBigInt(privateKey)), 32),
      agree(privateKey, peerKey, refuse) {
        const value = bytesToBigInt(peerKey)
        if (has('a number must have its zeros') && peerKey.length !== 32) throw refuse('one of another length')
        if (value <= 1n && !has('0 and 1 are accepted')) throw refuse(`${value}`)
        if (value >= PRIME && !has('numbers may be longer than p')) throw refuse('a number that is too long')
        if (value === PRIME - 1n && !has('hostile values are accepted')) throw refuse('p−1')
        return bigIntToBytes(power(value % PRIME, bytesToBigInt(privateKey)), 32)
      },
    },
    has,
  )
}

interface Primitive {
  readonly length: number
  readonly publicFormat: 'mpint' | 'string'
  readonly derive: (privateKey: Uint8Array) => Uint8Array
  readonly agree: (privateKey: Uint8Array, peerKey: Uint8Array, refuse: (what: string) => Error) => Uint8Array
}

function toyKem({ length, publicFormat, derive, agree }: Primitive, has: (flaw: KemFlaw) => boolean): KemKeyExchangeDefinition {
  const refuse = (what: string): Error => {
    if (has('refusals are plain Errors')) return new Error(what)
    const error = errors.publicValue(what)
    return has('refusals blame the caller') ? Object.assign(error, { fault: 'caller' }) : error
  }
  const take = (random: Random): Uint8Array => {
    if (has('more random bytes are taken than promised')) random(1)
    if (has('no random byte is taken')) return new Uint8Array(length).fill(7)
    return has('the randomness is its own') ? new Uint8Array(randomBytes(length)) : random(length)
  }
  const secretOf = (privateKey: Uint8Array, given: Uint8Array, ciphertext: Uint8Array): Uint8Array => {
    const peerKey = has('the whole buffer is used') ? new Uint8Array(given.buffer) : given
    const agreed = agree(privateKey, peerKey, refuse)
    if (has('the secret is four bytes')) return agreed.slice(0, 4)
    if (has('the secret is always the same')) return new Uint8Array(length).fill(9)
    if (has('the secret is the ciphertext, hashed'))
      return new Uint8Array(createHash('sha256').update(trimLeadingZeros(ciphertext)).digest())
    return new Uint8Array(agreed)
  }
  return Object.freeze({
    kind: 'key-exchange',
    shape: 'kem',
    apiVersion: 1,
    name: 'toy-kem@example.org',
    provider: 'toy',
    hash(data: Uint8Array) {
      const digest = new Uint8Array(createHash('sha256').update(data).digest())
      if (has('the hash wipes what it hashes')) data.fill(0)
      return digest
    },
    publicFormat,
    secretFormat: 'mpint',
    postQuantum: false,
    generate(random: Random) {
      const privateKey = take(random)
      const publicKey = new Uint8Array(derive(privateKey))
      if (!has('the public key shares memory with the private key')) return { publicKey, privateKey }
      const both = Buffer.concat([privateKey, publicKey])
      return { privateKey: new Uint8Array(both.buffer, both.byteOffset, both.length), publicKey: both.subarray(length) }
    },
    encapsulate(publicKey: Uint8Array, random: Random) {
      const privateKey = take(random)
      if (has("the server's key is always the same")) privateKey.fill(5)
      const ciphertext = new Uint8Array(derive(privateKey))
      const peerKey = has('the public key does not count') ? derive(new Uint8Array(length).fill(6)) : publicKey
      const sharedSecret = secretOf(privateKey, peerKey, ciphertext)
      if (!has('the random bytes stay where they are')) privateKey.fill(0)
      if (has('the public key is wiped after use')) publicKey.fill(0)
      return { ciphertext, sharedSecret: has('the roles disagree') ? sharedSecret.toReversed() : sharedSecret }
    },
    decapsulate(privateKey: Uint8Array, ciphertext: Uint8Array) {
      const own = has('the public key does not count') ? new Uint8Array(length).fill(6) : new Uint8Array(privateKey.subarray(0, length))
      const secret = secretOf(own, ciphertext, ciphertext)
      if (has('the private key is wiped after use')) privateKey.fill(0)
      return secret
    },
  } satisfies KemKeyExchangeDefinition)
}

/** `base` to the power of `exponent`, modulo {@link PRIME}. */
export function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let bits = exponent, square = base; bits > 0n; bits >>= 1n, square = (square * square) % PRIME) {
    if (bits & 1n) result = (result * square) % PRIME
  }
  return result
}

function importPrivateKey(scalar: Uint8Array) {
  const prefix = Buffer.from('302e020100300506032b656e04220420', 'hex')
  return createPrivateKey({ key: Buffer.concat([prefix, scalar]), format: 'der', type: 'pkcs8' })
}

function importPublicKey(point: Uint8Array) {
  return createPublicKey({ key: Buffer.concat([Buffer.from('302a300506032b656e032100', 'hex'), point]), format: 'der', type: 'spki' })
}

function exportPublicKey(scalar: Uint8Array): Uint8Array {
  return createPublicKey(importPrivateKey(scalar)).export({ format: 'der', type: 'spki' }).subarray(-32)
}

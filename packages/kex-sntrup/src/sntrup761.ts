import { sha512 } from '@noble/hashes/sha2.js'
import type { Random } from '@seashell/core'
import { concatBytes } from '@seashell/core/wire'
import {
  decodePolynomial,
  decodeRounded,
  decodeSmall,
  encodePolynomial,
  encodeRounded,
  encodeSmall,
  polynomialLength,
  roundedLength,
  smallLength,
} from './encoding.ts'
import {
  multiplyModulo3,
  multiplyModuloQ,
  reciprocalModulo3,
  reciprocalOf3TimesModuloQ,
  reduceModulo3,
  reduceModuloQ,
  type SmallPolynomial,
} from './ring.ts'
import { forceWeight, randomShort, randomSmall } from './sampling.ts'

/** Bytes of the hashes: what they keep of SHA-512. */
const hashLength = 32

/** Bytes of a public key. */
export const publicKeyLength: number = polynomialLength
/** Bytes of a private key: f ‖ 1/g ‖ public key ‖ what stands in for the input where a ciphertext is wrong ‖ hash of the public key. */
export const privateKeyLength: number = 3 * smallLength + publicKeyLength + hashLength
/** Bytes of a ciphertext: the input, encrypted ‖ a hash that confirms it. */
export const ciphertextLength: number = roundedLength + hashLength

/** A key pair. It takes 3044 random bytes, again as long as they do not do; 3044; and 191. */
export function generate(random: Random): { publicKey: Uint8Array; privateKey: Uint8Array } {
  let g = randomSmall(random)
  let reciprocalOfG = reciprocalModulo3(g)
  while (reciprocalOfG === undefined) {
    g = randomSmall(random)
    reciprocalOfG = reciprocalModulo3(g)
  }
  const f = randomShort(random)
  const publicKey = encodePolynomial(multiplyModuloQ(reciprocalOf3TimesModuloQ(f), g))
  const substitute = random(smallLength)
  const secrets = [encodeSmall(f), encodeSmall(reciprocalOfG)] as const
  const privateKey = concatBytes(...secrets, publicKey, substitute, hash(4, publicKey))
  for (const secret of [f, g, reciprocalOfG, substitute, ...secrets]) secret.fill(0)
  return { publicKey, privateKey }
}

/**
 * Makes a shared secret for the holder of a key. It takes 3044 random bytes.
 *
 * @param publicKey 1158 bytes; any are a public key
 * @returns a ciphertext of 1039 bytes, a shared secret of 32
 */
export function encapsulate(publicKey: Uint8Array, random: Random): { ciphertext: Uint8Array; sharedSecret: Uint8Array } {
  const input = randomShort(random)
  const { ciphertext, encodedInput } = hide(input, publicKey, hash(4, publicKey))
  const sharedSecret = hashSession(1, encodedInput, ciphertext)
  for (const secret of [input, encodedInput]) secret.fill(0)
  return { ciphertext, sharedSecret }
}

/**
 * The shared secret of a ciphertext. One that was not made for the key gives another secret and no error (implicit rejection): the exchange
 * then fails at the signature over the exchange hash, which covers that secret.
 *
 * @param privateKey 1763 bytes
 * @param ciphertext 1039 bytes
 * @returns 32 bytes
 */
export function decapsulate(privateKey: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const [f, reciprocalOfG, publicKey, substitute, publicKeyHash] = splitPrivateKey(privateKey)
  const input = decrypt(decodeSmall(f), decodeSmall(reciprocalOfG), ciphertext.subarray(0, roundedLength))
  const { ciphertext: expected, encodedInput } = hide(input, publicKey, publicKeyHash)
  // All ones where the ciphertext is wrong: then the substitute takes the input's place.
  const mask = differenceMask(ciphertext, expected)
  for (let i = 0; i < smallLength; i++) encodedInput[i]! ^= mask & (encodedInput[i]! ^ substitute[i]!)
  const sharedSecret = hashSession(1 + mask, encodedInput, ciphertext)
  for (const secret of [input, encodedInput]) secret.fill(0)
  return sharedSecret
}

/** The input of a ciphertext, or any other short polynomial if the ciphertext was not made for the key. Wipes its first two arguments. */
function decrypt(f: SmallPolynomial, reciprocalOfG: SmallPolynomial, encrypted: Uint8Array): SmallPolynomial {
  const product = multiplyModuloQ(decodeRounded(encrypted), f)
  const e = Int8Array.from(product, (coefficient) => reduceModulo3(reduceModuloQ(3 * coefficient)))
  const input = forceWeight(multiplyModulo3(reciprocalOfG, e))
  for (const secret of [f, reciprocalOfG, product, e]) secret.fill(0)
  return input
}

/** Encrypts an input, and confirms it by a hash. */
function hide(input: SmallPolynomial, publicKey: Uint8Array, publicKeyHash: Uint8Array) {
  const encodedInput = encodeSmall(input)
  const encrypted = encodeRounded(multiplyModuloQ(decodePolynomial(publicKey), input))
  return { ciphertext: concatBytes(encrypted, hash(2, hash(3, encodedInput), publicKeyHash)), encodedInput }
}

/** @param prefix 1; or 0 for the secret of a wrong ciphertext */
function hashSession(prefix: number, encodedInput: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  return hash(prefix, hash(3, encodedInput), ciphertext)
}

/** Half of SHA-512. A prefix tells one use from another. */
function hash(prefix: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const state = sha512.create().update(Uint8Array.of(prefix))
  for (const part of parts) state.update(part)
  return state.digest().slice(0, hashLength)
}

function splitPrivateKey(privateKey: Uint8Array) {
  let offset = 0
  const take = (length: number) => privateKey.subarray(offset, (offset += length))
  return [take(smallLength), take(smallLength), take(publicKeyLength), take(smallLength), take(hashLength)] as const
}

/** Zero where both are the same, all ones where they are not. */
function differenceMask(left: Uint8Array, right: Uint8Array): number {
  let difference = 0
  for (let i = 0; i < left.length; i++) difference |= left[i]! ^ right[i]!
  return -difference >> 31
}

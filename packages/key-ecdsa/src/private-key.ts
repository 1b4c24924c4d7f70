import type { KeyPair, Random } from '@seashell/core'
import { equalBytes, privateKeyError, WireWriter } from '@seashell/core/wire'
import type { WireReader } from '@seashell/core/wire'
import type { EcdsaParameters } from './parameters.ts'
import { encodePublicKey } from './public-key.ts'

/** Reads the private fields and checks that d is in range and Q its point. */
export function readPrivateKey(reader: WireReader, parameters: EcdsaParameters): KeyPair {
  const { name, curve } = parameters
  const { point, secret } = readPrivateFields(reader, parameters)
  if (!curve.utils.isValidSecretKey(secret)) throw privateKeyError(`expected an ${name} private key between 0 and the group's order`)
  if (!equalBytes(point, curve.getPublicKey(secret, false))) {
    throw privateKeyError(`expected an ${name} private key that belongs to its public key; found one of another`)
  }
  return keyPair(secret, point, parameters)
}

/** Makes a key pair. Half as many random bytes again as the order has, reduced, leave no bias (FIPS 186-5 A.2.1). */
export function generatePrivateKey(random: Random, parameters: EcdsaParameters): KeyPair {
  const { curve } = parameters
  const secret = curve.utils.randomSecretKey(random(curve.lengths.seed!))
  return keyPair(secret, curve.getPublicKey(secret, false), parameters)
}

/** The private fields as they stand; `secret` is d, with zeros in front up to the length of the order. */
export function readPrivateFields(
  reader: WireReader,
  { name, identifier, curve }: EcdsaParameters,
): { readonly point: Uint8Array; readonly secret: Uint8Array } {
  const found = reader.readName()
  if (found !== identifier) throw privateKeyError(`expected an ${name} private key of curve ${identifier}; found ${JSON.stringify(found)}`)
  const point = reader.readString('the public point')
  const d = reader.readMpint()
  const secret = new Uint8Array(curve.lengths.secretKey!)
  if (d.length > secret.length) {
    throw privateKeyError(`expected an ${name} private key of at most ${secret.length} bytes; found ${d.length}`)
  }
  secret.set(d, secret.length - d.length)
  return { point, secret }
}

function keyPair(secret: Uint8Array, point: Uint8Array, parameters: EcdsaParameters): KeyPair {
  return {
    publicKey: encodePublicKey(point, parameters),
    privateKey: new WireWriter().writeString(parameters.identifier).writeString(point).writeMpint(secret).finish(),
  }
}

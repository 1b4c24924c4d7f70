import type { PrivateKeyOperations, PublicKeyDefinition } from '@seashell/core'
import { WireReader } from '@seashell/core/wire'
import type { EcdsaParameters } from './parameters.ts'
import { generatePrivateKey, readPrivateFields, readPrivateKey } from './private-key.ts'
import { readPoint } from './public-key.ts'
import { decodeSignature, encodeSignature } from './signature.ts'

/**
 * Makes the definition of ECDSA over one curve (RFC 5656 §3).
 *
 * - public key blob: `string name ‖ string identifier ‖ string Q`, Q an uncompressed point
 * - signature blob: `string name ‖ string (mpint r ‖ mpint s)`
 * - private fields: `string identifier ‖ string Q ‖ mpint d`
 *
 * Signatures are those of RFC 6979, whose nonce is derived from key and data. Both s and n−s verify: SSH has no rule about it, and peers
 * send either.
 */
export function defineEcdsa(parameters: EcdsaParameters): PublicKeyDefinition {
  const { name, bitLength, curve } = parameters
  return Object.freeze<PublicKeyDefinition>({
    kind: 'public-key',
    apiVersion: 1,
    name,
    provider: 'noble',
    keyFormat: name,
    signatureFormat: name,
    typeName: 'ECDSA',
    bitLength: (publicKey) => {
      readPoint(publicKey, parameters)
      return bitLength
    },
    verify: (publicKey, data, signature) => {
      const point = readPoint(publicKey, parameters)
      const value = decodeSignature(signature, name, curve.lengths.secretKey!)
      return value !== undefined && curve.verify(value, data, point, { lowS: false })
    },
    privateKeys: Object.freeze<PrivateKeyOperations>({
      read: (reader) => readPrivateKey(reader, parameters),
      generate: (random) => generatePrivateKey(random, parameters),
      sign: (privateKey, data) => {
        const { secret } = readPrivateFields(new WireReader(privateKey, `an ${name} private key`), parameters)
        return encodeSignature(curve.sign(data, secret, { lowS: false }), name)
      },
    }),
  })
}

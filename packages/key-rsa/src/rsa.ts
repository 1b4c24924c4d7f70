import type { Hash, PrivateKeyOperations, PublicKeyDefinition } from '@seashell/core'
import { readSignatureBlob, WireReader, writeSignatureBlob } from '@seashell/core/wire'
import { generatePrivateKey } from './generate.ts'
import { encodeMessage, signMessage, verifyMessage } from './pkcs1.ts'
import { readPrivateFields, readPrivateKey } from './private-key.ts'
import { bitLengthOf, KEY_FORMAT, MIN_MODULUS_BITS, readPublicKey } from './public-key.ts'

/** What distinguishes one RSA signature algorithm from another. */
export interface RsaParameters {
  /** The name on the wire, of the algorithm and of its signatures. */
  readonly name: string
  /** The hash. */
  readonly hash: Hash
  /** What stands before the hash in its DER-encoded DigestInfo (RFC 8017 §9.2, note 1). */
  readonly digestInfo: readonly number[]
  /** The smallest modulus to accept, in bits, at least 1024; 2048 where absent. */
  readonly minimumBits?: number
  /** One sentence why nobody should use it; see `Definition` in `@seashell/core`. */
  readonly insecure?: string
}

/**
 * Makes the definition of one RSA signature algorithm (RFC 4253 §6.6, RFC 8332 §3).
 *
 * - public key blob: `string "ssh-rsa" ‖ mpint e ‖ mpint n`
 * - signature blob: `string name ‖ string s`, s of as many bytes as n, or fewer where zeros in front were dropped
 * - private fields: `mpint n ‖ mpint e ‖ mpint d ‖ mpint q⁻¹ mod p ‖ mpint p ‖ mpint q`
 */
export function defineRsa({ name, hash, digestInfo, minimumBits = MIN_MODULUS_BITS, insecure }: RsaParameters): PublicKeyDefinition {
  const prefix = Uint8Array.from(digestInfo)
  return Object.freeze<PublicKeyDefinition>({
    kind: 'public-key',
    apiVersion: 1,
    name,
    provider: 'bigint',
    ...(insecure !== undefined && { insecure }),
    keyFormat: KEY_FORMAT,
    signatureFormat: name,
    typeName: 'RSA',
    bitLength: (publicKey) => bitLengthOf(readPublicKey(publicKey, minimumBits).n),
    verify: (publicKey, data, signature) => {
      const key = readPublicKey(publicKey, minimumBits)
      const value = readSignatureBlob(signature, name)
      return value !== undefined && verifyMessage(key, value, encodeMessage(hash(data), prefix, key.length))
    },
    privateKeys: Object.freeze<PrivateKeyOperations>({
      read: (reader) => readPrivateKey(reader, minimumBits),
      generate: generatePrivateKey,
      sign: (privateKey, data) => {
        const key = readPrivateFields(new WireReader(privateKey, `an ${KEY_FORMAT} private key`), minimumBits)
        const value = signMessage(key, encodeMessage(hash(data), prefix, key.length))
        return writeSignatureBlob(name, value)
      },
    }),
  })
}

import type { PrivateKeyOperations, PublicKeyDefinition } from '@seashell/core'
import { readSignatureBlob, WireReader, WireWriter } from '@seashell/core/wire'
import { generateDsaKey } from './dsa-generate.ts'
import { DSS, encodeKeyPair, readPrivateKey, readPublicKey } from './dsa-keys.ts'
import { signDsa, verifyDsa } from './dsa.ts'

/**
 * `ssh-dss` (RFC 4253 §6.6): DSA with SHA-1, over keys with a p of 1024 to 3072 bits and a q of 160.
 *
 * - public key blob: `string "ssh-dss" ‖ mpint p ‖ mpint q ‖ mpint g ‖ mpint y`
 * - signature blob: `string "ssh-dss" ‖ string r ‖ s (40 bytes)`
 * - private fields: `mpint p ‖ mpint q ‖ mpint g ‖ mpint y ‖ mpint x`
 */
export const sshDss: PublicKeyDefinition = /* @__PURE__ */ Object.freeze<PublicKeyDefinition>({
  kind: 'public-key',
  apiVersion: 1,
  name: DSS,
  provider: 'bigint',
  insecure: 'its hash is SHA-1, of which collisions are found, and its q of 160 bits gives 80 bits of security at most',
  keyFormat: DSS,
  signatureFormat: DSS,
  typeName: 'DSA',
  bitLength: (publicKey) => readPublicKey(publicKey).p.toString(2).length,
  verify(publicKey, data, signature) {
    const key = readPublicKey(publicKey)
    const value = readSignatureBlob(signature, DSS)
    return value !== undefined && verifyDsa(key, data, value)
  },
  privateKeys: /* @__PURE__ */ Object.freeze<PrivateKeyOperations>({
    read: (reader) => encodeKeyPair(readPrivateKey(reader)),
    generate: generateDsaKey,
    sign(privateKey, data) {
      const key = readPrivateKey(new WireReader(privateKey, `an ${DSS} private key`))
      return new WireWriter(64).writeString(DSS).writeString(signDsa(key, data)).finish()
    },
  }),
})

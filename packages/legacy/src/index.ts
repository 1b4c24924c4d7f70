/**
 * What old peers still need and nobody else should use. Each definition says why, in `insecure`; none is in a default list, and each is used
 * only when it is named.
 *
 * @module
 */
import type { AlgorithmDefinition, KeyExchangeDefinition, MacCipherDefinition, MacDefinition, PublicKeyDefinition } from '@seashell/core'
import {
  aes128Cbc,
  aes192Cbc,
  aes256Cbc,
  arcfour,
  arcfour128,
  arcfour256,
  blowfishCbc,
  cast128Cbc,
  tripleDesCbc,
  tripleDesCtr,
} from './ciphers/definitions.ts'
import { dhGroup14Sha1, dhGroup1Sha1, dhGroupExchangeSha1, rsa1024Sha1 } from './key-exchange/definitions.ts'
import { sshDss } from './keys/ssh-dss.ts'
import { sshRsa } from './keys/ssh-rsa.ts'
import {
  hmacMd5,
  hmacMd5_96,
  hmacMd5_96Etm,
  hmacMd5Etm,
  hmacRipemd160,
  hmacSha1_96,
  hmacSha1_96Etm,
  hmacSha256_96,
  hmacSha512_96,
} from './macs/definitions.ts'

export { aes128Cbc, aes192Cbc, aes256Cbc, arcfour, arcfour128, arcfour256, blowfishCbc, cast128Cbc, tripleDesCbc, tripleDesCtr }
export { dhGroup14Sha1, dhGroup1Sha1, dhGroupExchangeSha1, rsa1024Sha1 }
export { hmacMd5, hmacMd5_96, hmacMd5_96Etm, hmacMd5Etm, hmacRipemd160, hmacSha1_96, hmacSha1_96Etm, hmacSha256_96, hmacSha512_96 }
export { sshDss, sshRsa }

/** The key exchanges, the least bad first. */
export const legacyKeyExchanges: readonly KeyExchangeDefinition[] = /* @__PURE__ */ Object.freeze([
  dhGroupExchangeSha1,
  dhGroup14Sha1,
  rsa1024Sha1,
  dhGroup1Sha1,
])

/** The public key algorithms, the least bad first. */
export const legacyPublicKeys: readonly PublicKeyDefinition[] = /* @__PURE__ */ Object.freeze([sshRsa, sshDss])

/** The ciphers, the least bad first: long blocks before short ones, counter mode before chaining, RC4 last. */
export const legacyCiphers: readonly MacCipherDefinition[] = /* @__PURE__ */ Object.freeze([
  aes256Cbc,
  aes192Cbc,
  aes128Cbc,
  tripleDesCtr,
  tripleDesCbc,
  blowfishCbc,
  cast128Cbc,
  arcfour256,
  arcfour128,
  arcfour,
])

/** The MACs, the least bad first: encrypt-then-MAC before the others, SHA-2 before SHA-1 and that before MD5. */
export const legacyMACs: readonly MacDefinition[] = /* @__PURE__ */ Object.freeze([
  hmacSha1_96Etm,
  hmacMd5Etm,
  hmacMd5_96Etm,
  hmacRipemd160,
  hmacSha512_96,
  hmacSha256_96,
  hmacSha1_96,
  hmacMd5,
  hmacMd5_96,
])

/** All of this package. */
export const legacyAlgorithms: readonly AlgorithmDefinition[] = /* @__PURE__ */ join(
  legacyKeyExchanges,
  legacyPublicKeys,
  legacyCiphers,
  legacyMACs,
)

/** A call that bundlers can leave out, which they cannot with a spread. */
function join(...lists: readonly (readonly AlgorithmDefinition[])[]): readonly AlgorithmDefinition[] {
  return Object.freeze(lists.flat())
}

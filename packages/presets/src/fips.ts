import { aes128Ctr, aes128Gcm, aes192Ctr, aes256Ctr, aes256Gcm } from '@seashell/cipher-aes'
import { zlibOpenSSH } from '@seashell/compression-zlib'
import type { AlgorithmDefinition } from '@seashell/core'
import { dhGroup14Sha256, dhGroup16Sha512, dhGroup18Sha512 } from '@seashell/kex-dh'
import { ecdhSha2Nistp256, ecdhSha2Nistp384, ecdhSha2Nistp521 } from '@seashell/kex-ecdh'
import { mlkem1024nistp384Sha384, mlkem768nistp256Sha256 } from '@seashell/kex-mlkem'
import { hmacSha256, hmacSha256Etm, hmacSha512, hmacSha512Etm } from '@seashell/mac-hmac'
import { join } from './join.ts'
import { openSSHPublicKeys } from './public-keys.ts'

/**
 * Algorithms that NIST approves, and no others. The list alone makes nothing validated: FIPS 140-3 is about the module that computes, so
 * `override` these with one that is, such as `node:crypto` on OpenSSL's FIPS provider.
 *
 * Decided in November 2026:
 *
 * - Key exchange: ML-KEM (FIPS 203) with a NIST curve, of which both halves are approved, and SP 800-227 §4.6 approves that they are combined;
 *   ECDH over NIST curves and the groups of RFC 3526 (SP 800-56A rev. 3, appendix D). Not ML-KEM with X25519: SP 800-56C rev. 2 §2 lets an
 *   approved secret be joined with another, but X25519 itself is not approved, and this list should need no such argument. Not group exchange:
 *   a client cannot tell that the group is an approved one.
 * - Signatures: ECDSA, RSA from 2048 bits on, and Ed25519, all of FIPS 186-5; the same in security keys and certificates.
 * - AES in GCM and CTR (SP 800-38A, 38D), HMAC with SHA-2 (FIPS 198-1). Not HMAC with SHA-1, which SP 800-131A lets end with 2030.
 * - Compression is no cryptography, and nobody's to approve.
 */
export const fips: readonly AlgorithmDefinition[] = /* @__PURE__ */ join(
  [mlkem768nistp256Sha256, mlkem1024nistp384Sha384, ecdhSha2Nistp256, ecdhSha2Nistp384, ecdhSha2Nistp521],
  [dhGroup16Sha512, dhGroup18Sha512, dhGroup14Sha256],
  openSSHPublicKeys,
  [aes128Gcm, aes256Gcm, aes128Ctr, aes192Ctr, aes256Ctr],
  [hmacSha256Etm, hmacSha512Etm, hmacSha256, hmacSha512],
  [zlibOpenSSH],
)

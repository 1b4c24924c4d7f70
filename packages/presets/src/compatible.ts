import { aes128Ctr, aes192Ctr, aes256Ctr } from '@seashell/cipher-aes'
import { zlib, zlibOpenSSH } from '@seashell/compression-zlib'
import type { AlgorithmDefinition } from '@seashell/core'
import { dhGroup14Sha256, dhGroup16Sha512 } from '@seashell/kex-dh'
import { ecdhSha2Nistp256, ecdhSha2Nistp384, ecdhSha2Nistp521 } from '@seashell/kex-ecdh'
import { hmacSha256, hmacSha256Etm, hmacSha512, hmacSha512Etm } from '@seashell/mac-hmac'
import { modern } from './modern.ts'

/**
 * {@link modern}, then everything else that is secure and that servers still ask for: elliptic curves of NIST, finite-field groups,
 * counter mode with HMAC, compression.
 */
export const compatible: readonly AlgorithmDefinition[] = /* @__PURE__ */ Object.freeze([
  ...modern,
  ecdhSha2Nistp256,
  ecdhSha2Nistp384,
  ecdhSha2Nistp521,
  dhGroup16Sha512,
  dhGroup14Sha256,
  aes256Ctr,
  aes192Ctr,
  aes128Ctr,
  hmacSha256Etm,
  hmacSha512Etm,
  hmacSha256,
  hmacSha512,
  zlibOpenSSH,
  zlib,
])

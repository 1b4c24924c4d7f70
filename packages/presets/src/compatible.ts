import { aes128Ctr, aes128Gcm, aes192Ctr, aes256Ctr, aes256Gcm } from '@seashell/cipher-aes'
import { chacha20Poly1305 } from '@seashell/cipher-chacha20-poly1305'
import { zlibOpenSSH } from '@seashell/compression-zlib'
import type { AlgorithmDefinition, CipherDefinition, KeyExchangeDefinition, MacDefinition } from '@seashell/core'
import { curve25519Sha256, curve25519Sha256LibSSH } from '@seashell/kex-curve25519'
import { dhGroup14Sha256, dhGroup16Sha512, dhGroup18Sha512, dhGroupExchangeSha256 } from '@seashell/kex-dh'
import { ecdhSha2Nistp256, ecdhSha2Nistp384, ecdhSha2Nistp521 } from '@seashell/kex-ecdh'
import { mlkem768x25519Sha256 } from '@seashell/kex-mlkem'
import { sntrup761x25519Sha512, sntrup761x25519Sha512OpenSSH } from '@seashell/kex-sntrup'
import { hmacSha1, hmacSha1Etm, hmacSha256, hmacSha256Etm, hmacSha512, hmacSha512Etm } from '@seashell/mac-hmac'
import { umac128, umac128Etm, umac64, umac64Etm } from '@seashell/mac-umac'
import { join } from './join.ts'
import { openSSHPublicKeys } from './public-keys.ts'

const keyExchanges: readonly KeyExchangeDefinition[] = [
  mlkem768x25519Sha256,
  sntrup761x25519Sha512,
  sntrup761x25519Sha512OpenSSH,
  curve25519Sha256,
  curve25519Sha256LibSSH,
  ecdhSha2Nistp256,
  ecdhSha2Nistp384,
  ecdhSha2Nistp521,
  dhGroupExchangeSha256,
  dhGroup16Sha512,
  dhGroup18Sha512,
  dhGroup14Sha256,
]

const ciphers: readonly CipherDefinition[] = [chacha20Poly1305, aes128Gcm, aes256Gcm, aes128Ctr, aes192Ctr, aes256Ctr]

const macs: readonly MacDefinition[] = [
  umac64Etm,
  umac128Etm,
  hmacSha256Etm,
  hmacSha512Etm,
  hmacSha1Etm,
  umac64,
  umac128,
  hmacSha256,
  hmacSha512,
  hmacSha1,
]

/**
 * What OpenSSH 10.0 offers as client when nobody configures it, in its order; a test compares the two.
 *
 * Decided in November 2026: what the most common peer offers is what everything else is tested against, and its order has been argued about by
 * more people than ours. HMAC with SHA-1 is in: collisions of SHA-1 do not touch HMAC, no attack on it is known, OpenSSH offers it, and Conch
 * and appliances have nothing better beside it. `zlib`, which compresses before authentication and so gives an attacker more code to reach, is
 * not: whoever needs it registers it. A server of `@seashell/ssh` offers no finite-field Diffie-Hellman unless told to, as sshd does.
 */
export const compatible: readonly AlgorithmDefinition[] = /* @__PURE__ */ join(keyExchanges, openSSHPublicKeys, ciphers, macs, [
  zlibOpenSSH,
])

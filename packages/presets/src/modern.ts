import { aes128Gcm, aes256Gcm } from '@seashell/cipher-aes'
import { chacha20Poly1305 } from '@seashell/cipher-chacha20-poly1305'
import type { AlgorithmDefinition } from '@seashell/core'
import { curve25519Sha256, curve25519Sha256LibSSH } from '@seashell/kex-curve25519'
import { mlkem768x25519Sha256 } from '@seashell/kex-mlkem'
import { ecdsaSha2Nistp256, ecdsaSha2Nistp384, ecdsaSha2Nistp521 } from '@seashell/key-ecdsa'
import { sshEd25519 } from '@seashell/key-ed25519'
import { rsaSha2_256, rsaSha2_512 } from '@seashell/key-rsa'

/**
 * What a new system should speak, post-quantum key exchange first: hybrid ML-KEM, then X25519; ciphers that authenticate; no compression.
 * It talks to every OpenSSH since 6.5 (2014).
 */
export const modern: readonly AlgorithmDefinition[] = /* @__PURE__ */ Object.freeze([
  mlkem768x25519Sha256,
  curve25519Sha256,
  curve25519Sha256LibSSH,
  sshEd25519,
  ecdsaSha2Nistp256,
  ecdsaSha2Nistp384,
  ecdsaSha2Nistp521,
  rsaSha2_512,
  rsaSha2_256,
  chacha20Poly1305,
  aes256Gcm,
  aes128Gcm,
])

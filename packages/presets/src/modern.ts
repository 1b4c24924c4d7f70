import { aes128Gcm, aes256Gcm } from '@seashell/cipher-aes'
import { chacha20Poly1305 } from '@seashell/cipher-chacha20-poly1305'
import type { AlgorithmDefinition } from '@seashell/core'
import { curve25519Sha256, curve25519Sha256LibSSH } from '@seashell/kex-curve25519'
import { mlkem768x25519Sha256 } from '@seashell/kex-mlkem'
import { sntrup761x25519Sha512, sntrup761x25519Sha512OpenSSH } from '@seashell/kex-sntrup'
import { ecdsaSha2Nistp256, ecdsaSha2Nistp384, ecdsaSha2Nistp521 } from '@seashell/key-ecdsa'
import { sshEd25519 } from '@seashell/key-ed25519'
import { rsaSha2_256, rsaSha2_512 } from '@seashell/key-rsa'
import { skEcdsaSha2Nistp256, skSshEd25519 } from '@seashell/key-sk'

/**
 * What a new system should speak: post-quantum key exchange first, then X25519; ciphers that authenticate, so no MAC; no compression. It talks
 * to every OpenSSH since 6.5 (2014).
 *
 * Decided in November 2026:
 *
 * - Hybrids come first since recorded traffic can be read later. ML-KEM before NTRU Prime: it is NIST's choice, and faster. NTRU Prime all the
 *   same, for it is the only post-quantum method of OpenSSH 8.5 to 9.8.
 * - ChaCha20-Poly1305 before AES-GCM: in portable JavaScript it is several times as fast and looks up no tables.
 * - Security keys are in, for they are the best key to log in with. Browsers' signatures with them (`webauthn-sk-…`) are not: who accepts them
 *   has to say for which origins.
 * - Certificates are not: one is worth nothing without an authority that is trusted. Who has one registers `certified(…)` in front.
 * - UMAC is not, nor any other MAC: there is no cipher here that needs one.
 */
export const modern: readonly AlgorithmDefinition[] = /* @__PURE__ */ Object.freeze([
  mlkem768x25519Sha256,
  sntrup761x25519Sha512,
  sntrup761x25519Sha512OpenSSH,
  curve25519Sha256,
  curve25519Sha256LibSSH,
  sshEd25519,
  ecdsaSha2Nistp256,
  ecdsaSha2Nistp384,
  ecdsaSha2Nistp521,
  skSshEd25519,
  skEcdsaSha2Nistp256,
  rsaSha2_512,
  rsaSha2_256,
  chacha20Poly1305,
  aes256Gcm,
  aes128Gcm,
])

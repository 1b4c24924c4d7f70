import { p256, p384, p521 } from '@noble/curves/nist.js'
import type { PublicKeyDefinition } from '@seashell/core'
import { defineEcdsa } from './ecdsa.ts'

/** `ecdsa-sha2-nistp256` (RFC 5656 §3): ECDSA over P-256 with SHA-256. */
export const ecdsaSha2Nistp256: PublicKeyDefinition = /* @__PURE__ */ defineEcdsa({
  name: 'ecdsa-sha2-nistp256',
  identifier: 'nistp256',
  bitLength: 256,
  curve: p256,
})

/** `ecdsa-sha2-nistp384` (RFC 5656 §3): ECDSA over P-384 with SHA-384. */
export const ecdsaSha2Nistp384: PublicKeyDefinition = /* @__PURE__ */ defineEcdsa({
  name: 'ecdsa-sha2-nistp384',
  identifier: 'nistp384',
  bitLength: 384,
  curve: p384,
})

/** `ecdsa-sha2-nistp521` (RFC 5656 §3): ECDSA over P-521 with SHA-512. */
export const ecdsaSha2Nistp521: PublicKeyDefinition = /* @__PURE__ */ defineEcdsa({
  name: 'ecdsa-sha2-nistp521',
  identifier: 'nistp521',
  bitLength: 521,
  curve: p521,
})

/** The NIST curves, most preferred first; the order is OpenSSH's. */
export const ecdsaPublicKeys: readonly PublicKeyDefinition[] = /* @__PURE__ */ Object.freeze([
  ecdsaSha2Nistp256,
  ecdsaSha2Nistp384,
  ecdsaSha2Nistp521,
])

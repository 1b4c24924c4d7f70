import { secp256k1 } from '@noble/curves/secp256k1.js'
import type { PublicKeyDefinition } from '@seashell/core'
import { defineEcdsa } from './ecdsa.ts'

/**
 * `ecdsa-sha2-1.3.132.0.10` (RFC 5656 §3, §6.3, by its object identifier): ECDSA over SEC 2's secp256k1 with SHA-256. Of all peers asyncssh alone
 * has it.
 */
export const ecdsaSha2Secp256k1: PublicKeyDefinition = /* @__PURE__ */ defineEcdsa({
  name: 'ecdsa-sha2-1.3.132.0.10',
  identifier: '1.3.132.0.10',
  bitLength: 256,
  curve: secp256k1,
})

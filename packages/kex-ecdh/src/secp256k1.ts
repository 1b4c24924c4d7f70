import { secp256k1 } from '@noble/curves/secp256k1.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { KemKeyExchangeDefinition } from '@seashell/core'
import { defineEcdh } from './ecdh.ts'

/**
 * ecdh-sha2-1.3.132.0.10 (RFC 5656 §6.3, by its object identifier): SEC 2's secp256k1 with SHA-256. Points have 65 bytes, private key and shared
 * secret 32. Of all peers asyncssh alone has it.
 */
export const ecdhSha2Secp256k1: KemKeyExchangeDefinition = /* @__PURE__ */ defineEcdh('ecdh-sha2-1.3.132.0.10', secp256k1, sha256)

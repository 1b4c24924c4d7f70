/**
 * RSA key exchange (RFC 4432).
 *
 * @module
 */
import { sha256 } from '@noble/hashes/sha2.js'
import type { ScriptedKeyExchangeDefinition } from '@seashell/core'
import { defineRsaKeyExchange } from './rsa-exchange.ts'

export { defineRsaKeyExchange }
export type { RsaKeyExchangeOptions } from './rsa-exchange.ts'

/**
 * rsa2048-sha256 (RFC 4432 §6): a transient key of 2048 bits or more, SHA-256. The secret is a number of up to 1487 bits with the keys of our
 * server.
 */
export const rsa2048Sha256: ScriptedKeyExchangeDefinition = /* @__PURE__ */ defineRsaKeyExchange({
  name: 'rsa2048-sha256',
  hash: sha256,
  minimumBits: 2048,
})

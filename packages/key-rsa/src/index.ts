/**
 * RSA keys, with signatures over SHA-256 and SHA-512 (RFC 8332).
 *
 * @module
 */
export { rsaPublicKeys, rsaSha2_256, rsaSha2_512 } from './definitions.ts'
export { defineRsa } from './rsa.ts'
export type { RsaParameters } from './rsa.ts'

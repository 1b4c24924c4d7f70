/**
 * ECDSA over the NIST curves and secp256k1 (RFC 5656 §3).
 *
 * @module
 */
export { ecdsaPublicKeys, ecdsaSha2Nistp256, ecdsaSha2Nistp384, ecdsaSha2Nistp521 } from './definitions.ts'
export { ecdsaSha2Secp256k1 } from './secp256k1.ts'

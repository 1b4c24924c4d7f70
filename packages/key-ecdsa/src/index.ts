/**
 * ECDSA over the NIST curves (RFC 5656 §3).
 *
 * @module
 */
export { ecdsaPublicKeys, ecdsaSha2Nistp256, ecdsaSha2Nistp384, ecdsaSha2Nistp521 } from './definitions.ts'

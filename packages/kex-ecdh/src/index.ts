/**
 * Elliptic curve Diffie-Hellman over the NIST curves and secp256k1 (RFC 5656 §4).
 *
 * @module
 */
export { ecdhKeyExchanges, ecdhSha2Nistp256, ecdhSha2Nistp384, ecdhSha2Nistp521 } from './ecdh.ts'
export { ecdhSha2Secp256k1 } from './secp256k1.ts'

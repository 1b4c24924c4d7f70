/**
 * Elliptic curve Diffie-Hellman over the NIST curves (RFC 5656 §4).
 *
 * @module
 */
export { ecdhKeyExchanges, ecdhSha2Nistp256, ecdhSha2Nistp384, ecdhSha2Nistp521 } from './ecdh.ts'

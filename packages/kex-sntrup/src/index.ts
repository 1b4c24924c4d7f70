/**
 * Post-quantum key exchange: Streamlined NTRU Prime 761 and X25519 together (RFC 9941), under both of its names.
 *
 * @module
 */
export { sntrup761x25519Sha512, sntrup761x25519Sha512OpenSSH, sntrupKeyExchanges } from './sntrup761x25519.ts'

/**
 * Key exchange with X25519, under both of its names, and with X448 (RFC 8731).
 *
 * @module
 */
export { curve25519KeyExchanges, curve25519Sha256, curve25519Sha256LibSSH } from './curve25519.ts'
export { curve448Sha512 } from './curve448.ts'

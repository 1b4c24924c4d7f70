/**
 * Key exchange with X25519 (RFC 8731), under both of its names.
 *
 * @module
 */
export { curve25519KeyExchanges, curve25519Sha256, curve25519Sha256LibSSH } from './curve25519.ts'

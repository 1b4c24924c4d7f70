/**
 * Post-quantum key exchange: ML-KEM-768 (FIPS 203) and X25519 together (RFC 10042).
 *
 * @module
 */
export { mlkem768x25519Sha256, mlkemKeyExchanges } from './mlkem768x25519.ts'

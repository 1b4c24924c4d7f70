/**
 * Post-quantum key exchange: ML-KEM (FIPS 203) and elliptic curves together (RFC 10042).
 *
 * @module
 */
export { mlkem1024nistp384Sha384, mlkem768nistp256Sha256, mlkem768x25519Sha256, mlkemKeyExchanges } from './definitions.ts'
export type { HybridHalf } from './half.ts'
export { mlkemKeyExchangesOver } from './other-halves.ts'
export type { OtherHalves } from './other-halves.ts'
export { mlkem768Half, x25519Half } from './portable.ts'

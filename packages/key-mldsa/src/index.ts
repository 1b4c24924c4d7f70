/**
 * Composite keys and signatures of ML-DSA and Ed25519, as OpenSSH 10.5 has them.
 *
 * @module
 */
export { mldsaPublicKeys, sshMldsa44Ed25519 } from './mldsa44-ed25519.ts'

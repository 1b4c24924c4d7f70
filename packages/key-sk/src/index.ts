/**
 * Signatures of FIDO security keys, verified (OpenSSH PROTOCOL.u2f). The keys sign for themselves: through a `Signer`.
 *
 * @module
 */
export { securityKeys, skEcdsaSha2Nistp256, skPublicKeys, skSshEd25519, webauthnSkEcdsaSha2Nistp256 } from './definitions.ts'
export type { SecurityKeyDefinition, SecurityKeyPolicy } from './policy.ts'
export { readSecurityKeyDetails } from './signature.ts'
export type { SecurityKeyDetails } from './signature.ts'

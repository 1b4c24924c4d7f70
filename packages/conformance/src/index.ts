/**
 * Proves an algorithm package: five functions that return lists of checks, with no test runner inside.
 *
 * @module
 */
export type { Bytes } from './bytes.ts'
export { register } from './check.ts'
export type { Check, It } from './check.ts'
export { cipherChecks } from './cipher/index.ts'
export type { AeadEvidence, AeadReference, AeadVector, MacCipherEvidence, MacCipherReference, MacCipherVector } from './cipher/index.ts'
export { compressionChecks } from './compression/index.ts'
export type { CompressionEvidence, CompressionReference, CompressionVector } from './compression/index.ts'
export type { Evidence, Hostile, Sourced } from './evidence.ts'
export { keyExchangeChecks } from './kex/index.ts'
export type { Kem, KemLengths } from './kex/kem-exchange.ts'
export type { RefusedValue } from './kex/kem-refusals.ts'
export type { KemEvidence, KemVector } from './kex/kem.ts'
export type { Scripted } from './kex/scripted-exchange.ts'
export type { RefusedMessage } from './kex/scripted-tampering.ts'
export type { ScriptedEvidence, ScriptedVector } from './kex/scripted.ts'
export { macChecks } from './mac/index.ts'
export type { MacEvidence, MacReference, MacVector } from './mac/index.ts'
export { publicKeyChecks } from './public-key/index.ts'
export type { PublicKeyEvidence, PublicKeyReference, PublicKeyVector, RefusedKey, RefusedSignature } from './public-key/evidence.ts'

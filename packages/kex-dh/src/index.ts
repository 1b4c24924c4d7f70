/**
 * Diffie-Hellman over fixed groups of prime order (RFC 4253 §8, RFC 8268).
 *
 * @module
 */
export { dhGroup14Sha256, dhGroup16Sha512, dhKeyExchanges } from './definitions.ts'
export { defineDiffieHellman } from './diffie-hellman.ts'
export type { DiffieHellmanOptions } from './diffie-hellman.ts'
export { modpGroup14, modpGroup16 } from './groups.ts'
export type { DiffieHellmanGroup } from './groups.ts'

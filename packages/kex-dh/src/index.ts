/**
 * Diffie-Hellman over fixed groups (RFC 4253 §8, RFC 8268), and over those that a server chooses (RFC 4419).
 *
 * @module
 */
export { dhGroup14Sha256, dhGroup15Sha512, dhGroup16Sha512, dhGroup17Sha512, dhGroup18Sha512, dhKeyExchanges } from './definitions.ts'
export { defineDiffieHellman } from './diffie-hellman.ts'
export type { DiffieHellmanOptions } from './diffie-hellman.ts'
export { modpGroup14, modpGroup15, modpGroup16, modpGroup17, modpGroup18 } from './groups.ts'
export type { DiffieHellmanGroup } from './groups.ts'
export type { GroupArithmetic } from './arithmetic.ts'
export { dhGroupExchangeOver, dhGroupExchangeSha256, modpGroups } from './group-exchange-definitions.ts'
export { defineGroupExchange } from './group-exchange.ts'
export type { GroupExchangeOptions } from './group-exchange.ts'
export type { GroupSizes } from './group-choice.ts'
export { parseModuli } from './moduli.ts'

/**
 * RSA's numbers, for packages that need the arithmetic and not the signatures: key exchange with RSA, other schemes over the same keys.
 *
 * @module
 */
export { generatePrivateKey } from './generate.ts'
export { isProbablePrime } from './prime.ts'
export { readPrivateFields } from './private-key.ts'
export type { RsaPrivateKey } from './private-key.ts'
export { privateOperation, publicOperation } from './private-operation.ts'
export { readPublicKey } from './public-key.ts'
export type { RsaPublicKey } from './public-key.ts'

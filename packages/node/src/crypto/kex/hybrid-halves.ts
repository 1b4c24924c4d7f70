import type { KemKeyExchangeDefinition } from '@seashell/core'
import { ecdhKeyExchanges } from './ecdh.ts'
import { type NodeMlKem, nodeMlKem1024, nodeMlKem768 } from './mlkem.ts'
import { curve25519KeyExchanges } from './x25519.ts'

/** Diffie-Hellman on a curve as one half of a hybrid; lengths are bytes. */
export interface NodeClassicalHalf extends Pick<KemKeyExchangeDefinition, 'generate' | 'encapsulate' | 'decapsulate'> {
  /** Of what the client sends. */
  readonly publicKeyLength: number
  /** Of what the client keeps, and of the shared secret. */
  readonly privateKeyLength: number
  /** Of what the server sends. */
  readonly ciphertextLength: number
}

/** The halves of post-quantum hybrids that `node:crypto` has. */
export interface NodeHybridHalves {
  /** Where they come from. */
  readonly provider: 'node:crypto'
  /** X25519 (RFC 7748 §5). */
  readonly x25519: NodeClassicalHalf
  /** ECDH over NIST P-256. */
  readonly nistp256: NodeClassicalHalf
  /** ECDH over NIST P-384. */
  readonly nistp384: NodeClassicalHalf
  /** ML-KEM-768 (FIPS 203), but for encapsulation, for which OpenSSL would draw random bytes of its own; absent before Node 24.7. */
  readonly mlkem768?: NodeMlKem
  /** The same of ML-KEM-1024. */
  readonly mlkem1024?: NodeMlKem
}

/**
 * What `mlkemKeyExchangesOver` of `@seashell/kex-mlkem` can have of `node:crypto`: the curves, and ML-KEM where this Node has it. Hybrids are
 * not in `nodeCrypto`, since whatever Node lacks of them is in another package.
 *
 * @example
 * ```ts
 * import { AlgorithmRegistry } from '@seashell/core'
 * import { mlkemKeyExchangesOver } from '@seashell/kex-mlkem'
 * import { nodeCrypto, nodeHybridHalves } from '@seashell/node'
 * import { modern } from '@seashell/presets'
 *
 * const algorithms = new AlgorithmRegistry(modern).override(nodeCrypto).override(mlkemKeyExchangesOver(nodeHybridHalves()))
 * ```
 */
export function nodeHybridHalves(): NodeHybridHalves {
  const [mlkem768, mlkem1024] = [nodeMlKem768(), nodeMlKem1024()]
  return Object.freeze({
    provider: 'node:crypto',
    x25519: halfOf(curve25519KeyExchanges[0]!, 32, 32),
    nistp256: halfOf(ecdhKeyExchanges[0]!, 32, 65),
    nistp384: halfOf(ecdhKeyExchanges[1]!, 48, 97),
    ...(mlkem768 !== undefined && { mlkem768 }),
    ...(mlkem1024 !== undefined && { mlkem1024 }),
  })
}

/** Its three functions are what a method is made of already. */
function halfOf(method: KemKeyExchangeDefinition, privateKeyLength: number, publicKeyLength: number): NodeClassicalHalf {
  return {
    publicKeyLength,
    privateKeyLength,
    ciphertextLength: publicKeyLength,
    generate: (random) => method.generate(random),
    encapsulate: (publicKey, random) => method.encapsulate(publicKey, random),
    decapsulate: (privateKey, ciphertext) => method.decapsulate(privateKey, ciphertext),
  }
}

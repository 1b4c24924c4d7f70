import type { AbortSignalLike, KeyPair, PublicKeyDefinition, Signer } from '@seashell/core'
import { invalidArgument, SSHError } from '@seashell/core/wire'
import { keyError } from './errors.ts'
import { keyFormatOf } from './public-key.ts'

/**
 * Makes a signer of a key pair in memory. Its algorithms are all definitions that have the key's format and can sign, in their order.
 *
 * @param keyPair the key; kept, not copied
 * @param definitions the types of key there are: a list, or a registry's `publicKeys`
 * @throws SSHError `KEY` (fault: caller) where none of them signs with such a key
 *
 * @example
 * ```ts
 * import type { KeyPair, PublicKeyDefinition, Signer } from '@seashell/core'
 * import { createSigner } from '@seashell/keys'
 *
 * function signerFor(keyPair: KeyPair, definitions: readonly PublicKeyDefinition[]): Signer {
 *   return createSigner(keyPair, definitions)
 * }
 * ```
 */
export function createSigner(keyPair: KeyPair, definitions: Iterable<PublicKeyDefinition>): Signer {
  const { publicKey, privateKey } = keyPair
  const keyFormat = keyFormatOf(publicKey)
  const able = [...definitions].filter((definition) => definition.keyFormat === keyFormat && definition.privateKeys !== undefined)
  if (able.length === 0) throw keyError(`expected a definition that signs with keys of format ${keyFormat}; found none`)
  return Object.freeze<Signer>({
    publicKey,
    algorithms: Object.freeze(able.map(({ name }) => name)),
    sign: async (data, algorithm, options) => {
      const operations = able.find(({ name }) => name === algorithm)?.privateKeys
      if (operations === undefined) {
        throw invalidArgument(`expected one of ${able.map(({ name }) => name).join(', ')} to sign with; got ${algorithm}`)
      }
      throwIfAborted(options?.signal)
      const signature = await operations.sign(privateKey, data)
      throwIfAborted(options?.signal)
      return signature
    },
  })
}

function throwIfAborted(signal: AbortSignalLike | undefined): void {
  if (signal?.aborted === true) throw new SSHError('ABORTED', 'signing was aborted', { fault: 'caller', cause: signal.reason })
}

import { randomBytes } from '@noble/hashes/utils.js'
import type { PublicKeyDefinition, Random } from '@seashell/core'
import { invalidArgument } from '@seashell/core/wire'
import type { PrivateKey } from './private-key.ts'

/** What {@link generatePrivateKey} works with. */
export interface GeneratePrivateKeyOptions {
  /** For people: often `user@host`; empty where absent. */
  readonly comment?: string
  /** The size of the key, where its type leaves a choice (RSA). */
  readonly bits?: number
  /** Where random bytes come from; the platform's Web Cryptography where absent. */
  readonly random?: Random
}

/**
 * Makes a new key.
 *
 * @param definition of which type
 * @throws SSHError `ARGUMENT` where keys of this type are not made by programs, or not of this size
 *
 * @example
 * ```ts
 * import type { PublicKeyDefinition } from '@seashell/core'
 * import { formatPrivateKey, formatPublicKey, generatePrivateKey } from '@seashell/keys'
 *
 * async function keygen(definition: PublicKeyDefinition): Promise<[file: string, publicFile: string]> {
 *   const key = await generatePrivateKey(definition, { comment: 'me@example' })
 *   return [await formatPrivateKey(key), `${formatPublicKey(key.publicKey, key.comment)}\n`]
 * }
 * ```
 */
export async function generatePrivateKey(definition: PublicKeyDefinition, options: GeneratePrivateKeyOptions = {}): Promise<PrivateKey> {
  const { comment = '', bits, random = randomBytes } = options
  if (definition.privateKeys === undefined) throw invalidArgument(`expected a type of key that can be made here; got ${definition.name}`)
  const keyPair = await definition.privateKeys.generate(random, bits === undefined ? {} : { bits })
  return { ...keyPair, comment }
}

import type { AlgorithmRegistry, Signer } from '@seashell/core'
import { createSigner, parsePrivateKey } from '@seashell/keys'

/** A private key: the content of its file, or anything that signs with it. */
export type PrivateKeySource = string | Uint8Array | Signer

/**
 * The signers of private keys, in their order.
 *
 * @throws SSHError `KEY` where a file is not what it should be
 */
export async function signersOf(sources: readonly PrivateKeySource[], { publicKeys }: AlgorithmRegistry): Promise<readonly Signer[]> {
  return await Promise.all(
    sources.map(async (source) =>
      typeof source === 'string' || source instanceof Uint8Array
        ? createSigner(await parsePrivateKey(source, { publicKeys }), publicKeys)
        : source,
    ),
  )
}

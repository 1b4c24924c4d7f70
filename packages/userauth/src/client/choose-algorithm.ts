import type { AlgorithmList, PublicKeyDefinition } from '@seashell/core'
import { decodeName } from '@seashell/core/wire'

/**
 * What the server lists in `server-sig-algs` (RFC 8308 §3.1); undefined where it sent none.
 *
 * @throws SSHError `MALFORMED`
 */
export function serverSignatureAlgorithms(extensions: ReadonlyMap<string, Uint8Array>): readonly string[] | undefined {
  const value = extensions.get('server-sig-algs')
  return value === undefined ? undefined : decodeName(value).split(',')
}

/** What the choice depends on. */
export interface AlgorithmChoice {
  /** What the signer can do with the key, most preferred first. */
  readonly offered: readonly string[]
  /** The format of the key. */
  readonly keyFormat: string
  /** What is registered. */
  readonly registered: AlgorithmList<'public-key'>
  /** What may be used of it. */
  readonly allowed: readonly string[]
  /** What the server says that it takes, where it says so. */
  readonly server: readonly string[] | undefined
}

/**
 * The signature algorithm for a key: the signer's first that is allowed, registered, for keys of this format, and in the server's list,
 * under its own name or its signature's (OpenSSH lists no algorithm of certificates).
 *
 * A server that sends no list gets the signer's first. For an RSA key that is a guess, rsa-sha2-512, which RFC 8332 §3.3 allows since
 * ssh-rsa has had its day; OpenSSH tries ssh-rsa there, and has not had it in its defaults since 8.8. Where a list has nothing of ours,
 * the algorithm that is called like the key's format is tried still: early servers listed only what was new (RFC 8308 §3.1; OpenSSH 7.2
 * the two of RSA).
 */
export function chooseAlgorithm(choice: AlgorithmChoice): PublicKeyDefinition | undefined {
  const usable = choice.offered
    .filter((name) => choice.allowed.includes(name) && choice.registered.has(name))
    .map((name) => choice.registered.get(name))
    .filter((definition) => definition.keyFormat === choice.keyFormat)
  const { server } = choice
  if (server === undefined) return usable[0]
  const listed = usable.find(({ name, signatureFormat }) => server.includes(name) || server.includes(signatureFormat))
  return listed ?? usable.find(({ name, keyFormat }) => name === keyFormat)
}

import { randomBytes } from '@noble/hashes/utils.js'
import type { Random } from '@seashell/core'
import { invalidArgument } from '@seashell/core/wire'
import { formatPublicKey } from '../public-key.ts'
import { hashName, hostName, SALT_LENGTH } from './host-pattern.ts'

/** What {@link formatKnownHost} works with. */
export interface FormatKnownHostOptions {
  /** Whether to hide the host's name behind a hash, as OpenSSH's HashKnownHosts does. */
  readonly hash?: boolean
  /** What stands behind the key. */
  readonly comment?: string
  /** Where the salt comes from; the platform's Web Cryptography where absent. */
  readonly random?: Random
}

/**
 * Writes one line of known_hosts, without a line feed at its end.
 *
 * @param host a name or an address, without brackets
 * @param port 22 or another
 * @param publicKey the public key blob
 * @throws SSHError `ARGUMENT` where the host would read as something else: a pattern, a list, a marker, a comment
 */
export function formatKnownHost(host: string, port: number, publicKey: Uint8Array, options: FormatKnownHostOptions = {}): string {
  const { hash = false, comment, random = randomBytes } = options
  if (!/^[^\s,*?!|@#[\]\0][^\s,*?\0]*$/.test(host))
    throw invalidArgument(`expected the name or address of one host; got ${JSON.stringify(host)}`)
  const name = hostName(host, port)
  return `${hash ? hashName(name, random(SALT_LENGTH)) : name} ${formatPublicKey(publicKey, comment)}`
}

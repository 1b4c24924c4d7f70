import { base64 } from '@scure/base'
import { invalidArgument, WireReader } from '@seashell/core/wire'
import { decodeBase64 } from './base64.ts'
import { blameCaller, keyError } from './errors.ts'

/** A public key as a line of text has it. */
export interface PublicKey {
  /** The key's format, which its blob begins with: 'ssh-ed25519'. */
  readonly keyFormat: string
  /** The public key blob. */
  readonly publicKey: Uint8Array
  /** What stands behind it; empty where nothing does. */
  readonly comment: string
}

/**
 * Reads one public key line, the content of an `id_….pub`: `ssh-ed25519 AAAA… comment`. The format in front must be that inside.
 *
 * Only the format is looked at: whether the rest is such a key is for its definition to say.
 *
 * @throws SSHError `KEY` (fault: caller) where it is no such line
 *
 * @example
 * ```ts
 * import { fingerprint, parsePublicKey } from '@seashell/keys'
 *
 * const key = parsePublicKey('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIyyxkeYnMBzADon9ePlarHzSY1glz1fRQKPgq1PMyve me@example')
 * console.log(key.keyFormat, fingerprint(key.publicKey), key.comment)
 * ```
 */
export function parsePublicKey(line: string): PublicKey {
  const fields = /^(\S+)[ \t]+(\S+)(?:[ \t]+(.*))?$/.exec(line.trim())
  if (fields === null) throw keyError('expected one line with a key format, a key in base64 and a comment; found something else')
  const [, keyFormat = '', encoded = '', comment = ''] = fields
  const publicKey = decodeBase64(encoded, 'a public key')
  const inside = keyFormatOf(publicKey)
  if (inside !== keyFormat) {
    throw keyError(`expected a public key of format ${JSON.stringify(keyFormat)}; found ${JSON.stringify(inside)} inside`)
  }
  return { keyFormat, publicKey, comment }
}

/**
 * Writes a public key line, without a line feed at its end.
 *
 * @param comment what stands behind the key
 * @throws SSHError `ARGUMENT` where the comment is not one line
 */
export function formatPublicKey(publicKey: Uint8Array, comment = ''): string {
  if (/[\r\n\0]/.test(comment)) throw invalidArgument(`expected a comment of one line; got ${JSON.stringify(comment)}`)
  const line = `${keyFormatOf(publicKey)} ${base64.encode(publicKey)}`
  return comment === '' ? line : `${line} ${comment}`
}

/**
 * The format that a public key blob begins with.
 *
 * @throws SSHError `KEY` (fault: caller) where it begins with none
 */
export function keyFormatOf(publicKey: Uint8Array): string {
  return blameCaller(() => new WireReader(publicKey, 'a public key').readName())
}

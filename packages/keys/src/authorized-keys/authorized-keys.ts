import { decodeUtf8Lossy } from '@seashell/core/wire'
import { keyError, readLines } from '../errors.ts'
import type { LineProblem } from '../errors.ts'
import { parsePublicKey } from '../public-key.ts'
import type { PublicKey } from '../public-key.ts'
import { parseOptions } from './options.ts'
import type { AuthorizedKeyOptions } from './options.ts'

/** One key of an authorized_keys file, and what it is good for. */
export interface AuthorizedKey extends PublicKey {
  /** The number of its line, from 1. */
  readonly line: number
  /** What its options say. */
  readonly options: AuthorizedKeyOptions
}

/** What an authorized_keys file holds. */
export interface AuthorizedKeys {
  /** Its keys, in order. */
  readonly entries: readonly AuthorizedKey[]
  /** The lines that could not be used. */
  readonly problems: readonly LineProblem[]
}

/**
 * Reads an authorized_keys file (sshd(8), AUTHORIZED_KEYS FILE FORMAT). A line with a mistake, an option that is not known among them,
 * authorizes nobody, and takes nothing from the others.
 *
 * @param file its content
 *
 * @example
 * ```ts
 * import { parseAuthorizedKeys } from '@seashell/keys'
 *
 * const { entries, problems } = parseAuthorizedKeys('restrict,command="backup" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA… backup\n')
 * for (const { keyFormat, options } of entries) console.log(keyFormat, options.command, options.permitPty)
 * for (const { error } of problems) console.warn(error.message)
 * ```
 */
export function parseAuthorizedKeys(file: string | Uint8Array): AuthorizedKeys {
  return readLines(typeof file === 'string' ? file : decodeUtf8Lossy(file), readEntry)
}

/** `[options] format base64 [comment]`. */
function readEntry(text: string, line: number): AuthorizedKey {
  // A key in base64 begins with the length of its format's name, less than 256 bytes: with AAAA. So it is known where the options end.
  if (/^[^ \t"]+[ \t]+AAAA/.test(text)) return { line, ...parsePublicKey(text), options: parseOptions('') }
  const end = endOfOptions(text)
  return { line, ...parsePublicKey(text.slice(end)), options: parseOptions(text.slice(0, end)) }
}

/** Where the first white space outside of quotes is. A quote behind a backslash is none. */
function endOfOptions(text: string): number {
  const options = /^(?:[^ \t"\\]|\\"|\\(?!")|"(?:[^"\\]|\\"|\\(?!"))*")+/.exec(text)?.[0] ?? ''
  if (!/^[ \t]/.test(text.slice(options.length))) throw keyError('expected options and a key; found no end of the options')
  return options.length
}

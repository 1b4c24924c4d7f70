// Control characters (C0, DEL, C1), but for tab and line feed, and those that turn the direction of text around.
const UNPRINTABLE = /(?![\t\n])[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu

/**
 * Text of a peer, fit for a terminal or a log: control characters other than tab and line feed, and those that override the direction of
 * writing, become U+FFFD; CR LF becomes LF (RFC 4251 §9.2, RFC 4252 §5.4, RFC 4256 §3.2).
 *
 * What the client's handlers get has been through it. A server's `user` has not: use this before you log one.
 *
 * @example
 * ```ts
 * import { printable } from '@seashell/userauth'
 *
 * printable('root\u001B[2J') // 'root\uFFFD[2J'
 * ```
 */
export function printable(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(UNPRINTABLE, '\uFFFD')
}

// More names, and longer ones, than any server has been seen with.
const NAMES_SHOWN = 32
const NAME_LENGTH_SHOWN = 64

/** Names of a server's, for an error that somebody may want to read: a server can list as many as fit into a packet. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).map((name) => name.slice(0, NAME_LENGTH_SHOWN))
  return shown.join(', ') + (names.length > shown.length ? ', …' : '')
}

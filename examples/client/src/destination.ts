import { userInfo } from 'node:os'

/** Where to connect to, and as whom. */
export interface Destination {
  /** A name or an address, without brackets. */
  readonly host: string
  readonly port: number
  readonly user: string
}

const DEFAULT_PORT = 22

/**
 * Reads `[user@]HOST`. What `-l` and `-p` say wins, as with ssh.
 *
 * @throws Error where there is no host, or the port is none
 */
export function parseDestination(
  text: string,
  options: { readonly user?: string | undefined; readonly port?: string | undefined } = {},
): Destination {
  // A user's name may contain an @, a host's cannot.
  const at = text.lastIndexOf('@')
  const host = text.slice(at + 1).replace(/^\[(.*)\]$/, '$1')
  const user = options.user ?? (at < 0 ? userInfo().username : text.slice(0, at))
  if (host === '' || user === '') throw new Error(`expected [user@]HOST; got ${JSON.stringify(text)}`)
  return { host, user, port: options.port === undefined ? DEFAULT_PORT : parsePort(options.port) }
}

/**
 * Reads a port.
 *
 * @throws Error where it is no number from 1 to 65535
 */
export function parsePort(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535) throw new Error(`expected a port from 1 to 65535; got ${JSON.stringify(text)}`)
  return port
}

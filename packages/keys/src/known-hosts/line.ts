import { keyError } from '../errors.ts'
import { parsePublicKey } from '../public-key.ts'
import type { PublicKey } from '../public-key.ts'
import { parseHosts } from './host-pattern.ts'
import type { HostMatcher } from './host-pattern.ts'

/** One line of a known_hosts file. */
export interface KnownHost extends PublicKey {
  /** Its number, from 1. */
  readonly line: number
  /** Its marker: the key signs the host's certificates, or is never to be accepted; absent on most. */
  readonly marker?: 'cert-authority' | 'revoked'
  /** Which hosts it is about, as it stands: patterns separated by commas, or `|1|salt|hash`. */
  readonly hosts: string
}

/** A line, with the function that knows its hosts. */
export interface MatchingLine {
  readonly entry: KnownHost
  readonly matches: HostMatcher
}

/**
 * Reads one line: `[@marker] hosts format base64 [comment]` (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT).
 *
 * @throws SSHError `KEY` where it is none
 */
export function parseKnownHostLine(text: string, line: number): MatchingLine {
  const [, marker, hosts, key] = /^(?:@([^ \t]+)[ \t]+)?([^ \t@][^ \t]*)[ \t]+([^ \t].*)$/s.exec(text) ?? []
  if (hosts === undefined || key === undefined) throw keyError('expected hosts and a key; found something else')
  const matches = parseHosts(hosts)
  const entry = { line, hosts, ...parsePublicKey(key) }
  if (marker === undefined) return { entry, matches }
  if (marker !== 'cert-authority' && marker !== 'revoked') {
    throw keyError(`expected the marker @cert-authority or @revoked; found ${JSON.stringify(`@${marker}`)}`)
  }
  return { entry: { ...entry, marker }, matches }
}

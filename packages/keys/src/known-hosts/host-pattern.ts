import { hmac } from '@noble/hashes/hmac.js'
import { sha1 } from '@noble/hashes/legacy.js'
import { base64 } from '@scure/base'
import { encodeUtf8, equalBytes, invalidArgument, matchesPattern } from '@seashell/core/wire'
import { decodeBase64 } from '../base64.ts'
import { keyError } from '../errors.ts'

const HASH_LENGTH = 20
const DEFAULT_PORT = 22

/** Whether a known_hosts line is about a host, named as {@link hostName} names it. */
export type HostMatcher = (name: string) => boolean

/**
 * How known_hosts names a host: in lower case, and as `[host]:port` where the port is not 22 (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT).
 *
 * @throws SSHError `ARGUMENT` where the port is none
 */
export function hostName(host: string, port: number): string {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw invalidArgument(`expected a port from 1 to 65535; got ${port}`)
  const name = host.toLowerCase()
  return port === DEFAULT_PORT ? name : `[${name}]:${port}`
}

/**
 * Reads the first field of a line: `|1|salt|hash`, or patterns separated by commas, with `*`, `?` and a `!` in front that negates.
 *
 * @throws SSHError `KEY` where a hash is malformed
 */
export function parseHosts(hosts: string): HostMatcher {
  if (hosts.startsWith('|')) return parseHashed(hosts)
  const patterns = hosts.toLowerCase().split(',')
  const negated = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1))
  const positive = patterns.filter((pattern) => !pattern.startsWith('!'))
  return (name) => positive.some((pattern) => matchesPattern(pattern, name)) && !negated.some((pattern) => matchesPattern(pattern, name))
}

/** Hides a name: `|1|salt|HMAC-SHA1(salt, name)`. */
export function hashName(name: string, salt: Uint8Array): string {
  return `|1|${base64.encode(salt)}|${base64.encode(hmac(sha1, salt, encodeUtf8(name)))}`
}

/** Bytes of salt that {@link hashName} takes. */
export const SALT_LENGTH: number = HASH_LENGTH

function parseHashed(text: string): HostMatcher {
  const [, encodedSalt, encodedHash] = /^\|1\|([^|]+)\|([^|]+)$/.exec(text) ?? []
  if (encodedSalt === undefined || encodedHash === undefined) throw keyError('expected a hashed host as |1|salt|hash; found another form')
  const salt = decodeBase64(encodedSalt, 'the salt of a hashed host')
  const hash = decodeBase64(encodedHash, 'the hash of a hashed host')
  if (salt.length !== HASH_LENGTH || hash.length !== HASH_LENGTH) {
    throw keyError(`expected salt and hash of a hashed host of ${HASH_LENGTH} bytes; found ${salt.length} and ${hash.length}`)
  }
  return (name) => equalBytes(hmac(sha1, salt, encodeUtf8(name)), hash)
}

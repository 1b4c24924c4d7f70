import { decodeUtf8Lossy, equalBytes } from '@seashell/core/wire'
import { readLines } from '../errors.ts'
import type { LineProblem } from '../errors.ts'
import { formatKnownHost } from './format.ts'
import type { FormatKnownHostOptions } from './format.ts'
import { hostName } from './host-pattern.ts'
import { parseKnownHostLine } from './line.ts'
import type { KnownHost, MatchingLine } from './line.ts'

/** What known_hosts says about a host's key. */
export type HostKeyVerdict =
  | {
      /** The key is the host's. */
      readonly status: 'ok'
      /** The line that says so. */
      readonly entry: KnownHost
    }
  | {
      /** No key of the host is known. */
      readonly status: 'unknown'
    }
  | {
      /** Keys of the host are known, of this type or others, and this is none of them. */
      readonly status: 'changed'
      /** Those that are known. */
      readonly known: readonly KnownHost[]
    }
  | {
      /** The key must not be accepted, whatever else is known. */
      readonly status: 'revoked'
      /** The line that says so. */
      readonly entry: KnownHost
    }

/**
 * A known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT): names in plain or hashed, `[host]:port`, patterns, markers. A line that cannot
 * be read is reported and kept.
 *
 * Names are compared as text, without regard to case: addresses have to be written as they are in the file.
 *
 * @example
 * ```ts
 * import { fingerprint, KnownHosts } from '@seashell/keys'
 *
 * function verify(file: string, host: string, port: number, hostKey: Uint8Array): string {
 *   const knownHosts = new KnownHosts(file)
 *   const verdict = knownHosts.check(host, port, hostKey)
 *   if (verdict.status === 'changed') throw new Error(`lines ${verdict.known.map(({ line }) => line)} have another key`)
 *   if (verdict.status === 'revoked') throw new Error(`${fingerprint(hostKey)} is revoked`)
 *   if (verdict.status === 'unknown') knownHosts.add(host, port, hostKey, { hash: true })
 *   return knownHosts.toString()
 * }
 * ```
 */
export class KnownHosts {
  readonly #lines: MatchingLine[]
  #text: string
  /** The lines that could not be read. */
  readonly problems: readonly LineProblem[]

  /** @param file its content; none where absent */
  constructor(file: string | Uint8Array = '') {
    this.#text = typeof file === 'string' ? file : decodeUtf8Lossy(file)
    const { entries, problems } = readLines(this.#text, parseKnownHostLine)
    this.#lines = entries
    this.problems = problems
  }

  /** All lines that could be read, in order. */
  get entries(): readonly KnownHost[] {
    return this.#lines.map(({ entry }) => entry)
  }

  /**
   * The lines about a host, those with markers among them.
   *
   * @throws SSHError `ARGUMENT` where the port is none
   */
  find(host: string, port: number): readonly KnownHost[] {
    const name = hostName(host, port)
    return this.#lines.filter(({ matches }) => matches(name)).map(({ entry }) => entry)
  }

  /**
   * What is known about a host's key. As in OpenSSH a key is taken for changed also where only keys of other types are known: an attacker
   * could otherwise offer a new type. Prefer the types of {@link keyFormats} in the negotiation, and it does not happen to the honest.
   *
   * @param publicKey the public key blob that the host showed
   * @throws SSHError `ARGUMENT` where the port is none
   */
  check(host: string, port: number, publicKey: Uint8Array): HostKeyVerdict {
    const found = this.find(host, port)
    const same = found.filter((entry) => equalBytes(entry.publicKey, publicKey))
    const revoked = same.find(({ marker }) => marker === 'revoked')
    if (revoked !== undefined) return { status: 'revoked', entry: revoked }
    const entry = same.find(({ marker }) => marker === undefined)
    if (entry !== undefined) return { status: 'ok', entry }
    const known = found.filter(({ marker }) => marker === undefined)
    return known.length > 0 ? { status: 'changed', known } : { status: 'unknown' }
  }

  /**
   * The formats of a host's known keys, each once, in the order of the file: what to prefer in the negotiation.
   *
   * @throws SSHError `ARGUMENT` where the port is none
   */
  keyFormats(host: string, port: number): readonly string[] {
    const keys = this.find(host, port).filter(({ marker }) => marker === undefined)
    return [...new Set(keys.map(({ keyFormat }) => keyFormat))]
  }

  /**
   * Adds a host's key.
   *
   * @returns the line to append to the file, with a line feed at its end, and one in front where the file's last line has none
   * @throws SSHError `ARGUMENT` as `formatKnownHost` does
   */
  add(host: string, port: number, publicKey: Uint8Array, options?: FormatKnownHostOptions): string {
    const text = formatKnownHost(host, port, publicKey, options)
    const start = this.#text === '' || this.#text.endsWith('\n') ? '' : '\n'
    const addition = `${start}${text}\n`
    this.#text += addition
    this.#lines.push(parseKnownHostLine(text, this.#text.split('\n').length - 1))
    return addition
  }

  /** The file, with what was added; every other line as it was. */
  toString(): string {
    return this.#text
  }
}

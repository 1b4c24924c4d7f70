import { invalidArgument, malformed, SSHError } from '../errors.ts'
import { DisconnectReasons } from '../messages.ts'
import { quoteText } from '../wire/text.ts'
import type { Limits } from './limits.ts'

/** RFC 4253 §4.2: 255 with CR LF. */
const VERSION_LENGTH = 253
const LF = 0x0a
const CR = 0x0d

/**
 * Our identification line, without its end (RFC 4253 §4.2).
 *
 * @throws SSHError `ARGUMENT` where software version or comment have characters that the line cannot carry
 */
export function versionString(protocolVersion: string, version: string, comment: string): string {
  if (!/^[!-,.-~]+$/.test(version)) {
    throw invalidArgument(`expected a software version in printable US-ASCII without space and minus; got ${JSON.stringify(version)}`)
  }
  if (!/^[ -~]*$/.test(comment)) throw invalidArgument(`expected a comment in printable US-ASCII; got ${JSON.stringify(comment)}`)
  const line = `SSH-${protocolVersion}-${version}${comment === '' ? '' : ` ${comment}`}`
  if (line.length > VERSION_LENGTH)
    throw invalidArgument(`expected an identification line of at most ${VERSION_LENGTH} characters; got ${line.length}`)
  return line
}

/** The peer's identification line, found. */
export interface VersionLine {
  /** The line without its end, one character for each byte. */
  readonly line: string
  /** How many bytes it and everything before it took. */
  readonly consumedLength: number
}

/**
 * Looks for the peer's identification line, past the lines that a server may send before it (RFC 4253 §4.2).
 *
 * @param bytes all bytes so far
 * @param isClient whether we are: only then may other lines come first
 * @returns undefined where more bytes are needed
 * @throws SSHError `LIMIT`, `VERSION` or `MALFORMED`
 */
export function findVersionLine(bytes: Uint8Array, isClient: boolean, limits: Limits): VersionLine | undefined {
  let start = 0
  for (;;) {
    const end = bytes.indexOf(LF, start)
    const isVersion = startsLikeVersion(bytes, start, end)
    if (isVersion === false && !isClient) throw notSSH(lineText(bytes, start, end))
    checkLengths(start, (end === -1 ? bytes.length : end + 1) - start, isVersion !== false, limits)
    if (end === -1) return undefined
    if (isVersion === true) return { line: versionText(bytes, start, end), consumedLength: end + 1 }
    start = end + 1
  }
}

/**
 * The protocol version of an identification line: '2.0' of `SSH-2.0-OpenSSH_10.0`.
 *
 * @throws SSHError `VERSION` where the line has not that form
 */
export function protocolVersionOf(line: string): string {
  const version = /^SSH-([^-]+)-/.exec(line)?.[1]
  if (version === undefined) throw notSSH(line)
  return version
}

/** The peer speaks no version of SSH that we support. */
export function unsupportedVersion(line: string): SSHError {
  return new SSHError('VERSION', `expected a peer that speaks SSH 2.0; it says ${excerpt(line)}`, {
    fault: 'peer',
    reason: DisconnectReasons.PROTOCOL_VERSION_NOT_SUPPORTED,
  })
}

/** Whether a line begins with 'SSH-'; undefined where it is too short yet to tell. */
function startsLikeVersion(bytes: Uint8Array, start: number, end: number): boolean | undefined {
  const line = bytes.subarray(start, end === -1 ? bytes.length : end)
  for (let index = 0; index < 4; index++) {
    if (index >= line.length) return end === -1 ? undefined : false
    if (line[index] !== 'SSH-'.charCodeAt(index)) return false
  }
  return true
}

function checkLengths(before: number, length: number, mayBeVersion: boolean, limits: Limits): void {
  if (mayBeVersion && length > limits.versionLineLength) {
    throw limit(`the peer's identification line has more than ${limits.versionLineLength} bytes, the limit versionLineLength`)
  }
  const bannerLength = mayBeVersion ? before : before + length
  if (bannerLength > limits.bannerLength) {
    throw limit(`the peer sent more than ${limits.bannerLength} bytes, the limit bannerLength, before an identification line`)
  }
}

function versionText(bytes: Uint8Array, start: number, end: number): string {
  const text = lineText(bytes, start, end)
  if (text.includes('\0')) throw malformed('the identification line has a NUL')
  return text
}

// One character for each byte: the line enters the exchange hash as it came.
function lineText(bytes: Uint8Array, start: number, end: number): string {
  const stop = end === -1 ? bytes.length : end
  const line = bytes.subarray(start, stop > start && bytes[stop - 1] === CR ? stop - 1 : stop)
  let text = ''
  for (const byte of line) text += String.fromCharCode(byte)
  return text
}

function excerpt(line: string): string {
  return quoteText(line.slice(0, VERSION_LENGTH))
}

function notSSH(line: string): SSHError {
  return new SSHError('VERSION', `expected an identification line that begins with SSH-; the peer sent ${excerpt(line)}`, {
    fault: 'peer',
    reason: DisconnectReasons.PROTOCOL_VERSION_NOT_SUPPORTED,
  })
}

function limit(message: string): SSHError {
  return new SSHError('LIMIT', message, { fault: 'peer', reason: DisconnectReasons.PROTOCOL_ERROR })
}

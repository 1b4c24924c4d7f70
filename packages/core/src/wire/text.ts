import { malformed } from '../errors.ts'

// TextEncoder and TextDecoder are in every runtime that we support and not in ECMAScript's own library.
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>
}
declare class TextDecoder {
  constructor(label: 'utf-8', options: { fatal: boolean; ignoreBOM: boolean })
  decode(bytes: Uint8Array): string
}

// Without `stream` they keep nothing from one call to the next, so one of each serves everybody.
const encoder = /* @__PURE__ */ new TextEncoder()
const strictDecoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const lossyDecoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: false, ignoreBOM: true })

/** UTF-8 (RFC 3629), as SSH wants all text for people. */
export function encodeUtf8(text: string): Uint8Array {
  return (text.length <= SHORT_LENGTH ? encodeShort(text) : undefined) ?? encoder.encode(text)
}

/** The longest text, in UTF-16 code units, that takes less time here than calling the platform does: names mostly. */
const SHORT_LENGTH = 32

/** The same for US-ASCII; undefined where another character occurs. */
function encodeShort(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length)
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit >= 0x80) return undefined
    bytes[index] = unit
  }
  return bytes
}

/**
 * Text from UTF-8.
 *
 * @throws SSHError `MALFORMED` where the bytes are not UTF-8
 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return strictDecoder.decode(bytes)
  } catch {
    throw malformed('expected text in UTF-8; found bytes that are not')
  }
}

/** Text from UTF-8, with U+FFFD for what is not: for what peers say to people, where an odd byte is no reason to hang up. */
export function decodeUtf8Lossy(bytes: Uint8Array): string {
  return lossyDecoder.decode(bytes)
}

/**
 * A peer's text for a message to people: in quotes, with escapes for every character that could do something to a terminal instead of being
 * seen: C0 and C1 controls (U+009B begins a sequence as ESC [ does), marks of direction, line separators.
 */
export function quoteText(text: string): string {
  if (/^[ -~]*$/.test(text)) return JSON.stringify(text)
  return JSON.stringify(text).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (found) => String.raw`\u{${found.codePointAt(0)!.toString(16)}}`)
}

/** US-ASCII (RFC 20): names and version lines. */
export function encodeAscii(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index)
  return bytes
}

/**
 * Text from printable US-ASCII without spaces, the alphabet of names in SSH (RFC 4251 §6).
 *
 * @throws SSHError `MALFORMED` where another byte occurs
 */
export function decodeName(bytes: Uint8Array): string {
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index]!
    if (byte > 0x20 && byte < 0x7f) continue
    throw malformed(`expected a name in printable US-ASCII; found byte 0x${byte.toString(16).padStart(2, '0')}`)
  }
  // In one piece: text that grows by a character at a time is a chain of strings, each of 32 bytes.
  return lossyDecoder.decode(bytes)
}

import { malformed } from '../errors.ts'

// TextEncoder and TextDecoder are in every runtime that we support and not in ECMAScript's own library.
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>
}
declare class TextDecoder {
  constructor(label: 'utf-8', options: { fatal: boolean; ignoreBOM: boolean })
  decode(bytes: Uint8Array): string
}

/** UTF-8 (RFC 3629), as SSH wants all text for people. */
export function encodeUtf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/**
 * Text from UTF-8.
 *
 * @throws SSHError `MALFORMED` where the bytes are not UTF-8
 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw malformed('expected text in UTF-8; found bytes that are not')
  }
}

/** Text from UTF-8, with U+FFFD for what is not: for what peers say to people, where an odd byte is no reason to hang up. */
export function decodeUtf8Lossy(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: false, ignoreBOM: true }).decode(bytes)
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
  let text = ''
  for (const byte of bytes) {
    if (byte <= 0x20 || byte >= 0x7f) {
      throw malformed(`expected a name in printable US-ASCII; found byte 0x${byte.toString(16).padStart(2, '0')}`)
    }
    text += String.fromCharCode(byte)
  }
  return text
}

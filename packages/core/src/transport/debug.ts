import { decodeUtf8Lossy } from '../wire/text.ts'
import { WireReader } from '../wire/reader.ts'
import { WireWriter } from '../wire/writer.ts'

/** The payload of DEBUG (RFC 4253 §11.3): `boolean always display ‖ string message ‖ string language`. */
export function encodeDebug(alwaysDisplay: boolean, message: string, language: string): Uint8Array {
  return new WireWriter().writeBoolean(alwaysDisplay).writeString(message).writeString(language).finish()
}

/**
 * Reads it. It is for people: bytes that are not UTF-8 are shown as U+FFFD.
 *
 * @throws SSHError `MALFORMED`
 */
export function decodeDebug(payload: Uint8Array): [alwaysDisplay: boolean, message: string, language: string] {
  const reader = new WireReader(payload, 'DEBUG')
  const alwaysDisplay = reader.readBoolean()
  return [alwaysDisplay, decodeUtf8Lossy(reader.readString('the message')), decodeUtf8Lossy(reader.readString('the language'))]
}

import { base64urlnopad } from '@scure/base'
import { decodeUtf8, encodeAscii, equalBytes } from '@seashell/core/wire'
import type { CompletePolicy } from './policy.ts'
import type { WebSignature } from './signature.ts'

/**
 * Whether a browser's client data is about these data and this origin. Browsers write its first three members in one way alone (WebAuthn
 * §5.8.1.1), so no JSON is parsed: the data begin as they must. What follows, `crossOrigin` among it, is not looked at, as in OpenSSH.
 */
export function isClientDataFor(data: Uint8Array, { origin, clientData }: WebSignature, { origins }: CompletePolicy): boolean {
  const text = decodeUtf8(origin)
  // An origin with a quote or a backslash could end, or go on, elsewhere than it seems to.
  if (/["\\\p{Cc}]/u.test(text) || (origins !== undefined && !origins.includes(text))) return false
  const challenge = base64urlnopad.encode(data)
  const start = [encodeAscii(`{"type":"webauthn.get","challenge":"${challenge}","origin":"`), origin, encodeAscii('"')]
  let offset = 0
  return start.every((part) => equalBytes(clientData.subarray(offset, (offset += part.length)), part))
}

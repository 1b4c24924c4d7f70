import { decodeUtf8, publicKeyError, type WireReader } from '@seashell/core/wire'
import type { SecurityKeyPublicKey } from './define.ts'

/** Reads the application at the end. A zero in it would end it for programs in C. */
export function readApplication(reader: WireReader): Omit<SecurityKeyPublicKey, 'point'> {
  const applicationBytes = reader.readString('the application')
  if (applicationBytes.includes(0)) throw publicKeyError('expected the application of a security key without zeros; found one in it')
  return { application: decodeUtf8(applicationBytes), applicationBytes }
}

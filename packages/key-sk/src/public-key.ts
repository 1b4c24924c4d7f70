import { decodeUtf8, publicKeyError, WireReader } from '@seashell/core/wire'
import type { SecurityKeyPublicKey } from './define.ts'

/** Reads the format at the beginning of a public key blob. */
export function startPublicKey(blob: Uint8Array, keyFormat: string): WireReader {
  const reader = new WireReader(blob, `an ${keyFormat} public key`)
  const format = reader.readName()
  if (format !== keyFormat) throw publicKeyError(`expected an ${keyFormat} public key; found one of format ${JSON.stringify(format)}`)
  return reader
}

/** Reads the application at the end. A zero in it would end it for programs in C. */
export function readApplication(reader: WireReader): Omit<SecurityKeyPublicKey, 'point'> {
  const applicationBytes = reader.readString('the application')
  reader.end()
  if (applicationBytes.includes(0)) throw publicKeyError('expected the application of a security key without zeros; found one in it')
  return { application: decodeUtf8(applicationBytes), applicationBytes }
}

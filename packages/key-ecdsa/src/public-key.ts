import { publicKeyError, readPublicKeyBlob, WireWriter } from '@seashell/core/wire'
import type { EcdsaParameters } from './parameters.ts'

/** Writes a public key blob (RFC 5656 §3.1). */
export function encodePublicKey(point: Uint8Array, { name, identifier }: EcdsaParameters): Uint8Array {
  return new WireWriter().writeString(name).writeString(identifier).writeString(point).finish()
}

/**
 * The point of a public key blob (RFC 5656 §3.1), which is uncompressed and on the curve.
 *
 * @throws SSHError `KEY` where it is not
 */
export function readPoint(blob: Uint8Array, parameters: EcdsaParameters): Uint8Array {
  const { name, identifier } = parameters
  const point = readPublicKeyBlob(blob, name, (reader) => {
    const found = reader.readName()
    if (found !== identifier) throw publicKeyError(`expected an ${name} public key of curve ${identifier}; found ${JSON.stringify(found)}`)
    return reader.readString('the public point')
  })
  checkPoint(point, parameters)
  return point
}

/** Compressed points are refused, as OpenSSH does: one key would have two blobs, and two fingerprints. */
function checkPoint(point: Uint8Array, { name, curve }: EcdsaParameters): void {
  const length = curve.lengths.publicKeyUncompressed!
  if (point.length !== length || point[0] !== 4) {
    throw publicKeyError(`expected an uncompressed point of ${length} bytes in an ${name} public key; found ${point.length} bytes`)
  }
  if (!curve.utils.isValidPublicKey(point, false)) {
    throw publicKeyError(`expected a point on the curve in an ${name} public key; found one beside it`)
  }
}

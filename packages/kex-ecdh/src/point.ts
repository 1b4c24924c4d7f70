import type { ECDH, WeierstrassPoint } from '@noble/curves/abstract/weierstrass.js'
import { keyExchangeFailed } from '@seashell/core/wire'

/** The first byte of an uncompressed point, `04 ‖ x ‖ y` (SEC 1 §2.3.3). */
const uncompressedForm = 0x04

/**
 * Reads a peer's public key and validates it (RFC 5656 §4, SEC 1 §3.2.2): coordinates in range, on the curve, not infinity.
 *
 * RFC 5656 leaves compressed points to those who want them. OpenSSH neither sends nor takes them, so nobody needs them here; and without
 * them a point has one encoding, and strangers have no square roots taken on their behalf.
 *
 * @throws SSHError `KEY_EXCHANGE` where the bytes are anything else than an uncompressed point of the curve
 */
export function decodePoint(curve: ECDH, bytes: Uint8Array): WeierstrassPoint<bigint> {
  const pointLength = 1 + 2 * curve.Point.Fp.BYTES
  if (bytes.length !== pointLength) throw keyExchangeFailed(`expected an uncompressed point of ${pointLength} bytes; got ${bytes.length}`)
  if (bytes[0] !== uncompressedForm) {
    throw keyExchangeFailed(
      `expected an uncompressed point, which begins with 0x04; got one that begins with 0x${bytes[0]!.toString(16).padStart(2, '0')}`,
    )
  }
  try {
    return curve.Point.fromBytes(bytes)
  } catch (cause) {
    throw keyExchangeFailed('expected a point of the negotiated curve (RFC 5656 §4); got one that is not on it', cause)
  }
}

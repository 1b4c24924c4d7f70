import type { ECDH } from '@noble/curves/abstract/weierstrass.js'
import { p256, p384 } from '@noble/curves/nist.js'
import { invalidArgument, keyExchangeFailed } from '@seashell/core/wire'
import type { Classical } from './classical.ts'

/** NIST P-256: private key and shared secret of 32 bytes, uncompressed points of 65. */
export const nistp256: Classical = /* @__PURE__ */ defineNistCurve(p256)

/** NIST P-384: private key and shared secret of 48 bytes, uncompressed points of 97. */
export const nistp384: Classical = /* @__PURE__ */ defineNistCurve(p384)

/** The first byte of an uncompressed point, `04 ‖ x ‖ y` (SEC 1 §2.3.3). */
const uncompressedForm = 0x04

function defineNistCurve(curve: ECDH): Classical {
  const { Fn, Fp } = curve.Point
  return {
    privateKeyLength: Fn.BYTES,
    publicKeyLength: 1 + 2 * Fp.BYTES,
    generate: (random) => {
      // Half as many random bytes again as a scalar has, so that reducing them leaves no bias (FIPS 186-5 A.2.1).
      const seed = random(Fn.BYTES + Fn.BYTES / 2)
      const privateKey = curve.utils.randomSecretKey(seed)
      seed.fill(0)
      return privateKey
    },
    derivePublicKey: (privateKey) => curve.getPublicKey(privateKey, false),
    agree: (privateKey, peerKey) => {
      if (!curve.utils.isValidSecretKey(privateKey)) throw invalidArgument('expected a private key that generate() made')
      const { x } = decodePoint(curve, peerKey).multiply(Fn.fromBytes(privateKey)).toAffine()
      // In as many bytes as the field has: here the x coordinate (RFC 5656 §4) is no number, and zeros in front count.
      return Fp.toBytes(x)
    },
  }
}

/** Reads a peer's public key and validates it (SEC 1 §3.2.2): uncompressed, coordinates in range, on the curve, not infinity. */
function decodePoint(curve: ECDH, bytes: Uint8Array) {
  if (bytes[0] !== uncompressedForm) {
    const found = bytes[0]!.toString(16).padStart(2, '0')
    throw keyExchangeFailed(`expected an uncompressed point, which begins with 0x04; got one that begins with 0x${found}`)
  }
  try {
    return curve.Point.fromBytes(bytes)
  } catch (cause) {
    throw keyExchangeFailed('expected a point of the negotiated curve (RFC 5656 §4); got one that is not on it', cause)
  }
}

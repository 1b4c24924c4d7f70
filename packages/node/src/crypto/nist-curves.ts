import { createECDH, type ECDH } from 'node:crypto'
import { bigIntToBytes, bytesToBigInt } from '@seashell/core/wire'
import type { Random } from '@seashell/core'

/** One of the NIST curves (SP 800-186 §3.2.1), as SSH and OpenSSL call it. */
export interface NistCurve {
  /** In SSH (RFC 5656 §10.1). */
  readonly identifier: string
  /** In OpenSSL. */
  readonly opensslName: string
  /** In DER: an OBJECT IDENTIFIER (RFC 5480 §2.1.1.1), tag and length included. */
  readonly objectIdentifier: readonly number[]
  /** The size of its field. */
  readonly bitLength: number
  /** Bytes of a coordinate, of a scalar, and of a shared secret. */
  readonly length: number
  /** n, the order of the group. */
  readonly order: bigint
  /** The hash that goes with it (RFC 5656 §6.2.1), as OpenSSL calls it. */
  readonly hash: string
}

/** P-256. */
export const nistp256: NistCurve = /* @__PURE__ */ Object.freeze({
  identifier: 'nistp256',
  opensslName: 'prime256v1',
  objectIdentifier: [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07],
  bitLength: 256,
  length: 32,
  order: 0xffffffff_00000000_ffffffff_ffffffff_bce6faad_a7179e84_f3b9cac2_fc632551n,
  hash: 'sha256',
})

/** P-384. */
export const nistp384: NistCurve = /* @__PURE__ */ Object.freeze({
  identifier: 'nistp384',
  opensslName: 'secp384r1',
  objectIdentifier: [0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22],
  bitLength: 384,
  length: 48,
  order: 0xffffffff_ffffffff_ffffffff_ffffffff_ffffffff_ffffffff_c7634d81_f4372ddf_581a0db2_48b0a77a_ecec196a_ccc52973n,
  hash: 'sha384',
})

/** P-521. */
export const nistp521: NistCurve = /* @__PURE__ */ Object.freeze({
  identifier: 'nistp521',
  opensslName: 'secp521r1',
  objectIdentifier: [0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23],
  bitLength: 521,
  length: 66,
  order:
    0x1ff_ffffffff_ffffffff_ffffffff_ffffffff_ffffffff_ffffffff_ffffffff_fffffffa_51868783_bf2f966b_7fcc0148_f709a5d0_3bb5c9b8_899c47ae_bb6fb71e_91386409n,
  hash: 'sha512',
})

/** A scalar from 1 to n−1, from half as many random bytes again as it has, so that reducing them leaves no bias (FIPS 186-5 A.2.1). */
export function randomScalar({ length, order }: NistCurve, random: Random): Uint8Array {
  const seed = random(length + Math.ceil(length / 2))
  const scalar = bigIntToBytes((bytesToBigInt(seed) % (order - 1n)) + 1n, length)
  seed.fill(0)
  return scalar
}

/** Whether bytes are a scalar from 1 to n−1, of the curve's length. */
export function isScalar({ length, order }: NistCurve, scalar: Uint8Array): boolean {
  const value = bytesToBigInt(scalar)
  return scalar.length === length && value > 0n && value < order
}

/** A scalar that {@link isScalar}, for its point and for key agreement. */
export function importScalar({ opensslName }: NistCurve, scalar: Uint8Array): ECDH {
  const ecdh = createECDH(opensslName)
  ecdh.setPrivateKey(scalar)
  return ecdh
}

/** Whether bytes have the form of an uncompressed point, `04 ‖ x ‖ y` (SEC 1 §2.3.3), on the curve or not. */
export function isUncompressed({ length }: NistCurve, point: Uint8Array): boolean {
  return point.length === 1 + 2 * length && point[0] === 0x04
}

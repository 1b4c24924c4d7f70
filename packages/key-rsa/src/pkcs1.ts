import { bigIntToBytes, bytesToBigInt, equalBytes } from '@seashell/core/wire'
import type { RsaPrivateKey } from './private-key.ts'
import { privateOperation, publicOperation } from './private-operation.ts'
import type { RsaPublicKey } from './public-key.ts'

/**
 * EMSA-PKCS1-v1_5 (RFC 8017 §9.2): `0 ‖ 1 ‖ 0xff … ‖ 0 ‖ DigestInfo`.
 *
 * @param digest the hash of the data
 * @param digestInfo what stands before it in the DigestInfo
 * @param length bytes of the result: those of the modulus, at least 128, so that eight bytes of 0xff or more are in it always
 */
export function encodeMessage(digest: Uint8Array, digestInfo: Uint8Array, length: number): Uint8Array {
  const message = new Uint8Array(length).fill(0xff)
  const digestStart = length - digest.length
  const infoStart = digestStart - digestInfo.length
  message.set([0, 1])
  message[infoStart - 1] = 0
  message.set(digestInfo, infoStart)
  message.set(digest, digestStart)
  return message
}

/**
 * RSASSA-PKCS1-v1_5 verification (RFC 8017 §8.2.2): the message is encoded anew and compared as a whole, so there is nothing to parse.
 *
 * A signature shorter than the modulus is taken as having lost zeros in front, as OpenSSH takes it, since some peers write it as a number.
 */
export function verifyMessage(key: RsaPublicKey, signature: Uint8Array, message: Uint8Array): boolean {
  if (signature.length > key.length) return false
  const s = bytesToBigInt(signature)
  return s < key.n && equalBytes(bigIntToBytes(publicOperation(key, s), key.length), message)
}

/** RSASSA-PKCS1-v1_5 signing (RFC 8017 §8.2.1). */
export function signMessage(key: RsaPrivateKey, message: Uint8Array): Uint8Array {
  return bigIntToBytes(privateOperation(key, message), key.length)
}
